"""The keys of encryption, and what becomes of payloads, failures and texts under them."""

from __future__ import annotations

import secrets
import sys
from typing import Any

import pytest
from temporalio.api.common.v1 import Payload
from temporalio.api.failure.v1 import Failure
from temporalio.converter import DataConverter, DefaultPayloadConverter, PayloadCodec
from temporalio.exceptions import ApplicationError

from dosdk_temporal import DefinitionError, Do
from dosdk_temporal._cli.checking import Check, encryption
from dosdk_temporal._client.converting import data_converter
from dosdk_temporal._client.settings import Settings
from dosdk_temporal._pure.sealing import NO_KEYS, ChangedError, Keyring, UnreadableError, key_id
from dosdk_temporal._wire.encryption import Encryption, say_again

OLD, NEW = "b2xkLW9sZC1vbGQtb2xkLW9sZC1vbGQtb2xkLW9sZCE", "bmV3LW5ldy1uZXctbmV3LW5ldy1uZXctbmV3LW5ldyE"
OLD_ID, NEW_ID = "985e1149062d", "6da62ff0a0ca"
CHANGED = (
    f"what was encrypted with the key '{NEW_ID}' was changed on the server or on its way, and is not read: the key is known "
    "here, and only the data as they were help, as from a backup"
)


def ring(text: str) -> Keyring:
    """The keys of a text."""
    return Keyring.read(text, {})


def payload() -> Payload:
    """One as the SDK makes them: a value, and facts beside it."""
    return Payload(metadata={"encoding": b"json/plain", "dosdk": b'{"kind":"step"}'}, data=b'"marker"')


async def test_a_payload_is_encrypted_whole() -> None:
    """Of value and facts nothing is readable but which key it was; decoded, it is the same payload."""
    codec = Encryption(ring(NEW))
    (sealed,) = await codec.encode([payload()])
    assert dict(sealed.metadata) == {"encoding": b"binary/encrypted", "encryption-key-id": NEW_ID.encode()}
    assert b"marker" not in sealed.SerializeToString()
    assert b"step" not in sealed.SerializeToString()
    assert await codec.decode([sealed]) == [payload()]


async def test_equal_payloads_do_not_look_equal() -> None:
    """Each is encrypted with a nonce of its own."""
    first, second = await Encryption(ring(NEW)).encode([payload(), payload()])
    assert first.data != second.data
    assert first.data[:12] != second.data[:12]


async def test_keys_rotate() -> None:
    """The first key encrypts, all decrypt; what nobody encrypted is decoded as it is."""
    (old,) = await Encryption(ring(OLD)).encode([payload()])
    both = Encryption(ring(f"{NEW}, {OLD}"))
    (new,) = await both.encode([payload()])
    assert new.metadata["encryption-key-id"] == NEW_ID.encode()
    assert await both.decode([old, new, payload()]) == [payload()] * 3


async def test_a_key_may_only_be_read_with() -> None:
    """With ``none`` in the first place nothing is encrypted yet, or any more, and what the other keys encrypted is read."""
    reading = ring(f"none, {NEW}")
    sealed = await Encryption(ring(NEW)).encode([payload()])
    assert await Encryption(reading).encode([payload()]) == [payload()]
    assert await Encryption(reading).decode([*sealed, payload()]) == [payload()] * 2
    assert reading.seal_text("1", "dosdk_entries") == "1"
    assert reading.open_text(ring(NEW).seal_text("1", "dosdk_entries"), "dosdk_entries") == "1"
    failure = await told(data_converter(ring(NEW)), ApplicationError("marker one"))
    read = await data_converter(reading).decode_failure(failure)
    assert str(read) == "marker one"
    assert (await told(data_converter(reading), ApplicationError("as it is"))).message == "as it is"


@pytest.mark.parametrize(
    ("keyring", "known"),
    [(NO_KEYS, "not known here"), (Keyring.read(NEW, {}), f"not among the keys here ({NEW_ID})")],
    ids=["no key", "another key"],
)
async def test_an_unknown_key_is_named(keyring: Keyring, known: str) -> None:
    """Who has not the key is told which it is, and what to set; it is no key itself that is named."""
    sealed = await Encryption(ring(OLD)).encode([payload()])
    with pytest.raises(UnreadableError) as unread:
        await Encryption(keyring).decode(sealed)
    assert str(unread.value) == (
        f"this is encrypted, and the key with the id '{OLD_ID}' is {known}: set DO_ENCRYPTION_KEY as where this was "
        "written; several keys are separated by commas, and the first encrypts"
    )
    assert isinstance(unread.value, DefinitionError)


