"""Pure: where a schedule stands, as the server knows it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from dosdk_temporal._pure.schedule import ScheduleText

__all__ = ["SchedulePlan", "ScheduleStatus", "ScheduledRun"]


@dataclass(frozen=True)
class SchedulePlan:
    """What a schedule does, and when. Equal plans are the same schedule.

    Attributes:
        id: the schedule's.
        workflow: the name of what it starts.
        version: the one asked for; None for the latest.
        input: what each run gets, as JSON.
        text: when.
        notifications: recipients by moment.
        task_queue: whose workers run it.
    """

    id: str
    workflow: str
    version: str | None
    input: Any
    text: ScheduleText
    notifications: Mapping[str, list[str]]
    task_queue: str


@dataclass(frozen=True)
class ScheduledRun:
    """A run that a schedule started.

    Attributes:
        execution_id: the run's.
        scheduled_at: when it was due.
        started_at: when it was started.
    """

    execution_id: str
    scheduled_at: datetime
    started_at: datetime


@dataclass(frozen=True)
class ScheduleStatus:
    """Where a schedule stands.

    Attributes:
        id: the schedule's.
        workflow: the name of what it starts.
        plan: what it does, and when; None for one that this SDK did not write.
        paused: whether it starts nothing by itself.
        note: why, as whoever paused or resumed it said.
        next_times: when it is due next, at most ten; :meth:`Schedule.next_times` knows more.
        running: the execution ids of its runs that go on.
        recent: its last runs, the newest first, at most ten.
        started: how many runs it has started.
        missed: how many starts it was too late for.
        skipped: how many starts its overlap policy left out.
        created_at: when it was created.
        updated_at: when it was replaced, paused or resumed last; None for never.
    """

    id: str
    workflow: str
    plan: SchedulePlan | None
    paused: bool
    note: str
    next_times: tuple[datetime, ...]
    running: tuple[str, ...] = ()
    recent: tuple[ScheduledRun, ...] = field(default=())
    started: int = 0
    missed: int = 0
    skipped: int = 0
    created_at: datetime | None = None
    updated_at: datetime | None = None
