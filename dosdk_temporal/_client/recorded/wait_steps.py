"""Outside: the waits of a run as steps of it, read from the memo as the run wrote it, time after time, and from its timers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from temporalio.api.history.v1 import HistoryEvent

from dosdk_temporal._client.history import attributes_of, time_of
from dosdk_temporal._client.recorded.record import RunRecord
from dosdk_temporal._client.timers import is_sleep
from dosdk_temporal._pure.names import StepIds
from dosdk_temporal._pure.status import ErrorStatus, StepKind, StepState, StepStatus
from dosdk_temporal._pure.waits import LAST_WAIT, WAITING, read_waits
from dosdk_temporal._wire.schedule import SLEEP

__all__ = ["recorded_waits"]

_KINDS: Final[frozenset[StepKind]] = frozenset({"approval", "event"})
"""A decision is a held step's, which is there as a step; timers have events of their own."""

_STATES: Final[Mapping[str, StepState]] = {
    "approved": "completed",
    "rejected": "completed",
    "received": "completed",
    "timed_out": "failed",
    "abandoned": "failed",
}
_LATE: Final = {"approval": "nobody decided {!r} in time", "event": "no event {!r} came in time"}


def recorded_waits(record: RunRecord) -> list[StepStatus]:
    """Each wait for a person, an event or a time, in the order they began; one that the run's end has cut short has failed."""
    reader = _Reader(record)
    for event in record.events:
        reader.read(event)
    ended = record.execution.close_time
    return [
        step if ended is None or step.closed_at is not None else replace(step, state="failed", closed_at=ended)
        for step in reader.steps.values()
    ]


class _Reader:
    def __init__(self, record: RunRecord) -> None:
        self._record = record
        self._sleeps = StepIds()
        self.steps: dict[tuple[str, str | int], StepStatus] = {}

    def read(self, event: HistoryEvent) -> None:
        """Take one event, each in its order."""
        kind, attributes = attributes_of(event)
        when = time_of(event.event_time)
        if kind == "workflow_properties_modified":
            self._noted(when, self._record.upserted(attributes))
        elif kind == "timer_started" and is_sleep(event):
            step = StepStatus(self._sleeps.next(SLEEP), SLEEP, "timer", "waiting", None, when)
            self.steps["timer", event.event_id] = step
        elif kind in {"timer_fired", "timer_canceled"} and ("timer", attributes.started_event_id) in self.steps:
            key = ("timer", attributes.started_event_id)
            state: StepState = "completed" if kind == "timer_fired" else "failed"
            self.steps[key] = replace(self.steps[key], state=state, closed_at=when)

    def _noted(self, when: datetime, memo: Mapping[str, Any]) -> None:
        last = memo.get(LAST_WAIT)
        if isinstance(last, Mapping) and last.get("kind") in _KINDS and last.get("state") in _STATES:
            self._ended(when, last)
        for wait in read_waits(memo) if WAITING in memo else ():
            if wait.kind == "approval" or wait.kind == "event":  # noqa: PLR1714 - mypy narrows by it
                self.steps.setdefault((wait.kind, wait.name), _begun(wait.kind, wait.name, wait.since))

    def _ended(self, when: datetime, last: Mapping[str, Any]) -> None:
        """How a wait ended; one that was over at once is told of only then."""
        kind, name, state = last["kind"], last["name"], last["state"]
        step = self.steps.get((kind, name)) or _begun(kind, name, when)
        late = ErrorStatus("WaitTimeoutError", _LATE[kind].format(name), name) if state == "timed_out" else None
        self.steps[kind, name] = replace(step, state=_STATES[state], closed_at=when, error=late)


def _begun(kind: StepKind, label: str, since: datetime) -> StepStatus:
    return StepStatus(label, label.partition("#")[0], kind, "waiting", None, since)
