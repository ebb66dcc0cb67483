"""Outside: what a run saw, turn by turn, read from its history: what a definition is interpreted over again."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from temporalio.api.enums.v1 import ParentClosePolicy
from temporalio.api.failure.v1 import Failure
from temporalio.api.history.v1 import HistoryEvent

from dosdk_temporal._client.history import attributes_of, time_of
from dosdk_temporal._client.recorded.failed import Failed
from dosdk_temporal._client.recorded.record import RunRecord
from dosdk_temporal._client.recorded.sent import Sent, wait_ended
from dosdk_temporal._client.recorded.values import call_facts, value_of
from dosdk_temporal._pure.failed_step import came_of_call
from dosdk_temporal._pure.interpreter.asides import ON_FAILURE
from dosdk_temporal._pure.interpreter.moments import Moment, Recorded
from dosdk_temporal._pure.refused import read_refused
from dosdk_temporal._pure.waits import LAST_WAIT
from dosdk_temporal._wire.endings import ended_by_the_server, workflow_error
from dosdk_temporal._wire.events import REMOVE_WAIT
from dosdk_temporal._wire.failures import error_of
from dosdk_temporal._wire.signals import RETRIED
from dosdk_temporal.errors import ConflictError, DoError

__all__ = ["read_moments"]

_LOCAL: Final = "core_local_activity"
"""The name of Temporal's marker of a local activity."""


@dataclass(frozen=True)
class _Called:
    """An activity or a child workflow that the run asked for."""

    id: str
    name: str
    execution_id: str = ""
    is_detached: bool = False


def read_moments(record: RunRecord) -> list[Moment]:
    """The turns of a run that its worker has told of, in order."""
    reader = _Reader(record)
    for event in record.events:
        reader.read(event)
    return reader.moments


