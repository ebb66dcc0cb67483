"""Outside: payloads of a record, read whoever wrote them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from temporalio.api.common.v1 import Payload
from temporalio.common import RawValue

from dosdk_temporal._pure.facts import CallFacts, ResultFacts, unpack
from dosdk_temporal._pure.values import decode
from dosdk_temporal._wire.payloads import read
from dosdk_temporal.errors import InputError, OutputError

__all__ = ["call_facts", "result_facts", "value_of"]


def value_of(payloads: Sequence[Payload]) -> Any:
    """The JSON of the first payload, None for none; of what is no JSON, a word about it: a record is shown as it is."""
    if not payloads:
        return None
    try:
        return decode(read(RawValue(payloads[0]))[0], Any, "a payload")
    except (InputError, OutputError):
        encoding = payloads[0].metadata.get("encoding", b"").decode(errors="replace") or "nothing known"
        return f"<{len(payloads[0].data):,} bytes encoded as {encoding}>"


def call_facts(payloads: Sequence[Payload]) -> CallFacts:
    """What the caller said beside an input."""
    return unpack(CallFacts, payloads[0].metadata) if payloads else CallFacts()


def result_facts(payloads: Sequence[Payload]) -> ResultFacts:
    """What the worker said beside a result."""
    return unpack(ResultFacts, payloads[0].metadata) if payloads else ResultFacts()
