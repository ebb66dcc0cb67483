"""Outside: the steps that were held for a person, read from the memo as the run wrote it, time after time."""

from __future__ import annotations

from dosdk_temporal._client.history import attributes_of
from dosdk_temporal._client.recorded.record import RunRecord
from dosdk_temporal._pure.status import StepState
from dosdk_temporal._pure.waits import LAST_WAIT, read_waits

__all__ = ["held_states"]


def held_states(record: RunRecord) -> dict[str, StepState]:
    """The states of steps that a person has skipped, or is waited for to resolve; by their ids."""
    states: dict[str, StepState] = {}
    for event in record.events:
        kind, attributes = attributes_of(event)
        if kind == "workflow_properties_modified" and LAST_WAIT in attributes.upserted_memo.fields:
            told = record.plain(attributes.upserted_memo.fields[LAST_WAIT])
            if told.get("kind") == "decision" and told.get("state") == "skip":
                states[told["name"]] = "skipped"
            elif told.get("kind") == "decision":
                states.pop(told["name"], None)
    waits = read_waits(record.memo) if record.execution.close_time is None else ()
    return {**states, **dict.fromkeys((wait.name for wait in waits if wait.kind == "decision"), "waiting")}
