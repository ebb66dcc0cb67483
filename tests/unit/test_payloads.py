"""A value's JSON and the facts beside it, as a Temporal payload."""

from __future__ import annotations

import pytest
from temporalio.api.common.v1 import Payload
from temporalio.common import RawValue
from temporalio.converter import DataConverter

from dosdk_temporal import InputError
from dosdk_temporal._pure.facts import CallFacts, ResultFacts
from dosdk_temporal._wire.payloads import call_of, raw_value, read, result_of

FACTS = CallFacts(kind="step", version="2", key="run/charge")


def _payload(encoding: str | None, data: bytes = b"") -> RawValue:
    return RawValue(Payload(metadata={} if encoding is None else {"encoding": encoding.encode()}, data=data))


def test_the_value_stays_plain_json() -> None:
    """Anybody's converter reads the value; the facts are beside it."""
    raw = raw_value(b'{"a":1}', FACTS)
    assert DataConverter.default.payload_converter.from_payload(raw.payload) == {"a": 1}
    assert call_of([raw]) == (b'{"a":1}', FACTS)


def test_results() -> None:
    """A result comes back with its facts."""
    facts = ResultFacts(version="2", attempts=3, started_at="2027-01-01T00:00:00+00:00")
    assert result_of(raw_value(b"[1]", facts)) == (b"[1]", facts)


@pytest.mark.parametrize(
    ("args", "data"),
    [
        ([], b"{}"),
        ([_payload("json/plain", b'{"a":1}')], b'{"a":1}'),
        ([_payload("json/protobuf", b'{"a":1}')], b'{"a":1}'),
        ([_payload("binary/null")], b"null"),
    ],
)
def test_started_by_somebody_else(args: list[RawValue], data: bytes) -> None:
    """An execution started by the CLI, the UI or another SDK has its input and default facts."""
    assert call_of(args) == (data, CallFacts())


@pytest.mark.parametrize(
    ("args", "message"),
    [
        ([_payload("json/plain", b"1"), _payload("json/plain", b"2")], "2 inputs were given, one JSON object is taken"),
        ([_payload("binary/plain", b"\0")], "a payload encoded as binary/plain was given, JSON is taken"),
        ([_payload("binary/encrypted", b"\0")], "a payload encoded as binary/encrypted was given, JSON is taken"),
        ([_payload(None, b"{}")], "a payload encoded as nothing known was given, JSON is taken"),
        ([_payload("", b"{}")], "a payload encoded as nothing known was given, JSON is taken"),
    ],
)
def test_what_is_no_input(args: list[RawValue], message: str) -> None:
    """More than one input, or one that is not JSON, is refused."""
    with pytest.raises(InputError) as refused:
        call_of(args)
    assert str(refused.value) == message


def test_an_encoding_that_is_no_text() -> None:
    """An encoding that is no text is refused like any other, not a UnicodeDecodeError."""
    with pytest.raises(InputError, match="was given, JSON is taken"):
        read(RawValue(Payload(metadata={"encoding": b"\xff"})))
