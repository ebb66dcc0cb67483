"""Links' tokens: signed, expiring, and refused in every other spelling."""

from __future__ import annotations

import base64
import json
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dosdk_temporal._pure.link_keys import LinkKeys
from dosdk_temporal._pure.links import DecisionLink, EventLink, Link, expiry, open_link, sign_link
from dosdk_temporal.errors import DefinitionError, InputError, LinkError

NOW = datetime(2027, 1, 1, 12, tzinfo=UTC)
OLD, NEW = b"old key of links: 32 bytes or so", b"new key of links: 32 bytes or so"
KEYS = LinkKeys(NEW)
DECISION = DecisionLink("order-7", "first-run", "manager", approved=True, by="ann")
LINK = Link("id-1", "shop", NOW + timedelta(days=7), DECISION)
TOKEN = sign_link(LINK, KEYS)
URL_SAFE = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_."


def opened(token: Any, keys: LinkKeys = KEYS, *, now: datetime = NOW, namespace: str = "shop") -> Link:
    return open_link(token, keys, namespace=namespace, now=now)


def refused(token: Any, keys: LinkKeys = KEYS, **options: Any) -> str:
    """The reason that a token is refused for."""
    with pytest.raises(LinkError) as error:
        opened(token, keys, **options)
    return error.value.reason


@pytest.mark.parametrize(
    "carries",
    [
        DECISION,
        replace(DECISION, approved=None, by=None),
        replace(DECISION, execution_id="größe/7", approved=False),
        EventLink("link.clicked", {"user": [7, None, "é"]}),
        EventLink("link.clicked", {}),
    ],
    ids=str,
)
def test_a_token_gives_its_link(carries: DecisionLink | EventLink) -> None:
    """What was signed comes back as it was, from text that stands in an address as it is."""
    link = replace(LINK, carries=carries)
    token = sign_link(link, KEYS)
    assert opened(token) == link
    assert set(token) <= set(URL_SAFE)


@given(st.integers(0, len(TOKEN) - 1), st.sampled_from(URL_SAFE + "=+/ %\n") | st.characters())
def test_a_changed_character_is_forged(position: int, character: str) -> None:
    """Whichever character is changed, to whatever other, the token is refused; also where its bits say the same."""
    changed = TOKEN[:position] + character + TOKEN[position + 1 :]
    assert changed == TOKEN or refused(changed) == "forged"


def test_every_other_last_character_is_forged() -> None:
    """The last character has bits to spare, which decoders pass over: only the one spelling is taken."""
    assert {refused(TOKEN[:-1] + last) for last in URL_SAFE if last != TOKEN[-1]} == {"forged"}


@given(st.text() | st.text(alphabet=URL_SAFE) | st.none() | st.binary() | st.integers())
def test_garbage_is_forged(token: Any) -> None:
    """What was never a token is refused in the same words, whatever its type."""
    assert refused(token) == "forged"


@pytest.mark.parametrize(
    "token",
    [
        "",
        TOKEN + "A",
        TOKEN[:-1],
        TOKEN + "\n",
        " " + TOKEN,
        TOKEN.rpartition(".")[0] + ".",
        TOKEN.swapcase(),
        jwt.encode({"iss": "dosdk.link"}, None, "none"),  # type: ignore[arg-type]
        jwt.encode({"iss": "dosdk.link", "jti": "x"}, NEW * 2, "HS512"),
        jwt.encode({"jti": "x", "exp": 1, "aud": "shop"}, NEW, "HS256"),
        jwt.encode({"iss": "somebody", "jti": "x", "exp": 1, "aud": "shop"}, NEW, "HS256"),
        jwt.encode({"iss": "dosdk.link", "jti": "x", "exp": 1, "aud": "shop"}, NEW, "HS256"),
        jwt.encode({"iss": "dosdk.link", "jti": "x", "exp": 1, "aud": "shop", "event": {"n": 1}}, NEW, "HS256"),
        base64.urlsafe_b64encode(b"[" * 50_000).rstrip(b"=").decode() + ".e30." + "A" * 43,
    ],
    ids=lambda token: token[:30],
)
def test_what_we_did_not_make_is_forged(token: str) -> None:
    """Cut, padded and copied with blanks, of another algorithm or none, or signed for another purpose: refused."""
    assert refused(token) == "forged"


@given(st.dictionaries(st.sampled_from(["exp", "aud", "jti", "decision"]), st.text() | st.integers(), min_size=1))
def test_other_claims_under_the_same_signature_are_forged(claims: dict[str, Any]) -> None:
    """A token that says something else with the signature of one that was given is refused."""
    head, body, signature = TOKEN.split(".")
    told = json.loads(base64.urlsafe_b64decode(body + "=="))
    other = base64.urlsafe_b64encode(json.dumps({**told, **claims}).encode()).rstrip(b"=").decode()
    assert refused(f"{head}.{other}.{signature}") == "forged"