def changed(sealed: Payload) -> None:
    sealed.data = sealed.data[:-1] + bytes([sealed.data[-1] ^ 1])


def cut(sealed: Payload) -> None:
    sealed.data = sealed.data[:5]


def of_another_kind(sealed: Payload) -> None:
    sealed.data = ring(NEW).seal(payload().SerializeToString(), "dosdk_events")


@pytest.mark.parametrize("spoil", [changed, cut, of_another_kind])
async def test_what_was_changed_is_refused(spoil: Any) -> None:
    """Ciphertext that was changed, cut or taken from elsewhere is never read as a value."""
    (sealed,) = await Encryption(ring(NEW)).encode([payload()])
    spoil(sealed)
    with pytest.raises(ChangedError) as refused:
        await Encryption(ring(NEW)).decode([sealed])
    assert str(refused.value) == CHANGED


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("", 1),
        ("secret", 1),
        (f"{NEW},", 2),
        (f"{NEW},{OLD[:-1]}", 2),
        (f"{NEW} {OLD}", 1),
        ("+" + NEW[1:], 1),
        ("ü" * 43, 1),
        (f"{NEW}AAAA", 1),
        ("none", 1),
        ("none,", 2),
        (f"none,none,{NEW}", 2),
        (f"{NEW},none", 2),
    ],
)
def test_what_is_no_key_is_refused_unseen(text: str, number: int) -> None:
    """A wrong key is refused with how to make a right one, and is not shown."""
    with pytest.raises(DefinitionError) as refused:
        Settings.resolve(encryption_key=text, environ={})
    assert str(refused.value) == (
        f"key {number} of encryption_key= is not 32 bytes in base64url: make one with: "
        "python -c 'import secrets; print(secrets.token_urlsafe(32))'"
    )


def test_the_environment_names_itself() -> None:
    """A wrong key of the environment is told as the variable's."""
    with pytest.raises(DefinitionError, match=r"^key 1 of DO_ENCRYPTION_KEY is not 32 bytes"):
        Settings.resolve(environ={"DO_ENCRYPTION_KEY": "hunter2"})


def test_settings_say_whether_payloads_are_encrypted() -> None:
    """An argument counts more than the environment; an empty variable is none; a made key is one."""
    made = secrets.token_urlsafe(32)
    settings = [
        Settings.resolve(environ={}),
        Settings.resolve(environ={"DO_ENCRYPTION_KEY": ""}),
        Settings.resolve(environ={"DO_ENCRYPTION_KEY": made}),
        Settings.resolve(environ={"DO_ENCRYPTION_KEY": f"none,{made}"}),
        Settings.resolve(environ={"DO_ENCRYPTION_KEY": f"{OLD}="}, encryption_key=f"{NEW},{OLD}"),
    ]
    assert [one.encrypted for one in settings] == [False, False, True, False, True]
    assert settings[-1].keyring.first == NEW_ID == key_id(b"new-new-new-new-new-new-new-new!")


@pytest.mark.parametrize(
    ("key", "said"),
    [
        (None, "off: the server stores values in the clear; DO_ENCRYPTION_KEY turns it on"),
        (f"none,{NEW}", f"off: the server stores values in the clear; what these keys encrypted is read: {NEW_ID}"),
        (NEW, f"on: with the key {NEW_ID}"),
        (f"{NEW},{OLD}", f"on: with the key {NEW_ID}; also read: {OLD_ID}"),
    ],
)
def test_doctor_says_whether_it_is_on(key: str | None, said: str) -> None:
    """The report has one line on encryption: off, or on with which keys."""
    assert encryption(Settings.resolve(encryption_key=key, environ={})) == Check("encryption", "ok", said)


def test_keys_are_never_shown() -> None:
    """Neither settings, client nor keys show a key when they are printed."""
    do = Do(encryption_key=NEW)
    shown = f"{do!r} {do.settings!r} {do.settings.keyring!r} {do.database!r}"
    assert NEW not in shown
    assert "new-new" not in shown


