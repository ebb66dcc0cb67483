"""Outside: what the trail tells beside steps: the run's start and end, its waits, its people and its operators."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final

from temporalio.api.enums.v1 import WorkflowTaskFailedCause
from temporalio.api.history.v1 import HistoryEvent

from dosdk_temporal._client.history import attributes_of, time_of
from dosdk_temporal._client.recorded.record import RunRecord
from dosdk_temporal._client.recorded.values import value_of
from dosdk_temporal._client.recorded.wait_entries import WaitEntries
from dosdk_temporal._client.timers import is_sleep
from dosdk_temporal._pure.audit import AuditEntry
from dosdk_temporal._pure.status import ExecutionStatus
from dosdk_temporal._pure.waits import LAST_WAIT
from dosdk_temporal._wire.failures import error_of
from dosdk_temporal._wire.signals import APPROVE, EVENT, REJECT, RESOLVE, RETRIED

__all__ = ["happenings"]

Entries = Iterator[AuditEntry]


def happenings(record: RunRecord, status: ExecutionStatus) -> Entries:
    """The entries of all events that are no step's, in the order of the history."""
    teller = _Teller(record, status)
    for event in record.events:
        kind, attributes = attributes_of(event)
        tell = _KINDS.get(kind)
        if tell is not None:
            yield from tell(teller, event, attributes)


