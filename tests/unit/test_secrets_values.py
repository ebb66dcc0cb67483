"""Secrets' values: found in what is to be written, refused or carried, and masked in what is told."""

from __future__ import annotations

import asyncio
import dataclasses
import io
import json
import logging
import math
import traceback
from base64 import b64encode
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from html import escape
from typing import Any
from urllib.parse import quote, urlencode

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, Field, SecretBytes, SecretStr, model_validator
from pydantic import Secret as Hidden
from pydantic_core import to_json
from temporalio.contrib.pydantic import PydanticPayloadConverter
from temporalio.exceptions import ApplicationError

from dosdk_temporal import ActionError, InputError, WorkflowError
from dosdk_temporal._pure.revealed import REVEALED, Revealed
from dosdk_temporal._pure.secret_values import AFTER_IT, sending
from dosdk_temporal._pure.signature import check_input
from dosdk_temporal._pure.values import decode, encode_input, encode_output, plain
from dosdk_temporal._wire.failures import error_of, failure_of
from dosdk_temporal._wire.secrets import ClearPayloads, EncryptedPayloads
from dosdk_temporal._wire.texts import cause_of, text_of
from dosdk_temporal._worker.logs import configure_logging

VALUE = "sk_live_4eC39HqLyjWDarjt"
ODD = 'p"ss\\wörd\n1'
KNOWN: dict[str, str] = {}
ADVICE = "have the action ask for its value(); or encrypt payloads with DO_ENCRYPTION_KEY"


@pytest.fixture(autouse=True)
def _known() -> Iterator[None]:
    REVEALED.remember("STRIPE_KEY", VALUE)
    REVEALED.remember("ODD", ODD)
    REVEALED.remember("PIN", "x4711")
    REVEALED.remember("ACCOUNT", "904711223")
    yield
    REVEALED.forget()


class Login(BaseModel):
    """A model that hides a value."""

    user: str = "ann"
    password: SecretStr = SecretStr("hunter2")
    born: Hidden[date] | None = None
    keys: list[SecretBytes] = []
    more: Any = None


@dataclasses.dataclass
class Box:
    """A dataclass that holds one."""

    login: Login


HIDDEN = [
    (SecretStr("hunter2"), "", b'"hunter2"'),
    ({"a": [1, {"b": SecretStr("hunter2")}]}, " at a[1].b", b'{"a":[1,{"b":"hunter2"}]}'),
    ((SecretBytes(b"x"),), " at [0]", b'["x"]'),
    (Login(), " at password", b'{"user":"ann","password":"hunter2","born":null,"keys":[],"more":null}'),
    (
        [Login(password=SecretStr(""), keys=[SecretBytes(b"k")])],
        " at [0].keys[0]",
        b'[{"user":"ann","password":"","born":null,"keys":["k"],"more":null}]',
    ),
    (
        Login(password=SecretStr('"é'), born=Hidden[date](date(2027, 1, 2)), more={Decimal("1.5"): SecretStr("m")}),
        " at password",
        '{"user":"ann","password":"\\"é","born":"2027-01-02","keys":[],"more":{"1.5":"m"}}'.encode(),
    ),
    (Box(Login(user="**********")), " at login.password",
     b'{"login":{"user":"**********","password":"hunter2","born":null,"keys":[],"more":null}}'),
]  # fmt: skip


@pytest.mark.parametrize(("value", "at", "shown"), HIDDEN)
def test_hidden(value: Any, at: str, shown: bytes) -> None:
    """What pydantic hides is refused, not sent as asterisks; where it is encrypted it travels as it is."""
    with pytest.raises(InputError) as refused:
        encode_input(value, "action 'a'")
    assert str(refused.value) == (
        f"the input of action 'a' holds a value that pydantic keeps secret{at}: let it travel by its name, Secret('NAME'), "
        f"and {ADVICE}"
    )
    with sending(lambda: True):
        assert encode_input(value, "action 'a'") == shown


def test_hidden_again() -> None:
    """What travelled encrypted is hidden again where the annotation says so."""
    login = Login(keys=[SecretBytes(b"k")], born=Hidden[date](date(2027, 1, 2)))
    with sending(lambda: True):
        assert decode(encode_input(login, "x"), Login, "x") == login


@pytest.mark.parametrize(
    "value", ["**********", {"a": "**********"}, SecretStr(""), {"**********": 1}, "my **********!"]
)
def test_nothing_hidden(value: Any) -> None:
    """A text of asterisks is a text, and an empty secret has no value."""
    assert encode_input(value, "x")


class Strict(BaseModel):
    """A model that refuses much, and hides values deep within."""

    user: int
    logins: list[Login] = []
    pin: Hidden[int] | None = None
    password: SecretStr = Field(SecretStr("by-default"), min_length=9)

    @model_validator(mode="after")
    def _check(self) -> Strict:
        if self.user < 0:
            raise ValueError("nobody")
        return self