class _Reader:
    def __init__(self, record: RunRecord) -> None:
        self._record, self._sent = record, Sent()
        self._failed = Failed(record.events, self._sent)
        self._calls: dict[int, _Called] = {}
        self._timers: dict[int, datetime] = {}
        self._seen: list[Recorded] = []
        self._leaving: list[Recorded] = []
        """Waits for events that are over, and whose runs put them away before they go on."""
        self._turn: Moment | None = None
        self.moments: list[Moment] = []

    def read(self, event: HistoryEvent) -> None:
        """Take one event, each in its order."""
        kind, attributes = attributes_of(event)
        self._sent.read(event)
        match kind:
            case "workflow_task_started":
                self._turn = Moment(time_of(event.event_time), tuple(self._seen), attributes.suggest_continue_as_new)
            case "workflow_task_completed" if self._turn is not None:
                self.moments.append(self._turn)
                self._seen = []
            case "workflow_execution_cancel_requested":
                self._seen.append(Recorded("cancel"))
            case "timer_started":
                self._timers[event.event_id] = self._now() + attributes.start_to_fire_timeout.ToTimedelta()
            case "timer_fired":
                self._seen.append(Recorded("timer", due=self._timers[attributes.started_event_id]))
            case "workflow_execution_signaled" if attributes.signal_name == RETRIED:
                self._seen.append(Recorded("retried"))
            case "marker_recorded" if attributes.marker_name == _LOCAL:
                self._local(attributes)
            case "workflow_properties_modified":
                self._wait(attributes)
            case _:
                self._call(event.event_id, kind, attributes)

    def _call(self, event_id: int, kind: str, attributes: Any) -> None:
        """The beginning or the end of an activity or a child."""
        if kind == "activity_task_scheduled":
            self._calls[event_id] = _Called(attributes.activity_id, attributes.activity_type.name)
        elif kind == "start_child_workflow_execution_initiated":
            self._calls[event_id] = self._child(attributes)
        elif (ended := self._ended(kind, attributes)) is not None:
            self._seen.append(ended)

    def _now(self) -> datetime:
        """The run's clock when it asked for what follows."""
        return self.moments[-1].time

    def _child(self, attributes: Any) -> _Called:
        own = call_facts(attributes.input.payloads).step
        step = own or attributes.workflow_id.removeprefix(f"{self._record.execution.id}/")
        detached = attributes.parent_close_policy == ParentClosePolicy.PARENT_CLOSE_POLICY_ABANDON
        return _Called(step, attributes.workflow_type.name, attributes.workflow_id, detached)

    def _local(self, attributes: Any) -> None:
        """What a local activity gave: a turn of its own, within that of its task."""
        told = json.loads(attributes.details["data"].payloads[0].data)
        if told.get("backoff"):
            return  # it is tried again
        call = _Called(told["activity_id"], told["activity_type"])
        if attributes.HasField("failure"):
            recorded = self._failed.see(call.id, self._error(call, attributes.failure))
        else:
            recorded = Recorded("call", call.id, value_of(attributes.details["result"].payloads))
            self._sent.bring(recorded.value)
        when = told["complete_time"]
        time = datetime.fromtimestamp(when["seconds"], UTC) + timedelta(microseconds=when["nanos"] // 1000)
        seen = () if recorded is None else (recorded,)
        if call.name == REMOVE_WAIT:
            seen = (*seen, *self._left(call.id))
        self.moments.append(Moment(time, seen, self.moments[-1].is_long))

    def _left(self, call_id: str) -> list[Recorded]:
        """The wait that was put away: of several for one event the first."""
        left = [wait for wait in self._leaving if call_id.startswith(f"waited/{wait.id.partition('#')[0]}#")][:1]
        self._leaving = [wait for wait in self._leaving if wait not in left]
        return left

    def _wait(self, attributes: Any) -> None:
        """How a wait ended, or why a call was not made, seen in the turn that wrote it down."""
        memo = self._record.upserted(attributes)
        told, refused = memo.get(LAST_WAIT, {}), read_refused(memo)
        ended = self._failed.resolve(told) if told.get("kind") == "decision" else wait_ended(told, self._sent)
        if refused is not None:
            ended = Recorded("call", refused.step, error=refused.error)
        if ended is not None and ended.kind == "event":
            self._leaving.append(ended)
        elif ended is not None:
            self.moments[-1] = replace(self.moments[-1], recorded=(*self.moments[-1].recorded, ended))

    def _ended(self, kind: str, attributes: Any) -> Recorded | None:
        """What an activity or a child gave, if this is the event of its end."""
        if kind.startswith("activity_task_"):
            return self._activity_end(kind.removeprefix("activity_task_"), attributes)
        if kind.startswith("child_workflow_execution_"):
            return self._child_end(kind.removeprefix("child_workflow_execution_"), attributes)
        if kind == "start_child_workflow_execution_failed":
            call = self._calls[attributes.initiated_event_id]
            message = f"an execution with the id {call.execution_id!r} exists already"
            error = ConflictError(message, workflow=call.name, step=call.id)
            return Recorded("call", call.id, error=error)
        return None

    def _activity_end(self, how: str, attributes: Any) -> Recorded | None:
        if how not in {"completed", "failed", "timed_out"}:
            return None  # a cancelled one was cancelled by the run itself
        call = self._calls[attributes.scheduled_event_id]
        if ON_FAILURE in call.id:
            return self._failed.tell(call.id)
        if how == "completed":
            return Recorded("call", call.id, value_of(attributes.result.payloads))
        return self._failed.see(call.id, self._error(call, attributes.failure))

    def _child_end(self, how: str, attributes: Any) -> Recorded | None:
        call = self._calls[attributes.initiated_event_id]
        if how == "started" or call.is_detached:
            return Recorded("call", call.id, call.execution_id) if how == "started" and call.is_detached else None
        if how == "completed":
            return Recorded("call", call.id, value_of(attributes.result.payloads))
        if how == "failed":
            error = workflow_error(self._record.error(attributes.failure), call.name, call.execution_id)
        else:
            error = ended_by_the_server(how, call.name, call.execution_id)
        return Recorded("call", call.id, error=came_of_call(error, call.id))

    def _error(self, call: _Called, failure: Failure) -> DoError:
        return error_of(
            self._record.error(failure), action=call.name, step=call.id, execution_id=self._record.execution.id
        )