def test_a_missing_package_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    """A key without the package that encrypts is refused with what to install."""
    monkeypatch.setitem(sys.modules, "cryptography.hazmat.primitives.ciphers.aead", None)
    with pytest.raises(DefinitionError) as refused:
        Settings.resolve(encryption_key=NEW, environ={})
    assert str(refused.value) == "encryption needs cryptography: pip install 'dosdk-temporal[encryption]'"


async def told(converter: DataConverter, error: BaseException) -> Failure:
    """A failure as it is stored."""
    failure = Failure()
    await converter.encode_failure(error, failure)
    return failure


async def test_failures_are_encrypted() -> None:
    """Message, details, stack and cause of a failure are ciphertext, its type is readable; decoded, it says all again."""
    converter = data_converter(ring(NEW))
    error = ApplicationError("marker one", {"detail": "marker two"}, type="OutOfStock")
    error.__cause__ = ValueError("marker three")
    stored = await told(converter, error)
    assert b"marker" not in stored.SerializeToString()
    assert (stored.message, stored.stack_trace, stored.application_failure_info.type) == (
        "Encoded failure",
        "",
        "OutOfStock",
    )
    read = await converter.decode_failure(stored)
    assert (str(read), read.details, str(read.__cause__)) == (  # type: ignore[attr-defined] # an ApplicationError
        "OutOfStock: marker one",
        ({"detail": "marker two"},),
        "ValueError: marker three",
    )


@pytest.mark.parametrize("keyring", [NO_KEYS, Keyring.read(OLD, {})], ids=["no key", "another key"])
async def test_a_missing_key_is_told_in_the_clear(keyring: Keyring) -> None:
    """A worker that cannot read a payload says so where whoever has the right key can read it, and asks for half a minute."""
    sealed = await Encryption(ring(NEW)).encode([payload()])
    error = ApplicationError("Failed decoding arguments")
    try:
        await Encryption(keyring).decode(sealed)
    except UnreadableError as unread:
        error.__cause__ = unread
    stored = await told(data_converter(keyring), error)
    assert stored.message.startswith(f"this is encrypted, and the key with the id '{NEW_ID}' is not")
    info = stored.application_failure_info
    assert (info.type, info.non_retryable, info.next_retry_delay.seconds) == ("UnreadableError", False, 30)
    assert not stored.HasField("cause")


async def test_what_was_changed_is_not_tried_again() -> None:
    """An action whose input was changed fails for good, and says why in the clear: no other worker could read it."""
    error = ApplicationError("Failed decoding arguments")
    error.__cause__ = ChangedError(CHANGED)
    stored = await told(data_converter(ring(NEW)), error)
    info = stored.application_failure_info
    assert (stored.message, info.type, info.non_retryable) == (CHANGED, "ChangedError", True)
    assert not info.HasField("next_retry_delay")


async def test_without_a_key_payloads_stay_plain() -> None:
    """Values are plain JSON, and failures as Temporal has them."""
    converter = data_converter(NO_KEYS)
    assert await converter.encode([{"a": 1}]) == [Payload(metadata={"encoding": b"json/plain"}, data=b'{"a":1}')]
    assert (await told(converter, ApplicationError("as it is"))).message == "as it is"


class Base64(PayloadCodec):
    """A team's own codec."""

    async def encode(self, payloads: Any) -> list[Payload]:
        """See the base class."""
        return list(payloads)

    async def decode(self, payloads: Any) -> list[Payload]:
        """See the base class."""
        return list(payloads)


class OwnPayloads(DefaultPayloadConverter):
    """A team's own payloads."""


def test_a_teams_own_codec_stays() -> None:
    """What a team's converter has of its own stays, also beside a key."""
    own = DataConverter(payload_converter_class=OwnPayloads, payload_codec=Base64())
    assert data_converter(ring(NEW), own) == own


async def test_a_decoded_failure_reads_as_any_other() -> None:
    """Once decoded, message and stack trace of a failure and its cause stand where they stand without encryption."""
    error = ApplicationError("marker one")
    error.__cause__ = ValueError("marker three")
    encrypted = data_converter(ring(NEW))
    stored = await told(encrypted, error)
    await Encryption(ring(NEW)).decode_failure(stored)
    say_again(stored)
    assert stored == await told(data_converter(NO_KEYS), error)
