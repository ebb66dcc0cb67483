"""Outside: the timers that a run waits for, and the attempts that are due, read from its record."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from temporalio.api.enums.v1 import PendingActivityState
from temporalio.api.history.v1 import HistoryEvent
from temporalio.api.workflow.v1 import PendingActivityInfo

from dosdk_temporal._client.history import time_of
from dosdk_temporal._pure.waits import Wait
from dosdk_temporal._wire.schedule import SLEEP

__all__ = ["is_sleep", "read_retries", "read_timers"]


def is_sleep(started: HistoryEvent) -> bool:
    """Whether a timer is one that a handler asked for; the SDK's own are part of other waits."""
    return started.user_metadata.summary.data == f'"{SLEEP}"'.encode()


def read_timers(events: Iterable[HistoryEvent], closed_at: datetime | None) -> list[Wait]:
    """The sleeps that have not ended; the SDK's own timers are part of other waits.

    Args:
        events: the run's history.
        closed_at: when the run ended; None while it has not.
    """
    if closed_at is not None:
        return []
    sleeping: dict[str, Wait] = {}
    for event in events:
        if event.HasField("timer_started_event_attributes"):
            started = event.timer_started_event_attributes
            if is_sleep(event):
                since = time_of(event.event_time)
                until = since + started.start_to_fire_timeout.ToTimedelta()
                sleeping[started.timer_id] = Wait("timer", SLEEP, since, until)
        elif event.HasField("timer_fired_event_attributes"):
            sleeping.pop(event.timer_fired_event_attributes.timer_id, None)
        elif event.HasField("timer_canceled_event_attributes"):
            sleeping.pop(event.timer_canceled_event_attributes.timer_id, None)
    return list(sleeping.values())


def read_retries(pending: Sequence[PendingActivityInfo], closed_at: datetime | None) -> Iterator[Wait]:
    """The steps whose last attempt failed and whose next is due; none of a run that ended, though the server lists them."""
    for activity in pending if closed_at is None else ():
        if activity.state == PendingActivityState.PENDING_ACTIVITY_STATE_SCHEDULED and activity.attempt > 1:
            # Unset once the attempt is due: it then waits for a worker and not for a time.
            due = activity.HasField("next_attempt_schedule_time")
            until = time_of(activity.next_attempt_schedule_time) if due else None
            yield Wait("retry", activity.activity_id, time_of(activity.last_attempt_complete_time), until)
