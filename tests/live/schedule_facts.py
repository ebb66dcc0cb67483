"""What the tests of schedules look at."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel

from dosdk_temporal import Schedule, Trigger
from dosdk_temporal._pure.schedule_status import ScheduledRun
from dosdk_temporal.testing import TestDo


class Review(BaseModel):
    """What a review needs."""

    segment: str


def define(do: TestDo) -> str:
    """A workflow of the test's own name that gives its trigger."""
    name = f"review-{do.settings.task_queue}"

    @do.workflow.create(name=name)
    async def review(trigger: Trigger) -> dict[str, Any]:
        return {**vars(trigger), "time": trigger.time.isoformat()}

    return name


async def runs(schedule: Schedule, count: int) -> tuple[ScheduledRun, ...]:
    """The schedule's last runs, the newest first, once there are so many."""
    while len(found := (await schedule.describe()).recent) < count:
        pass
    return found


async def results(do: TestDo, schedule: Schedule, count: int) -> list[Any]:
    """What the schedule's runs gave, the earliest due first, once there are so many."""
    found = sorted(await runs(schedule, count), key=lambda run: run.scheduled_at)
    return [await do.workflows.get(run.execution_id).result() for run in found]


async def schedule_ids(do: TestDo) -> set[str]:
    """The ids of all schedules."""
    return {status.id for status in await do.workflows.list_schedules(limit=1000)}