UNFIT = [
    ({"user": 1, "password": "hunter2"}, "password"),
    ({"user": 1, "pin": "hunter2"}, "pin"),
    ({"user": 1, "logins": ["hunter2"]}, "logins.0"),
    ({"user": -1, "password": "hunter2-hunter2"}, "input"),
    ({"user": "ann", "password": ["hunter2"]}, "user password"),
    ("hunter2", "input"),
]


@pytest.mark.parametrize(("value", "fields"), UNFIT)
def test_what_does_not_fit_where_values_are_hidden(value: Any, fields: str) -> None:
    """An input that does not fit a type that hides values is told by its fields and faults alone."""
    with pytest.raises(InputError) as refused:
        check_input(to_json(value), Strict, "action 'a'")
    assert ("hunter2" in str(refused.value), [field for field, _ in refused.value.problems]) == (False, fields.split())
    assert all(", not" not in told.replace("validation, not 7", "") for _, told in refused.value.problems)


IN_THE_CLEAR = [
    ({"user": 1, "password": "hunter2-x"}, " at password"),
    ({"user": 1, "pin": 4711}, " at pin"),
    ({"user": 1, "logins": [{"password": "hunter2"}]}, " at logins[0].password"),
]


@pytest.mark.parametrize(("value", "at"), IN_THE_CLEAR)
def test_plain_text_for_what_is_hidden(value: Any, at: str) -> None:
    """Plain text for a field that hides its value is refused where it is sent in the clear, like the hidden value itself."""
    data = to_json(value)
    with sending(lambda: False), pytest.raises(InputError) as refused:
        check_input(data, Strict, "action 'a'")
    assert str(refused.value) == (
        f"the input of action 'a' holds a value that pydantic keeps secret{at}: let it travel by its name, Secret('NAME'), "
        f"and {ADVICE}"
    )
    with sending(lambda: True):
        assert check_input(data, Strict, "action 'a'")
    assert check_input(data, Strict, "action 'a'")  # in a run: who sends to it has been told


def test_nothing_hidden_is_sent() -> None:
    """A default that hides a value is in no input, and an empty one hides nothing."""
    with sending(lambda: False):
        assert check_input(b'{"user":1}', Strict, "action 'a'").password == SecretStr("by-default")
        assert check_input(b'{"password":""}', Login, "action 'a'").password == SecretStr("")


REVEALED_IN = [
    (VALUE, "STRIPE_KEY", ""),
    ({"headers": ["a", f"Bearer {VALUE}"]}, "STRIPE_KEY", " at headers[1]"),
    ({"url": f"https://x.test/?key={VALUE}&y=1"}, "STRIPE_KEY", " at url"),
    ({"body": json.dumps({"key": VALUE})}, "STRIPE_KEY", " at body"),
    ({VALUE: 1}, "STRIPE_KEY", ""),
    ({"p": ODD}, "ODD", " at p"),
    ({"p": f"a {ODD} b"}, "ODD", " at p"),
    ({"p": json.dumps({"q": ODD})}, "ODD", " at p"),
    ({"p": json.dumps({"q": ODD}, ensure_ascii=False)}, "ODD", " at p"),
    ({"p": repr(ODD)}, "ODD", " at p"),
    ({"pin": "x4711"}, "PIN", " at pin"),
    ({"told": "the pin is\nx4711!"}, "PIN", " at told"),
    ({"account": 904711223}, "ACCOUNT", " at account"),
    ({"header": "Basic " + b64encode(f"ann:{VALUE}".encode()).decode()}, "STRIPE_KEY", " at header"),
    (b64encode(f"{VALUE}:".encode()), "STRIPE_KEY", ""),
    ({"url": f"https://x.test/?{urlencode({'p': ODD})}"}, "ODD", " at url"),
    ({"url": f"https://x.test/{quote(ODD)}"}, "ODD", " at url"),
    ({"page": f"<b>{escape(ODD)}</b>"}, "ODD", " at page"),
    ({"raw": repr(ODD.encode())}, "ODD", " at raw"),
    (Login(password=SecretStr(""), more={"k": VALUE}), "STRIPE_KEY", " at more.k"),
    ({VALUE: {"again": VALUE}}, "STRIPE_KEY", " at ***.again"),
]