class _Teller:
    """Tells what events mean; each kind of event has its line in ``_KINDS``."""

    def __init__(self, record: RunRecord, status: ExecutionStatus) -> None:
        self._record, self._status = record, status
        self._waits = WaitEntries()
        self._attempts: dict[int, Any] = {}
        self._sleeps: set[int] = set()
        self._decided: dict[str, datetime] = {}

    def started(self, event: HistoryEvent, told: Any) -> Entries:
        status, trigger = self._status, self._status.trigger
        how = [f"goes on from run {told.continued_execution_run_id}"] if told.continued_execution_run_id else []
        how += [f"child of {status.parent}"] if status.parent else []
        how += [f"{trigger.kind} {trigger.name}"] if trigger and trigger.name else []
        yield AuditEntry(
            time_of(event.event_time),
            "run_started",
            version=status.version,
            input=status.input,
            actor=told.identity or None,
            detail="; ".join(how) or "direct",
        )

    def signalled(self, event: HistoryEvent, told: Any) -> Entries:
        self._waits.sent.read(event)
        if told.signal_name in {APPROVE, REJECT, RESOLVE, EVENT, RETRIED}:
            return  # the wait that it ends tells of it, or the reset that it came with
        sender, when = told.external_workflow_execution.workflow_id, time_of(event.event_time)
        yield AuditEntry(
            when,
            "event_received" if sender else "operator",
            input=value_of(told.input.payloads),
            actor=sender or told.identity or None,
            detail=f"signal {told.signal_name}",
        )

    def asked(self, event: HistoryEvent, told: Any) -> Entries:
        self._waits.sent.read(event)
        self._attempts[event.event_id] = value_of(told.accepted_request.input.args.payloads)
        return iter(())

    def answered(self, event: HistoryEvent, told: Any) -> Entries:
        if told.outcome.HasField("failure"):
            error = error_of(self._record.error(told.outcome.failure))
            attempt = self._attempts.get(told.accepted_event_id)
            yield self._waits.refused(time_of(event.event_time), attempt, error.type, error.message)
            return
        answer = value_of(told.outcome.success.payloads)
        if isinstance(answer, Mapping) and answer.get("state") == "decided":
            self._decided.setdefault(str(answer.get("name")), time_of(event.event_time))

    def task_began(self, event: HistoryEvent, told: Any) -> Entries:
        self._decided.clear()
        return iter(())

    def noted(self, event: HistoryEvent, told: Any) -> Entries:
        """The memo is written at the end of a task: behind those whom the decision that it tells of has refused."""
        memo = self._record.upserted(told)
        last = memo.get(LAST_WAIT)
        ended = None
        if isinstance(last, Mapping) and last.get("state") != "refused":
            ended = self._decided.pop(str(last.get("name")), None)
        return self._waits.noted(time_of(event.event_time), memo, ended)

    def marked(self, event: HistoryEvent, told: Any) -> Entries:
        if "result" in told.details:  # a wait may find the event that it is for as it begins
            self._waits.sent.bring(value_of(told.details["result"].payloads))
        return iter(())

    def timer_began(self, event: HistoryEvent, told: Any) -> Entries:
        if is_sleep(event):
            self._sleeps.add(event.event_id)
            when = time_of(event.event_time)
            until = when + told.start_to_fire_timeout.ToTimedelta()
            yield AuditEntry(when, "wait_started", detail=f"timer until {_moment(until)}")

    def timer_fired(self, event: HistoryEvent, told: Any) -> Entries:
        if told.started_event_id in self._sleeps:
            yield AuditEntry(time_of(event.event_time), "timer_fired", detail="timer")

    def cancel(self, event: HistoryEvent, told: Any) -> Entries:
        actor = told.external_workflow_execution.workflow_id or told.identity
        yield self._operated(event, actor, "cancel requested", told.cause)

    def paused(self, event: HistoryEvent, told: Any) -> Entries:
        yield self._operated(event, told.identity, "paused", told.reason)

    def unpaused(self, event: HistoryEvent, told: Any) -> Entries:
        yield self._operated(event, told.identity, "resumed", told.reason)

    def task_failed(self, event: HistoryEvent, told: Any) -> Entries:
        if told.cause == WorkflowTaskFailedCause.WORKFLOW_TASK_FAILED_CAUSE_RESET_WORKFLOW:
            yield self._operated(event, told.identity, f"reset from run {told.base_run_id}", told.failure.message)

    def closed(self, event: HistoryEvent, told: Any) -> Entries:
        status, when = self._status, time_of(event.event_time)
        yield from self._waits.never_asked_for(when)
        reason = getattr(told, "reason", "")
        yield AuditEntry(
            when,
            "run_closed",
            version=status.version,
            output=status.output,
            error=None if status.error is None else {"type": status.error.type, "message": status.error.message},
            actor=getattr(told, "identity", "") or None,
            detail=f"{status.state}: {reason}" if reason else status.state,
        )

    def continued(self, event: HistoryEvent, told: Any) -> Entries:
        detail = f"goes on as run {told.new_execution_run_id}"
        yield AuditEntry(time_of(event.event_time), "run_closed", version=self._status.version, detail=detail)

    def _operated(self, event: HistoryEvent, actor: str, what: str, why: str) -> AuditEntry:
        detail = f"{what}: {why}" if why else what
        return AuditEntry(time_of(event.event_time), "operator", actor=actor or None, detail=detail)


def _moment(when: datetime) -> str:
    return when.isoformat(sep=" ", timespec="seconds")


_KINDS: Final[Mapping[str, Callable[[_Teller, HistoryEvent, Any], Entries]]] = MappingProxyType(
    {
        "workflow_execution_started": _Teller.started,
        "workflow_task_completed": _Teller.task_began,
        "workflow_execution_signaled": _Teller.signalled,
        "workflow_execution_update_accepted": _Teller.asked,
        "workflow_execution_update_completed": _Teller.answered,
        "workflow_properties_modified": _Teller.noted,
        "marker_recorded": _Teller.marked,
        "timer_started": _Teller.timer_began,
        "timer_fired": _Teller.timer_fired,
        "workflow_execution_cancel_requested": _Teller.cancel,
        "workflow_execution_paused": _Teller.paused,
        "workflow_execution_unpaused": _Teller.unpaused,
        "workflow_task_failed": _Teller.task_failed,
        "workflow_execution_completed": _Teller.closed,
        "workflow_execution_failed": _Teller.closed,
        "workflow_execution_canceled": _Teller.closed,
        "workflow_execution_timed_out": _Teller.closed,
        "workflow_execution_terminated": _Teller.closed,
        "workflow_execution_continued_as_new": _Teller.continued,
    }
)
