"""Wire: a value's JSON and the facts beside it, as a Temporal payload."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from temporalio.api.common.v1 import Payload
from temporalio.common import RawValue

from dosdk_temporal._pure.facts import FACTS_KEY, CallFacts, ResultFacts, pack, unpack
from dosdk_temporal.errors import InputError

__all__ = ["call_of", "facts_of", "raw_value", "read", "result_of"]


def raw_value(data: bytes, facts: CallFacts | ResultFacts) -> RawValue:
    """A payload of plain JSON that carries the facts in its metadata."""
    return RawValue(Payload(metadata={"encoding": b"json/plain", FACTS_KEY: pack(facts)}, data=data))


def call_of(args: Sequence[RawValue]) -> tuple[bytes, CallFacts]:
    """The input's JSON and its facts; an execution started by others may have no input, and no facts.

    Raises:
        InputError: when there is more than one input, or it is not JSON.
    """
    if len(args) > 1:
        raise InputError(f"{len(args)} inputs were given, one JSON object is taken")
    data, metadata = read(args[0]) if args else (b"{}", {})
    return data, unpack(CallFacts, metadata)


def facts_of(args: Sequence[RawValue]) -> CallFacts:
    """The facts beside an input; none of an input that is refused."""
    try:
        return call_of(args)[1]
    except InputError:
        return CallFacts()


def result_of(raw: RawValue) -> tuple[bytes, ResultFacts]:
    """A result's JSON and its facts."""
    data, metadata = read(raw)
    return data, unpack(ResultFacts, metadata)


def read(raw: RawValue) -> tuple[bytes, Mapping[str, bytes]]:
    """A payload's JSON and metadata.

    Raises:
        InputError: when the payload is not JSON.
    """
    encoding = raw.payload.metadata.get("encoding", b"").decode(errors="replace")
    if encoding == "binary/null":
        return b"null", raw.payload.metadata
    if encoding not in {"json/plain", "json/protobuf"}:
        raise InputError(f"a payload encoded as {encoding or 'nothing known'} was given, JSON is taken")
    return raw.payload.data, raw.payload.metadata