@pytest.mark.parametrize(("value", "name", "at"), REVEALED_IN)
def test_revealed(value: Any, name: str, at: str) -> None:
    """A value that was resolved is refused wherever it stands, by the name of its secret; encrypted it may travel."""
    for encode, what, after_it in (
        (encode_input, "input", False),
        (encode_output, "result", True),
        (plain, "input", False),
    ):
        with pytest.raises(InputError) as refused:
            encode(value, "action 'a'")
        assert str(refused.value) == (
            f"the {what} of action 'a' holds the value of secret '{name}'{at}: let it travel by its name, Secret('{name}'), "
            f"and {ADVICE}"
        )
        assert getattr(refused.value, AFTER_IT, False) is after_it
    with sending(lambda: True):
        assert encode_input(value, "x")


@pytest.mark.parametrize("value", ["sk_live_", VALUE[1:], {"n": "x47110"}, {"xx4711": 1}, 1904711223, {"a": None}])
def test_not_revealed(value: Any) -> None:
    """Parts of a value are none, and a short one, or a number, counts only where it is a whole word."""
    assert encode_input(value, "x")


@pytest.mark.parametrize(
    "value", ["test", "1234", "true", "dev", "secret", "password", "Postgres", "12345678", " test\n"]
)
def test_what_guards_nothing(value: str) -> None:
    """A value that everybody tries first is not looked for: it stands in texts that have nothing to do with it."""
    revealed = Revealed()
    assert not revealed.remember("A", value)
    text = f"the {value} is {value}"
    assert (revealed.name_in(to_json({value: value})), revealed.masked(text), bool(revealed)) == (None, text, False)


@pytest.mark.parametrize("value", ["hunter2", "pa55", "swordfish", "a-key-1", "98765432"])
def test_what_guards_something(value: str) -> None:
    """A short value, a word and a number are found in a text, and again after a line's end."""
    revealed = Revealed()
    assert revealed.remember("A", f"{value}\n")
    for text in (value, f"Bearer {value}", f"first\n{value}\n", f"https://ann:{value}@x.test"):
        assert revealed.name_in(to_json(text)) == "A"
        assert value not in revealed.masked(text)


MASKED = [
    (f"Bearer {VALUE}", "Bearer ***"),
    (f"{VALUE}{VALUE}", "******"),
    (repr({"key": ODD}), "{'key': '***'}"),
    (json.dumps({"key": ODD}), '{"key": "***"}'),
    (json.dumps({"key": ODD}, ensure_ascii=False), '{"key": "***"}'),
    ("the pin is x4711, not x47110", "the pin is ***, not x47110"),
    (f"Basic {b64encode(f'ann:{VALUE}'.encode()).decode()}", "Basic YW5uOn***A=="),
    ("nothing", "nothing"),
]


@pytest.mark.parametrize(("text", "masked"), MASKED)
def test_masked(text: str, masked: str) -> None:
    """Texts are told with *** in place of a value, however Python or JSON write it."""
    assert REVEALED.masked(text) == masked


@given(st.text(min_size=5, max_size=30).map("x1".__add__), st.text(max_size=10), st.text(max_size=10))
def test_any_value(value: str, before: str, after: str) -> None:
    """Whatever a value holds, it is found as it is written in JSON and base64, and gone where it was masked."""
    revealed = Revealed()
    revealed.remember("A", value)
    for data in (to_json({"a": value}), json.dumps({"a": value}).encode()):
        assert revealed.name_in(data) == "A"
    if len(value.strip()) >= 8:
        encoded = b64encode(f"{before}{value}{after}".encode())
        assert revealed.name_in(encoded) == "A"
        if "*" not in value:
            assert value.strip() not in revealed.masked(f"{before}{value}{after}")


class Short(BaseModel):
    """Whose errors show of a long value its two ends."""

    key: str = Field(max_length=3)


@pytest.mark.parametrize("length", [46, 47, 48, 49, 50, 200])
def test_a_value_that_pydantic_shortens(length: int) -> None:
    """The two ends of a value, of which an error of pydantic leaves out the middle, are masked, too."""
    value = "".join(chr(ord("A") + number % 57) for number in range(length))
    REVEALED.remember("LONG", value)
    with pytest.raises(ValueError, match="at most 3 characters") as refused:
        Short(key=value)
    assert "input_value='***'" in text_of(refused.value)


def test_values_in_one_another() -> None:
    """The longest value is masked first, so that nothing of it stays."""
    revealed = Revealed()
    for name, value in (("A", "swordfish"), ("B", "swordfish-and-more"), ("C", "abc")):
        revealed.remember(name, value)
    assert revealed.masked("swordfish-and-more, swordfish, abc") == "***, ***, abc"


def test_the_oldest_are_forgotten() -> None:
    """A resolver that gives a new value each time fills no memory."""
    revealed = Revealed()
    for number in range(1_001):
        revealed.remember("A", f"token-{number:06}")
    assert [revealed.masked(f"token-{number:06}") for number in (0, 1, 1_000)] == ["token-000000", "***", "***"]


