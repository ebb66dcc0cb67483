"""Outside: the steps of a run, read from its history."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, Literal

from google.protobuf.timestamp_pb2 import Timestamp
from temporalio.api.common.v1 import Payload
from temporalio.api.failure.v1 import Failure
from temporalio.api.history.v1 import HistoryEvent
from temporalio.api.workflow.v1 import PendingActivityInfo
from temporalio.client import WorkflowHandle

from dosdk_temporal._client.connection import Connection, translated
from dosdk_temporal._pure.status import StepState
from dosdk_temporal._pure.waits import LAST_WAIT

__all__ = ["Step", "past_waits", "read_steps", "time_of"]

_ENDS: Final[dict[str, StepState]] = {
    "completed": "completed",
    "failed": "failed",
    "timed_out": "failed",
    "canceled": "failed",
}


@dataclass
class Step:
    """A step as recorded; payloads and failures not yet decoded."""

    id: str
    name: str
    kind: Literal["action", "local", "workflow"]
    started_at: datetime
    state: StepState = "pending"
    attempts: int | None = None
    closed_at: datetime | None = None
    result: Sequence[Payload] | None = None
    failure: Failure | None = None


def read_steps(events: Iterable[HistoryEvent], pending: Sequence[PendingActivityInfo] = ()) -> list[Step]:
    """The steps in the order they were scheduled.

    Args:
        events: the run's history.
        pending: what the server says of activities that have not ended: their attempts so far are nowhere else.
    """
    steps: dict[int, Step] = {}
    for event in events:
        attributes = getattr(event, event.WhichOneof("attributes") or "", None)
        kind = (event.WhichOneof("attributes") or "").removesuffix("_event_attributes")
        _read(steps, event, kind, attributes)
    by_id = {step.id: step for step in steps.values()}
    for activity in pending:
        step = by_id.get(activity.activity_id)
        if step is not None:
            step.attempts = activity.attempt
            step.state = "running" if activity.HasField("last_started_time") else "pending"
            step.failure = activity.last_failure if activity.HasField("last_failure") else None
    return list(steps.values())


async def past_waits(connection: Connection, handle: WorkflowHandle[Any, Any]) -> list[dict[str, Any]]:
    """How each wait of a run ended, and which attempts were refused, in order; see ``Board``."""
    converter = connection.client.data_converter
    with translated(connection.settings):
        history = await handle.fetch_history()
    told = []
    for event in history.events:
        fields = event.workflow_properties_modified_event_attributes.upserted_memo.fields
        if LAST_WAIT in fields:
            told += await converter.decode([fields[LAST_WAIT]], [dict])
    return told


def _read(steps: dict[int, Step], event: HistoryEvent, kind: str, attributes: Any) -> None:
    when = time_of(event.event_time)
    if kind == "activity_task_scheduled":
        steps[event.event_id] = Step(attributes.activity_id, attributes.activity_type.name, "action", when)
    elif kind == "start_child_workflow_execution_initiated":
        steps[event.event_id] = Step(attributes.workflow_id, attributes.workflow_type.name, "workflow", when)
    elif kind == "activity_task_started":
        step = steps[attributes.scheduled_event_id]
        step.state, step.attempts = "running", attributes.attempt
    elif kind == "child_workflow_execution_started":
        steps[attributes.initiated_event_id].state = "running"
    elif kind == "start_child_workflow_execution_failed":
        step = steps[attributes.initiated_event_id]
        step.state, step.closed_at = "failed", when
    elif kind.startswith("activity_task_") and kind != "activity_task_cancel_requested":
        _end(steps[attributes.scheduled_event_id], kind.removeprefix("activity_task_"), attributes, when)
    elif kind.startswith("child_workflow_execution_"):
        _end(steps[attributes.initiated_event_id], kind.removeprefix("child_workflow_execution_"), attributes, when)


def _end(step: Step, how: str, attributes: Any, when: datetime) -> None:
    step.state, step.closed_at = _ENDS.get(how, "failed"), when
    if how == "completed":
        step.result = attributes.result.payloads
    elif hasattr(attributes, "failure"):
        step.failure = attributes.failure


def time_of(stamp: Timestamp) -> datetime:
    """A time as Temporal writes it, in UTC."""
    return stamp.ToDatetime(UTC)
