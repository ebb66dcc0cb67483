"""Outside: events of a record, and what code does, in words."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any, Final

from temporalio.api.history.v1 import HistoryEvent

__all__ = ["done", "happened", "length_of", "local_step"]

_NOTED: Final = "what it waits for, or its figures, was written"


def happened(event: HistoryEvent) -> str:
    """An event of a record."""
    kind = (event.WhichOneof("attributes") or "").removesuffix("_event_attributes")
    told = _EVENTS.get(kind)
    return told(getattr(event, f"{kind}_event_attributes")) if told else kind.replace("_", " ")


def done(command: Any) -> str:
    """One command of workflow code."""
    kind = command.WhichOneof("variant") or "nothing"
    told = _COMMANDS.get(kind)
    return told(getattr(command, kind)) if told else f"makes the command {kind.replace('_', ' ')}"


def length_of(length: timedelta) -> str:
    """A length of time, in the largest unit that leaves few digits."""
    seconds = length.total_seconds()
    for unit, size in (("d", 86_400), ("h", 3_600), ("min", 60)):
        if seconds >= size:
            return f"{seconds / size:g} {unit}"
    return f"{seconds:g} s"


def _step(attributes: Any) -> str:
    action = attributes.activity_type.name
    of = "" if attributes.activity_id == action else f" of action {action!r}"
    return f"step {attributes.activity_id!r}{of} was scheduled"


def local_step(event: HistoryEvent) -> dict[str, Any]:
    """What Temporal's core has noted of a local step, its number ``seq`` too; nothing for any other event."""
    attributes = event.marker_recorded_event_attributes
    return _noted(attributes) if attributes.marker_name == "core_local_activity" else {}


def _noted(attributes: Any) -> dict[str, Any]:
    told: dict[str, Any] = {}
    for name in ("data", "patch-data"):
        for payload in attributes.details[name].payloads if name in attributes.details else ():
            told |= json.loads(payload.data)
    return told


def _marker(attributes: Any) -> str:
    told = _noted(attributes)
    if attributes.marker_name == "core_patch":
        return f"patch {told.get('id')!r} was recorded"
    return f"local step {told.get('activity_id')!r} was recorded"


def _scheduled(command: Any) -> str:
    of = "" if command.activity_id == command.activity_type else f" of action {command.activity_type!r}"
    return f"schedules step {command.activity_id!r}{of}"


def _timer(length: timedelta) -> str:
    return f"a timer of {length_of(length)}"


_EVENTS: Final[Mapping[str, Callable[[Any], str]]] = {
    "activity_task_scheduled": _step,
    "marker_recorded": _marker,
    "start_child_workflow_execution_initiated": lambda told: f"child {told.workflow_id!r} was started",
    "timer_started": lambda told: f"{_timer(told.start_to_fire_timeout.ToTimedelta())} was started",
    "timer_canceled": lambda _: "a timer was cancelled",
    "activity_task_cancel_requested": lambda _: "a step was cancelled",
    "signal_external_workflow_execution_initiated": lambda told: f"signal {told.signal_name!r} was sent",
    "upsert_workflow_search_attributes": lambda _: _NOTED,
    "workflow_properties_modified": lambda _: _NOTED,
    "workflow_execution_completed": lambda _: "the run completed",
    "workflow_execution_failed": lambda _: "the run failed",
    "workflow_execution_canceled": lambda _: "the run was cancelled",
    "workflow_execution_continued_as_new": lambda _: "the run went on as a new one",
}

_COMMANDS: Final[Mapping[str, Callable[[Any], str]]] = {
    "schedule_activity": _scheduled,
    "schedule_local_activity": _scheduled,
    "start_timer": lambda told: f"starts {_timer(told.start_to_fire_timeout.ToTimedelta())}",
    "cancel_timer": lambda _: "cancels a timer",
    "request_cancel_activity": lambda _: "cancels a step",
    "start_child_workflow_execution": lambda told: f"starts child {told.workflow_id!r}",
    "signal_external_workflow_execution": lambda told: f"sends signal {told.signal_name!r}",
    "set_patch_marker": lambda told: f"asks for patch {told.patch_id!r}",
    "upsert_workflow_search_attributes": lambda _: "writes what it waits for, or its figures",
    "modify_workflow_properties": lambda _: "writes what it waits for, or its figures",
    "complete_workflow_execution": lambda _: "completes the run",
    "fail_workflow_execution": lambda told: f"fails the run: {told.failure.message}",
    "cancel_workflow_execution": lambda _: "ends the run as cancelled",
    "continue_as_new_workflow_execution": lambda _: "goes on as a new run",
}
