"""Outside: the steps of a run, read from its events."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any, Final, Literal

from temporalio.api.common.v1 import Payload
from temporalio.api.failure.v1 import Failure
from temporalio.api.history.v1 import HistoryEvent
from temporalio.api.workflow.v1 import PendingActivityInfo

from dosdk_temporal._client.history import attributes_of, time_of
from dosdk_temporal._client.recorded.record import RunRecord
from dosdk_temporal._client.recorded.values import call_facts, result_facts, value_of
from dosdk_temporal._pure.facts import CallFacts, ResultFacts
from dosdk_temporal._pure.failed_step import innermost
from dosdk_temporal._pure.interpreter.asides import COMPENSATION, FALLBACK
from dosdk_temporal._pure.names import RESERVED_PREFIX
from dosdk_temporal._pure.refused import read_refused
from dosdk_temporal._pure.status import StepState
from dosdk_temporal._pure.undone_keys import UNDONE
from dosdk_temporal._wire.failures import error_of, trail_of
from dosdk_temporal._wire.schedule import AWAIT_RUN, ONE_ACTION
from dosdk_temporal.errors import DoError

__all__ = ["RecordedStep", "read_steps"]

_LOCAL: Final = "core_local_activity"
"""The name of a marker that tells of a local activity."""


@dataclass
class RecordedStep:
    """A step as the history has it.

    Attributes:
        id: unique within the run.
        name: of the action or child workflow.
        kind: what it is.
        scheduled_at: when.
        input: as received; None where the history has none: of a local action.
        facts: what the caller said beside it.
        execution_id: of a child; None for what is no run of its own.
        state: where it stands.
        attempts: made; None where that is not known.
        began_at: when the last attempt began, by the server's clock; None where that is not known.
        closed_at: when it ended; None while it has not.
        output: of a completed one.
        result: what its worker said beside that.
        error: what it failed with, or last.
        trail: its failed attempts, each ``{n, error: {type, message}, started_at, closed_at}``.
        ended: how, in Temporal's word; None while it has not.
    """

    id: str
    name: str
    kind: Literal["action", "local", "workflow"]
    scheduled_at: datetime
    input: Any = None
    facts: CallFacts = field(default_factory=CallFacts)
    execution_id: str | None = None
    state: StepState = "pending"
    attempts: int | None = None
    began_at: datetime | None = None
    closed_at: datetime | None = None
    output: Any = None
    result: ResultFacts = field(default_factory=ResultFacts)
    error: DoError | None = None
    trail: Sequence[Mapping[str, Any]] = ()
    ended: str | None = None

    @property
    def aside(self) -> Literal["fallback", "compensation"] | None:
        """What it does beside another step: stand in for it, or undo it; None for a step of its own."""
        if self.facts.undoes is not None or self.id.endswith(COMPENSATION):
            return "compensation"
        return "fallback" if self.id.endswith(FALLBACK) else None

    @property
    def owner(self) -> str:
        """The step that it belongs to: itself, or the one that it stands in for or undoes."""
        return self.facts.undoes or (self.id if self.aside is None else self.id.rpartition(":")[0])

    @property
    def version(self) -> str | None:
        """Of the handler that gave the result, else the one asked for; None where neither was told."""
        return self.result.version or self.facts.version


def read_steps(record: RunRecord) -> list[RecordedStep]:
    """The steps in the order they were scheduled; one that was held and tried again is there once for each time."""
    reader = _Reader(record)
    for event in record.events:
        reader.read(event)
    steps = list(reader.steps.values())
    latest = {step.id: step for step in steps}
    for activity in record.pending:
        if activity.activity_id in latest:
            _see_pending(latest[activity.activity_id], activity, record)
    return steps


class _Reader:
    """Fills steps as events come; each kind of event has its line in ``_KINDS``."""

    def __init__(self, record: RunRecord) -> None:
        self.record = record
        self.steps: dict[int, RecordedStep] = {}
        self._refused: dict[str, int] = {}
        self._marks: set[int] = set()
        self._task_began: dict[int, datetime] = {}
        self._owner = f"{record.execution.id}/"

    def read(self, event: HistoryEvent) -> None:
        kind, attributes = attributes_of(event)
        read = _KINDS.get(kind)
        if read is not None and getattr(attributes, "initiated_event_id", None) not in self._marks:
            read(self, event, attributes)

    def activity(self, event: HistoryEvent, attributes: Any) -> None:
        step_id, name, payloads = attributes.activity_id, attributes.activity_type.name, attributes.input.payloads
        if name == AWAIT_RUN and step_id in self._refused:  # the run of its key exists, and is waited for
            step = self.steps.pop(self._refused.pop(step_id))
            step.state, step.closed_at, step.ended, step.error = "pending", None, None, None
        else:
            when = time_of(event.event_time)
            step = RecordedStep(step_id, name, "action", when, value_of(payloads), call_facts(payloads))
        self.steps[event.event_id] = step

    def child(self, event: HistoryEvent, attributes: Any) -> None:
        payloads, execution_id = attributes.input.payloads, attributes.workflow_id
        facts = call_facts(payloads)
        if facts.kind == UNDONE:
            self._marks.add(event.event_id)
            return
        self.steps[event.event_id] = RecordedStep(
            facts.step or execution_id.removeprefix(self._owner),
            attributes.workflow_type.name,
            "action" if facts.kind == ONE_ACTION else "workflow",
            time_of(event.event_time),
            value_of(payloads),
            facts,
            execution_id,
        )

    def attempt(self, event: HistoryEvent, attributes: Any) -> None:
        step = self.steps[attributes.scheduled_event_id]
        step.state, step.attempts, step.began_at = "running", attributes.attempt, time_of(event.event_time)

    def child_began(self, event: HistoryEvent, attributes: Any) -> None:
        step = self.steps[attributes.initiated_event_id]
        step.state, step.began_at = "running", time_of(event.event_time)

    def child_refused(self, event: HistoryEvent, attributes: Any) -> None:
        step = self.steps[attributes.initiated_event_id]
        self._refused[step.id] = attributes.initiated_event_id
        self._close(step, event, "refused")
        message = f"an execution with the id {step.execution_id!r} exists already"
        step.error = DoError(message, type="ConflictError", workflow=step.name, step=step.id)

    def refused(self, event: HistoryEvent, attributes: Any) -> None:
        """A call that was not made: it began and ended at once."""
        refused = read_refused(self.record.upserted(attributes))
        if refused is not None:
            step = RecordedStep(refused.step, refused.name, refused.kind, time_of(event.event_time), attempts=0)
            self.steps[event.event_id] = step
            self._close(step, event, "refused")
            step.error = refused.error

    def end_activity(self, event: HistoryEvent, attributes: Any) -> None:
        self._end(self.steps[attributes.scheduled_event_id], event, attributes)

    def end_child(self, event: HistoryEvent, attributes: Any) -> None:
        self._end(self.steps[attributes.initiated_event_id], event, attributes)

    def task_began(self, event: HistoryEvent, _: Any) -> None:
        self._task_began[event.event_id] = time_of(event.event_time)

    def task_ended(self, event: HistoryEvent, attributes: Any) -> None:
        self._task_began[event.event_id] = self._task_began[attributes.started_event_id]

    def marker(self, event: HistoryEvent, attributes: Any) -> None:
        """A local action, which leaves no other trace than its end."""
        if attributes.marker_name != _LOCAL:
            return
        told = json.loads(attributes.details["data"].payloads[0].data)
        if told["activity_type"].startswith(RESERVED_PREFIX):
            return
        ended = time_of(event.event_time)
        began = self._task_began.get(attributes.workflow_task_completed_event_id, ended)
        step = RecordedStep(told["activity_id"], told["activity_type"], "local", began)
        self.steps[event.event_id] = step
        if attributes.HasField("failure"):
            self._fail(step, event, attributes.failure)
        else:
            self._complete(step, event, attributes.details["result"].payloads)
        # Several of one task are recorded at once; which was when, their worker knows.
        scheduled = told["original_schedule_time"]
        when = datetime.fromtimestamp(scheduled["seconds"] + scheduled["nanos"] / 1e9, UTC)
        step.scheduled_at = step.began_at = min(max(when, began), ended)
        step.closed_at = min(max(_last_moment(step) or ended, step.scheduled_at), ended)

    def _end(self, step: RecordedStep, event: HistoryEvent, attributes: Any) -> None:
        how = attributes_of(event)[0].rpartition("_")[2]
        if how == "completed":
            self._complete(step, event, attributes.result.payloads)
        elif hasattr(attributes, "failure"):
            self._fail(step, event, attributes.failure)
        else:
            self._close(step, event, "cancelled" if how == "canceled" else how)

    def _complete(self, step: RecordedStep, event: HistoryEvent, payloads: Sequence[Payload]) -> None:
        self._close(step, event, "completed")
        step.state, step.output, step.result = "completed", value_of(payloads), result_facts(payloads)
        step.trail = step.result.trail
        if step.kind != "workflow":
            step.attempts = step.result.attempts or step.attempts

    def _fail(self, step: RecordedStep, event: HistoryEvent, failure: Failure) -> None:
        self._close(step, event, "failed")
        _see_failure(step, self.record.error(failure))

    def _close(self, step: RecordedStep, event: HistoryEvent, how: str) -> None:
        step.state, step.closed_at, step.ended = "failed", time_of(event.event_time), how


def _last_moment(step: RecordedStep) -> datetime | None:
    """When the last attempt ended, as its worker tells it; None where it does not."""
    told = step.result.closed_at or (step.trail[-1]["closed_at"] if step.trail else None)
    return None if told is None else datetime.fromisoformat(told)


def _see_failure(step: RecordedStep, failure: BaseException) -> None:
    step.error = innermost(error_of(failure, action=None if step.kind == "workflow" else step.name, step=step.id))
    step.trail = trail_of(failure)
    if step.kind != "workflow":
        step.attempts = step.error.attempts or step.attempts


def _see_pending(step: RecordedStep, activity: PendingActivityInfo, record: RunRecord) -> None:
    """What the server says of an activity that has not ended: its attempts so far are nowhere else."""
    step.state = "running" if activity.HasField("last_started_time") else "pending"
    if activity.HasField("last_failure"):
        _see_failure(step, record.error(activity.last_failure))
    step.attempts = activity.attempt
    left = value_of(activity.heartbeat_details.payloads)
    step.trail = left.get("trail", ()) if isinstance(left, dict) else ()


_KINDS: Final[Mapping[str, Callable[[_Reader, HistoryEvent, Any], None]]] = MappingProxyType(
    {
        "activity_task_scheduled": _Reader.activity,
        "activity_task_started": _Reader.attempt,
        "activity_task_completed": _Reader.end_activity,
        "activity_task_failed": _Reader.end_activity,
        "activity_task_timed_out": _Reader.end_activity,
        "activity_task_canceled": _Reader.end_activity,
        "start_child_workflow_execution_initiated": _Reader.child,
        "start_child_workflow_execution_failed": _Reader.child_refused,
        "child_workflow_execution_started": _Reader.child_began,
        "child_workflow_execution_completed": _Reader.end_child,
        "child_workflow_execution_failed": _Reader.end_child,
        "child_workflow_execution_timed_out": _Reader.end_child,
        "child_workflow_execution_canceled": _Reader.end_child,
        "child_workflow_execution_terminated": _Reader.end_child,
        "workflow_task_started": _Reader.task_began,
        "workflow_task_completed": _Reader.task_ended,
        "marker_recorded": _Reader.marker,
        "workflow_properties_modified": _Reader.refused,
    }
)
