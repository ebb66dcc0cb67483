"""Histories written by hand, as the server writes them, for the tests of what is read from them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

from temporalio.api.common.v1 import Payload
from temporalio.api.history.v1 import HistoryEvent
from temporalio.contrib.pydantic import pydantic_data_converter

from dosdk_temporal import ActionError
from dosdk_temporal._client.recorded.record import RunRecord
from dosdk_temporal._pure.facts import CallFacts, ResultFacts
from dosdk_temporal._pure.status import ExecutionStatus
from dosdk_temporal._wire.failures import failure_of
from dosdk_temporal._wire.payloads import raw_value

START = datetime(2027, 1, 1, tzinfo=UTC)


class History:
    """Events at times that go on by a second each."""

    def __init__(self, given: Any = None) -> None:
        self.events: list[HistoryEvent] = []
        self.add("workflow_execution_started", identity="ann@host").input.payloads.append(
            payload(given, CallFacts(version="2"))
        )

    def add(self, kind: str, **said: Any) -> Any:
        """Add an event and give its attributes."""
        event = HistoryEvent(event_id=len(self.events) + 1)
        event.event_time.FromDatetime(self.now)
        attributes = getattr(event, f"{kind}_event_attributes")
        attributes.SetInParent()
        for name, value in said.items():
            setattr(attributes, name, value)
        self.events.append(event)
        return attributes

    @property
    def now(self) -> datetime:
        """The next event's time."""
        return START + timedelta(seconds=len(self.events))

    def schedule(self, step: str, name: str, given: Any = None, facts: CallFacts | None = None) -> int:
        """Schedule an activity and give its event's id."""
        attributes = self.add("activity_task_scheduled", activity_id=step)
        attributes.activity_type.name = name
        attributes.input.payloads.append(payload(given, facts or CallFacts(kind="step")))
        return len(self.events)

    def complete(self, scheduled: int, output: Any, facts: ResultFacts) -> None:
        """Complete an activity."""
        self.add("activity_task_started", scheduled_event_id=scheduled, attempt=1)
        self.add("activity_task_completed", scheduled_event_id=scheduled).result.payloads.append(payload(output, facts))

    def fail(self, scheduled: int, message: str, trail: Sequence[dict[str, Any]], step: str) -> None:
        """Fail an activity."""
        self.add("activity_task_started", scheduled_event_id=scheduled, attempt=1)
        attributes = self.add("activity_task_failed", scheduled_event_id=scheduled)
        error = failure_of(ActionError(message, type="Declined"), trail=list(trail), step=step, attempts=len(trail))
        converter = pydantic_data_converter
        converter.failure_converter.to_failure(error, converter.payload_converter, attributes.failure)

    def close(self, output: Any) -> None:
        """Complete the run."""
        self.add("workflow_execution_completed").result.payloads.append(payload(output, ResultFacts(version="2")))

    def record(self, **memo: Any) -> RunRecord:
        """What the server has of it."""
        closed = self.events[-1].HasField("workflow_execution_completed_event_attributes")
        ended = self.now - timedelta(seconds=1)
        execution: Any = SimpleNamespace(id="r1", start_time=START, close_time=ended if closed else None)
        return RunRecord(execution, self.events, (), memo, replace(pydantic_data_converter, payload_codec=None))

    def status(self, **said: Any) -> ExecutionStatus:
        """What else is known of it."""
        record = self.record()
        state: Any = "completed" if record.execution.close_time else "running"
        times = record.execution.start_time, record.execution.close_time
        return ExecutionStatus("r1", "run", "buy", "2", state, *times, **said)


def payload(value: Any, facts: CallFacts | ResultFacts) -> Payload:
    """A value as the SDK writes it."""
    return raw_value(json.dumps(value).encode(), facts).payload


def attempts(began: datetime, *messages: str) -> Iterator[dict[str, Any]]:
    """Failed attempts, a tenth of a second each, as a worker keeps them."""
    for number, message in enumerate(messages):
        start, end = (began + timedelta(milliseconds=ms) for ms in (200 * number, 200 * number + 100))
        error = {"type": "Declined", "message": message}
        yield {"n": number + 1, "error": error, "started_at": start.isoformat(), "closed_at": end.isoformat()}
