"""Outside: where a run comes from: what started it, and which run it belongs to."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from temporalio.converter import decode_typed_search_attributes

from dosdk_temporal._client.history import attributes_of, time_of
from dosdk_temporal._client.recorded.record import RunRecord
from dosdk_temporal._pure.names import RESERVED_PREFIX
from dosdk_temporal._pure.trigger import Trigger
from dosdk_temporal._pure.versions import FIRST
from dosdk_temporal._wire.scheduled import scheduled_by
from dosdk_temporal._wire.versions import version_of_marks

__all__ = ["begun_version", "children_of", "trigger_of"]

_CHILD_STARTED: Final = "child_workflow_execution_started"
_PATCH: Final = "core_patch"
"""The name of a marker that tells of a patch."""


def trigger_of(record: RunRecord, payload: Any) -> Trigger:
    """What started the run, as its handler saw it.

    Args:
        record: the run's.
        payload: its input.
    """
    told = {**record.facts.trigger, **scheduled_by(decode_typed_search_attributes(record.started.search_attributes))}
    return Trigger(
        payload=payload,
        kind=told.get("kind", "direct"),
        name=told.get("name"),
        id=told.get("id", record.execution.id),
        time=datetime.fromisoformat(told["time"]) if "time" in told else time_of(record.events[0].event_time),
    )


def children_of(record: RunRecord) -> tuple[str, ...]:
    """The ids of the runs that it started as its own, in order, each once."""
    kinds = (attributes_of(event) for event in record.events)
    ids = (a.workflow_execution.workflow_id for kind, a in kinds if kind == _CHILD_STARTED)
    own = (one for one in ids if not one.startswith(RESERVED_PREFIX))  # no traces of what was undone
    return tuple(dict.fromkeys(own))


def begun_version(record: RunRecord) -> str | None:
    """The version of its workflow that a run began with which was asked for none; None where that is not known.

    It marks any but the first at its first task. Nothing is told of a run that the SDK did not start, or of a single action's.
    """
    kinds = {attributes_of(event)[0] for event in record.events}
    if "workflow_task_completed" not in kinds or record.is_refused or not record.is_ours:
        return None
    if record.facts.kind not in {"workflow", "child"}:
        return None
    markers = (event.marker_recorded_event_attributes for event in record.events)
    patches = (marker.details["patch-data"] for marker in markers if marker.marker_name == _PATCH)
    told = (record.plain(payload) for payloads in patches for payload in payloads.payloads)
    return version_of_marks(str(mark["id"]) for mark in told) or FIRST
