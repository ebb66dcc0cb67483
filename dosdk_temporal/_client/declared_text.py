"""Outside: the text of a declared run, from its record: of its input, or where it was noted at its first task."""

from __future__ import annotations

import json
from collections.abc import Iterable

from temporalio.api.history.v1 import HistoryEvent
from temporalio.common import RawValue

from dosdk_temporal._pure.facts import CallFacts
from dosdk_temporal._wire.payloads import read
from dosdk_temporal._wire.schedule import DEFINITION

__all__ = ["text_of_run"]


def text_of_run(events: Iterable[HistoryEvent], facts: CallFacts) -> str | None:
    """The text; None for a run of a handler.

    Args:
        events: the run's history, decoded.
        facts: beside its input.
    """
    if facts.definition is not None:
        return facts.definition
    for event in events:
        details = event.marker_recorded_event_attributes.details
        if "data" in details and any(DEFINITION.encode() in payload.data for payload in details["data"].payloads):
            return str(json.loads(read(RawValue(details["result"].payloads[0]))[0]))
    return None
