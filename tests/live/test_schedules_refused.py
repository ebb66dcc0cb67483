"""Schedules that cannot be, or not here: refused in plain words, and nothing is changed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from temporalio.client import Schedule as TemporalSchedule
from temporalio.client import ScheduleActionStartWorkflow, ScheduleIntervalSpec, ScheduleSpec

from dosdk_temporal import (
    ActionNestingError,
    ConflictError,
    InputError,
    NotFoundError,
    Schedule,
    Trigger,
    WorkflowError,
)
from dosdk_temporal.testing import TestDo
from tests.live.schedule_facts import Review, define, results

Serve = Callable[..., Any]


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({}, "nothing says when"),
        ({"cron_expression": "61 * * * *"}, "minute '61' is not from 0 to 59"),
        ({"every": "-1h"}, "is negative"),
        ({"every": "1h", "timezone": "Mars/Base"}, "is not a time zone"),
        ({"every": "1h", "overlap": "queue"}, "is none of skip"),
        ({"every": "1h", "input": {"segments": "x"}}, "segment"),
        ({"every": "1h", "input": {"segment": "x"}, "notifications": {"onEnd": "x"}}, "notifications knows no 'onEnd'"),
        ({"every": "1h", "input": {"segment": "x"}, "id": ""}, "the id must be text of 1 to 200 characters"),
    ],
)
async def test_refused_at_the_caller(do: TestDo, options: dict[str, Any], told: str) -> None:
    """A schedule that cannot be meant is refused at once, and there is none afterwards."""
    name = f"typed-{do.settings.task_queue}"

    @do.workflow.create(name=name, input=Review)
    async def typed(trigger: Trigger) -> None: ...

    with pytest.raises(InputError, match=told):
        await do.workflows.schedule(name, {"input": {"segment": "x"}} if "input" not in options else None, **options)
    with pytest.raises(NotFoundError):
        await do.workflows.get_schedule(name).describe()


async def test_said_twice(do: TestDo) -> None:
    """What the document says cannot be said by name as well."""
    with pytest.raises(InputError, match=r"^timezone: given in the document and by name$"):
        await do.workflows.schedule("w", {"every": "1h", "timezone": "UTC"}, timezone="UTC")


@pytest.mark.parametrize(
    "call",
    [
        lambda schedule: schedule.describe(),
        lambda schedule: schedule.next_times(1),
        lambda schedule: schedule.trigger(),
        lambda schedule: schedule.pause(),
        lambda schedule: schedule.unpause(),
        lambda schedule: schedule.delete(),
        lambda schedule: schedule.backfill(datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 2, tzinfo=UTC)),
    ],
    ids=["describe", "next_times", "trigger", "pause", "unpause", "delete", "backfill"],
)
async def test_there_is_none(do: TestDo, call: Callable[[Schedule], Any]) -> None:
    """Asked of a schedule that there is not, each call says so, and where to look."""
    with pytest.raises(NotFoundError) as refused:
        await call(do.workflows.get_schedule("gone"))
    assert str(refused.value) == (
        "there is no schedule 'gone' in namespace 'default': 'dosdk schedules' lists those there are"
    )


@pytest.mark.parametrize(
    ("start", "end"),
    [
        (datetime(2026, 1, 1), datetime(2026, 1, 2, tzinfo=UTC)),  # noqa: DTZ001 - the mistake that is meant
        (datetime(2026, 1, 1, tzinfo=UTC), "2026-01-02"),
        (datetime(2026, 1, 2, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC)),
        (datetime(2026, 1, 1, tzinfo=UTC), datetime(2099, 1, 1, tzinfo=UTC)),
    ],
)
async def test_a_backfill_of_no_past(do: TestDo, start: Any, end: Any) -> None:
    """A backfill goes from one time with a zone to a later one that has passed."""
    with pytest.raises(InputError):
        await do.workflows.get_schedule("any").backfill(start, end)


async def test_an_id_of_somebody_elses(do: TestDo) -> None:
    """A schedule that other tools made is not replaced; it can be described and steered, and its runs know it."""
    name, client = define(do), (await do.connection()).client
    action = ScheduleActionStartWorkflow(name, {"by": "hand"}, id=name, task_queue=do.settings.task_queue)
    spec = ScheduleSpec(intervals=[ScheduleIntervalSpec(every=timedelta(days=300))])
    await client.create_schedule(name, TemporalSchedule(action, spec))
    with pytest.raises(ConflictError, match="was not made by this SDK: choose another id"):
        await do.workflows.schedule(name, every="1h")
    schedule = do.workflows.get_schedule(name)
    assert (await schedule.describe()).plan is None
    async with do.worker():
        await schedule.trigger()
        (found,) = await results(do, schedule, 1)
    assert (found["kind"], found["name"], found["payload"]) == ("schedule", name, {"by": "hand"})


async def test_refused_inside(do: TestDo) -> None:
    """Schedules are made and steered outside: refused in workflows, and in actions but for what only reads."""
    name, client = define(do), do
    made = await do.workflows.schedule(name, every="1d")
    before = await made.describe()

    @do.action.create(name="steers")
    async def steers() -> None:
        await client.workflows.schedule(name, every="1h")

    @do.action.create(name="reads")
    async def reads() -> int:
        return len(await client.workflows.get_schedule(name).next_times(2))

    @do.workflow.create(name="schedules")
    async def schedules(trigger: Trigger) -> None:
        await client.workflows.schedule(name, every="1h")

    @do.workflow.create(name="looks")
    async def looks(trigger: Trigger) -> None:
        await client.workflows.get_schedule(name).describe()

    async with do.worker():
        with pytest.raises(ActionNestingError, match="tried to create a schedule"):
            await do.action.run("steers")
        assert await do.action.run("reads") == 2
        with pytest.raises(WorkflowError, match="cannot create a schedule in its handler"):
            await do.workflows.execute("schedules")
        with pytest.raises(WorkflowError, match="cannot ask the server about a schedule in its handler"):
            await do.workflows.execute("looks")
    assert (await made.describe()).plan == before.plan