@pytest.mark.parametrize("value", [{"a": VALUE}, [Login()], Box(Login())])
def test_payloads(value: Any) -> None:
    """What a team's own Temporal code sends is refused alike, and carried where payloads are encrypted."""
    with pytest.raises(InputError, match="a payload of type"):
        ClearPayloads().to_payloads([value])
    (payload,) = EncryptedPayloads().to_payloads([value])
    assert VALUE in payload.data.decode() or "hunter2" in payload.data.decode()


@pytest.mark.parametrize("value", [None, b"bytes", "text", {"a": [1]}, Login(password=SecretStr(""))])
def test_payloads_without_secrets(value: Any) -> None:
    """Without a secret in it, a value becomes the payload that temporalio's own converter makes."""
    expected = PydanticPayloadConverter().to_payloads([value])
    assert ClearPayloads().to_payloads([value]) == EncryptedPayloads().to_payloads([value]) == expected


def _raised() -> Exception:
    try:
        try:
            _ = KNOWN[ODD]
        except KeyError as error:
            raise InputError(f"401 for {VALUE}", problems=(("key", f"not {VALUE}"),)) from error
    except InputError as error:
        return error
    raise AssertionError(ODD)


def test_a_failure() -> None:
    """A failure tells no value: neither its message, nor its problems, nor the errors before it."""
    error = _raised()
    told = error_of(failure_of(error), ActionError)
    assert (told.message, getattr(told, "problems", None)) == ("401 for ***", (("key", "not ***"),))
    assert text_of(error) == "401 for ***"
    cause = cause_of(error)
    assert cause is not None
    shown = "".join(traceback.format_exception(cause))
    assert "InputError: 401 for ***" in shown
    assert "KeyError: '***'" in shown
    assert "in _raised" in shown
    assert VALUE not in shown


def test_a_failure_without_a_value() -> None:
    """An error that holds no value is its own cause, as ever."""
    error = ValueError("nothing")
    assert cause_of(error) is error


DETAILS = [{"key": VALUE}, {"key": SecretStr("hunter2")}, {"key": object()}, [math.nan, b"\xff"]]


@pytest.mark.parametrize("details", DETAILS)
def test_a_cause_with_details(details: Any) -> None:
    """An error of Temporal's own goes on without details that cannot be written, or may not; else it is as it was."""
    carrying, other = ApplicationError("bad", details), ApplicationError("bad", {"key": 1})
    (error := ValueError("outer")).__cause__ = carrying
    cause = cause_of(error)
    assert cause is not None
    assert repr(cause.__cause__) == "ApplicationError('bad')"
    assert not hasattr(cause.__cause__, "details")
    assert cause_of(other) is other


def test_what_an_error_says_of_itself() -> None:
    """Whatever attribute of an error holds a value, none is written down."""
    error = WorkflowError("x", type=VALUE, step=VALUE, state=VALUE, cause=ActionError(VALUE, action=VALUE))
    failure = failure_of(error)
    assert (failure.type, VALUE in repr(failure.details)) == ("***", False)


def test_a_group_with_a_value() -> None:
    """What failed at once is masked, too, although only its parts hold the value."""
    group = ExceptionGroup("several", [ValueError(VALUE)])
    shown = "".join(traceback.format_exception(cause_of(group)))
    assert (VALUE in shown, "several" in shown) == (False, True)


@pytest.mark.parametrize("log_format", ["json", "console"])
def test_the_log(log_format: str) -> None:
    """No line of a worker's log holds a value, whoever writes it: not in its fields, nor in a traceback."""
    before = logging.getLogger().handlers[:], structlog.get_config()
    output = io.StringIO()
    try:
        configure_logging(log_format, output=output, errors=output)
        headers = {"Authorization": f"Bearer {VALUE}"}
        structlog.stdlib.get_logger("own").warning("calling", headers=headers, odd=ODD, account=904711223)
        logging.getLogger("team").error("failed with %s", VALUE, exc_info=_raised())
    finally:
        logging.basicConfig(handlers=before[0], force=True)
        structlog.configure(**before[1])
    written = output.getvalue()
    assert "Bearer ***" in written
    assert (VALUE in written, ODD in written, "wörd" in written) == (False, False, False)
    assert "401 for ***" in written
    if log_format == "json":
        lines = [json.loads(line) for line in written.splitlines()]
        assert [line.get("account") for line in lines] == ["***", None]


async def test_each_call_says_for_itself_whether_it_is_encrypted() -> None:
    """One client that encrypts says nothing of another one in the same process."""

    async def encode(encrypted: bool) -> bool:
        with sending(lambda: encrypted):
            await asyncio.sleep(0)
            try:
                encode_input(VALUE, "x")
            except InputError:
                return False
            return True

    assert [*await asyncio.gather(encode(True), encode(False), encode(True))] == [True, False, True]
