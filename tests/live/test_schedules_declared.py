"""Schedules that workflows declare, applied by a worker's start."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

import pytest
from temporalio.client import Schedule as TemporalSchedule
from temporalio.client import ScheduleActionStartWorkflow, ScheduleSpec

from dosdk_temporal import (
    DefinitionError,
    Trigger,
)
from dosdk_temporal._pure.schedule import ScheduleText
from dosdk_temporal.testing import TestDo
from tests.live.schedule_facts import Review, schedule_ids

Serve = Callable[..., Any]


async def test_declared_with_the_workflow(do: TestDo, caplog: pytest.LogCaptureFixture) -> None:
    """A worker's start applies what its workflows declare, once, says so, and leaves a pause alone."""
    caplog.set_level(logging.INFO, "dosdk_temporal")
    name = f"declared-{do.settings.task_queue}"

    def declare(cron: str, version: str) -> None:
        @do.workflow.create(name=name, version=version, trigger={"schedule": cron, "timezone": "Asia/Tokyo"})
        async def declared(trigger: Trigger) -> None: ...

    said = []
    schedule = do.workflows.get_schedule(name)
    for cron, version in (("0 9 * * mon", "1"), ("0 9 * * mon", "1"), ("0 9 * * fri", "2")):
        declare(cron, version)
        caplog.clear()
        async with do.worker():
            said.append([record.message for record in caplog.records if name in record.message])
        await schedule.pause("by hand")
    status = await schedule.describe()
    told = f"schedule {name!r} of workflow {name!r}"
    assert said == [
        [f"{told} created: 0 9 * * mon (Asia/Tokyo)"],
        [],
        [f"{told} replaced: 0 9 * * fri (Asia/Tokyo)"],
    ]
    assert (status.paused, status.note, status.plan and status.plan.text) == (
        True,
        "by hand",
        ScheduleText(cron=("0 9 * * fri",), timezone="Asia/Tokyo", declared=True),
    )


async def test_a_declared_schedule_gives_no_input(do: TestDo) -> None:
    """A workflow that needs an input cannot declare a schedule: its worker does not start, and no schedule is made."""
    name = f"needs-{do.settings.task_queue}"

    @do.workflow.create(name=name, input=Review, trigger={"schedule": "@daily"})
    async def needs(trigger: Trigger) -> None: ...

    with pytest.raises(DefinitionError, match="gives it no input, and it needs one") as refused:
        async with do.worker():
            pass
    assert (refused.value.problems, name in await schedule_ids(do)) == ((("segment", "is required"),), False)


async def test_a_declared_schedule_that_cannot_be(do: TestDo, caplog: pytest.LogCaptureFixture) -> None:
    """Where the id is somebody else's the worker starts all the same, and says so."""
    name, client = f"taken-{do.settings.task_queue}", (await do.connection()).client
    action = ScheduleActionStartWorkflow("other", id=name, task_queue="other")
    await client.create_schedule(name, TemporalSchedule(action, ScheduleSpec()))

    @do.workflow.create(name=name, trigger={"schedule": "@daily"})
    async def taken(trigger: Trigger) -> None: ...

    async with do.worker():
        pass
    (told,) = [record.message for record in caplog.records if name in record.message]
    assert told == (
        f"schedule {name!r}, which its workflow declares, cannot be applied: the schedule id {name!r} is taken by one "
        "that was not made by this SDK: choose another id"
    )
