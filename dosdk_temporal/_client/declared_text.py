"""Outside: the text of a declared run, from its history: of its input, or where it was recorded at its first task."""

from __future__ import annotations

import json
from collections.abc import Iterable

from temporalio.api.common.v1 import Payload
from temporalio.api.history.v1 import HistoryEvent
from temporalio.common import RawValue
from temporalio.converter import DataConverter

from dosdk_temporal._pure.facts import CallFacts
from dosdk_temporal._wire.payloads import read
from dosdk_temporal._wire.schedule import DEFINITION

__all__ = ["text_of_run"]


async def text_of_run(events: Iterable[HistoryEvent], facts: CallFacts, converter: DataConverter) -> str | None:
    """The text; None for a run of a handler.

    Args:
        events: the run's history.
        facts: beside its input.
        converter: the client's.
    """
    if facts.definition is not None:
        return facts.definition
    for event in events:
        details = event.marker_recorded_event_attributes.details
        if "data" in details and any(DEFINITION.encode() in payload.data for payload in details["data"].payloads):
            return str(json.loads(await _json(details["result"].payloads[0], converter)))
    return None


async def _json(payload: Payload, converter: DataConverter) -> bytes:
    decoded = [payload] if converter.payload_codec is None else await converter.payload_codec.decode([payload])
    return read(RawValue(decoded[0]))[0]