def test_keys_rotate() -> None:
    """The first key signs and all verify: old links are good while the old key is there, and forged afterwards."""
    before, during, after = LinkKeys(OLD), LinkKeys(NEW, OLD), LinkKeys(NEW)
    old, new = sign_link(LINK, before), sign_link(LINK, during)
    assert [opened(old, during), opened(new, during), opened(new, after)] == [LINK] * 3
    assert (refused(old, after), refused(new, before)) == ("forged", "forged")


@pytest.mark.parametrize(
    ("late", "reason"),
    [
        (timedelta(days=-8), None),
        (timedelta(0) - timedelta(microseconds=1), None),
        (timedelta(0), "expired"),
        (timedelta(days=900), "expired"),
    ],
    ids=str,
)
def test_a_link_expires(late: timedelta, reason: str | None) -> None:
    """It is taken until its time, by the clock of who redeems it, and refused from then on."""
    now = LINK.expires + late
    assert (refused(TOKEN, now=now) if reason else opened(TOKEN, now=now)) == (reason or LINK)


def test_a_link_of_another_namespace() -> None:
    """What was made for staging does nothing in production, though the keys be the same."""
    assert refused(TOKEN, namespace="production") == "other run"
    assert refused(TOKEN, namespace="production", now=NOW + timedelta(days=900)) == "other run"


@pytest.mark.parametrize(
    ("expires", "until"),
    [
        ("7d", NOW + timedelta(days=7)),
        (90, NOW + timedelta(seconds=90)),
        ("1ms", NOW + timedelta(seconds=1)),
        ("3650d", NOW + timedelta(days=3650)),
    ],
)
def test_until_when(expires: Any, until: datetime) -> None:
    """A link lives as long as was said, to the next full second."""
    assert expiry(expires, NOW) == until


@pytest.mark.parametrize("expires", [0, "0s", -1, "-1d", "3651d", "soon", None, float("nan")])
def test_no_time_to_live(expires: Any) -> None:
    """No time, time past, more than ten years, and what is no time at all are refused."""
    with pytest.raises(InputError, match="expires="):
        expiry(expires, NOW)


def test_a_link_fits_into_an_address() -> None:
    """A payload that would make the address too long is refused, with the way out."""
    with pytest.raises(InputError, match=r"the link would have .* characters, at most 4,000 fit .* give its key"):
        sign_link(replace(LINK, carries=EventLink("e", "x" * 3_000)), KEYS)


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (None, "links need DO_LINK_KEYS, the keys that sign them, separated by commas: make one with 'openssl rand -hex 32'"),
        ("", "links need DO_LINK_KEYS, the keys that sign them, separated by commas: make one with 'openssl rand -hex 32'"),
        (" , ", "links need DO_LINK_KEYS, the keys that sign them, separated by commas: make one with 'openssl rand -hex 32'"),
        ("secret", "key 1 of DO_LINK_KEYS has 6 bytes, at least 32 are needed: make one with 'openssl rand -hex 32'"),
        (f"{'k' * 32},secret", "key 2 of DO_LINK_KEYS has 6 bytes, at least 32 are needed: make one with 'openssl rand -hex 32'"),
    ],
)  # fmt: skip
def test_keys_that_cannot_be_meant(value: str | None, message: str) -> None:
    """Without a key, or with one that is easy to guess, links are refused; the message shows no key."""
    with pytest.raises(DefinitionError) as refusal:
        LinkKeys.read({} if value is None else {"DO_LINK_KEYS": value})
    assert str(refusal.value) == message


def test_keys_are_read_in_order() -> None:
    """The variable holds keys separated by commas, blanks around them passed over; the first signs."""
    keys = LinkKeys.read({"DO_LINK_KEYS": f" {NEW.decode()} , {OLD.decode()},"})
    assert opened(sign_link(LINK, keys), LinkKeys(NEW)) == LINK
    assert opened(sign_link(LINK, LinkKeys(OLD)), keys) == LINK


def test_keys_are_never_shown() -> None:
    """Neither the keys' own text nor a refusal shows one."""
    shown = [repr(KEYS), str(KEYS), f"{KEYS!r}"]
    with pytest.raises(LinkError) as error:
        opened(TOKEN[:-2] + "AA")
    shown += [str(error.value), repr(error.value.__context__), repr(error.value.__cause__)]
    assert [text for text in shown if NEW.decode() in text] == []


def test_without_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where PyJWT is not installed, the error says what to install."""
    monkeypatch.setitem(sys.modules, "jwt", None)
    for call in (lambda: sign_link(LINK, KEYS), lambda: opened(TOKEN)):
        with pytest.raises(DefinitionError) as missing:
            call()
        assert str(missing.value) == "links need PyJWT: pip install 'dosdk-temporal[links]'"
