"""Schedules, against a real server."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from dosdk_temporal import (
    InputError,
    Trigger,
    WorkflowError,
)
from dosdk_temporal._pure.schedule import ScheduleText
from dosdk_temporal._pure.schedule_status import SchedulePlan, ScheduleStatus
from dosdk_temporal.testing import TestDo
from tests.live.schedule_facts import define, results, runs

Serve = Callable[..., Any]


async def test_the_documented_schedule(do: TestDo, serve: Serve) -> None:
    """The documented call makes a schedule of the workflow's name, whose runs get its input and know what started them."""
    name = define(do)
    schedule = await do.workflows.schedule(
        name,
        {
            "cronExpression": "0 0 1 1,4,7,10 *",
            "input": {"customerSegment": "enterprise", "generateRecommendations": True},
            "notifications": {"onStart": ["account-managers@example.com"]},
        },
    )
    status = await schedule.describe()
    assert (schedule.id, schedule.outcome, status.workflow, status.plan) == (
        name,
        "created",
        name,
        SchedulePlan(
            id=name,
            workflow=name,
            version=None,
            input={"customerSegment": "enterprise", "generateRecommendations": True},
            text=ScheduleText(cron=("0 0 1 1,4,7,10 *",)),
            notifications={"onStart": ["account-managers@example.com"]},
            task_queue=do.settings.task_queue,
        ),
    )
    assert {(time.month, time.day, time.hour) for time in await schedule.next_times(8)} == {
        (month, 1, 0) for month in (1, 4, 7, 10)
    }
    do.mock("send-notification")
    async with serve():
        await schedule.backfill(datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 4, 1, tzinfo=UTC))
        assert await results(do, schedule, 2) == [
            {
                "kind": "schedule",
                "name": name,
                "id": f"{name}-2026-{month}-01T00:00:00Z",
                "time": f"2026-{month}-01T00:00:00+00:00",
                "payload": {"customerSegment": "enterprise", "generateRecommendations": True},
            }
            for month in ("01", "04")
        ]


async def test_an_interval_starts_runs(do: TestDo, serve: Serve) -> None:
    """A schedule of every second starts run after run by itself, each at a time of its own."""
    schedule = await do.workflows.schedule(define(do), every="1s", input={"a": 1}, id=f"often-{do.uuid()}")
    async with serve():
        found = await results(do, schedule, 3)
        await schedule.delete()
    times = [datetime.fromisoformat(result["time"]) for result in found]
    assert len(set(times)) == len(times) >= 3
    assert {(result["name"], result["payload"]["a"]) for result in found} == {(schedule.id, 1)}


async def test_the_same_again(do: TestDo, caplog: pytest.LogCaptureFixture) -> None:
    """The same text in another spelling changes nothing; another text replaces it, and the log says both texts' fate."""
    caplog.set_level(logging.INFO, "dosdk_temporal")
    name = define(do)
    outcomes = [
        (await do.workflows.schedule(name, **options)).outcome  # type: ignore[arg-type] # a table of options
        for options in (
            {"cron_expression": "0 9 * * mon", "input": {"a": 1, "b": 2}},
            {"cron_expression": " 0 9 * *  MON", "input": {"b": 2, "a": 1}, "overlap": "skip", "timezone": "UTC"},
            {"cron_expression": "0 9 * * mon", "input": {"a": 1, "b": 3}},
            {"cron_expression": "0 9 * * mon", "input": {"a": 1, "b": 3}, "notifications": {"onStart": "x"}},
            {"cron_expression": "0 10 * * mon", "input": {"a": 1, "b": 3}, "notifications": {"onStart": ["x"]}},
            {"cron_expression": "0 10 * * mon", "input": {"a": 1, "b": 3}, "notifications": {"onStart": ["x"]}},
        )
    ]
    assert outcomes == ["created", "unchanged", "replaced", "replaced", "replaced", "unchanged"]
    assert [record.message for record in caplog.records if name in record.message] == [
        f"schedule {name!r} of workflow {name!r} {outcome}: {when} (UTC)"
        for outcome, when in [
            ("created", "0 9 * * mon"),
            ("replaced", "0 9 * * mon"),
            ("replaced", "0 9 * * mon"),
            ("replaced", "0 10 * * mon"),
        ]
    ]


async def test_a_pause_outlives_what_is_applied(do: TestDo) -> None:
    """A paused schedule stays paused, with its note, when it is applied again, changed or not, until it is unpaused."""
    name = define(do)
    schedule = await do.workflows.schedule(name, cron_expression="@daily", paused=True, note="not yet")
    states = [await schedule.describe()]
    await schedule.pause("holidays")
    for hours in ("@daily", "@hourly"):
        await do.workflows.schedule(name, cron_expression=hours)
        states.append(await schedule.describe())
    await schedule.unpause("back")
    states.append(await schedule.describe())
    assert [(state.paused, state.note) for state in states] == [
        (True, "not yet"), (True, "holidays"), (True, "holidays"), (False, "back"),
    ]  # fmt: skip


async def test_triggered_now(do: TestDo, serve: Serve) -> None:
    """A paused schedule can be triggered: one run, now, that says the schedule started it."""
    schedule = await do.workflows.schedule(define(do), cron_expression="@yearly", paused=True)
    began = datetime.now(UTC)
    async with serve():
        await schedule.trigger()
        (found,) = await results(do, schedule, 1)
    assert (found["kind"], found["name"], found["payload"]) == ("schedule", schedule.id, {})
    assert abs(datetime.fromisoformat(found["time"]) - began) < timedelta(minutes=1)


async def test_a_backfill_runs_each_in_turn(do: TestDo, serve: Serve) -> None:
    """A backfill starts every run that was due, both ends included, also where the schedule's own policy would skip."""
    schedule = await do.workflows.schedule(define(do), cron_expression="@hourly", skip=["2026-01-02"])
    async with serve():
        await schedule.backfill(datetime(2026, 1, 1, 21, tzinfo=UTC), datetime(2026, 1, 3, 1, tzinfo=UTC))
        found = await results(do, schedule, 5)
    assert [result["time"] for result in found] == [
        f"2026-01-0{day}T{hour:02}:00:00+00:00" for day, hour in [(1, 21), (1, 22), (1, 23), (3, 0), (3, 1)]
    ]


async def test_overlap(do: TestDo, serve: Serve) -> None:
    """A start that is due while a run goes on is left out by default, and cancels the run where the schedule says so."""
    name = f"waits-{do.settings.task_queue}"

    @do.workflow.create(name=name)
    async def waits(trigger: Trigger) -> None:
        await do.sleep("1h")

    schedule = await do.workflows.schedule(name, cron_expression="@yearly")
    async with serve():
        await schedule.trigger()
        (first,) = await runs(schedule, 1)
        await schedule.trigger()
        while not (status := await schedule.describe()).skipped:
            pass
        assert (status.running, status.started) == ((first.execution_id,), 1)
        await schedule.trigger(overlap="cancel_other")
        with pytest.raises(WorkflowError) as ended:
            await do.workflows.get(first.execution_id).result()
        assert ended.value.state == "cancelled"
        (second, _) = await runs(schedule, 2)
        await do.workflows.get(second.execution_id).terminate()


async def test_times_beyond_the_servers_list(do: TestDo) -> None:
    """``next_times`` begins with the server's own list, and goes on in the same rhythm, without the days to skip."""
    today = datetime.now(UTC).date()
    skipped = today + timedelta(days=30)
    schedule = await do.workflows.schedule(
        define(do), cron_expression="15 9,17 * * *", timezone="Asia/Kolkata", every="12h", skip=[skipped]
    )
    times = await schedule.next_times(1500)
    listed = (await schedule.describe()).next_times
    assert (tuple(times[: len(listed)]), len(times), times == sorted(set(times))) == (listed, 1500, True)
    clock = {(time.hour, time.minute) for time in times}
    assert clock == {(3, 45), (11, 45), (0, 0), (12, 0)}
    local = timedelta(hours=5, minutes=30)
    assert skipped not in {(time + local).date() for time in times}
    assert skipped + timedelta(days=1) in {(time + local).date() for time in times}


async def test_times_with_jitter(do: TestDo) -> None:
    """With jitter the times are the server's own, each put off by its own length."""
    schedule = await do.workflows.schedule(define(do), cron_expression="* * * * *", jitter="50s")
    listed = (await schedule.describe()).next_times
    times = await schedule.next_times(30)
    assert set(listed[1:]) <= set(times)
    assert len({time.second for time in times}) > 5


async def test_as_many_times_as_there_are(do: TestDo) -> None:
    """Where a schedule ends before, fewer times are given; a number that cannot be meant is refused."""
    schedule = await do.workflows.schedule(define(do), cron_expression="0 0 29 2 *")
    times = await schedule.next_times(100)
    assert [time.year for time in times][:3] == [2028, 2032, 2036]
    assert len(times) < 30
    for wrong in (0, -1, 10_001, 1.5, True, "3"):
        with pytest.raises(InputError, match="is a number from 1 to 10,000"):
            await schedule.next_times(wrong)  # type: ignore[arg-type]


async def test_listed(do: TestDo) -> None:
    """The list has the schedules of a workflow, by id, each as it describes itself."""
    name = define(do)
    made = [await do.workflows.schedule(name, every="1d", id=f"{name}-{place}") for place in ("b", "a")]
    while len(found := await do.workflows.list_schedules(workflow=name)) < len(made):
        pass  # what was just created may be missing for a second
    assert [status.id for status in found] == [f"{name}-a", f"{name}-b"]
    assert found[1] == await made[0].describe()
    assert len(await do.workflows.list_schedules(workflow=name, limit=1)) == 1
    assert isinstance(found[0], ScheduleStatus)


async def test_a_name_that_may_be_misspelt(do: TestDo, caplog: pytest.LogCaptureFixture) -> None:
    """A workflow that no module here has, and of which nothing ever ran, is warned of, with the one that may be meant."""
    name = define(do)
    unheard = "never-run-by-any-test"
    for wanted, schedule_id in ((name, f"{name}-a"), (f"{name}x", f"{name}-b"), (unheard, f"{name}-c")):
        await do.workflows.schedule(wanted, every="1h", id=schedule_id, paused=True)
    nobody_has, queue = "no module here has a workflow named", do.settings.task_queue
    assert [record.message for record in caplog.records if record.levelno >= logging.WARNING] == [
        f"schedule '{name}-b': {nobody_has} '{name}x', and no run of one is on record: did you mean {name!r}?",
        (
            f"schedule '{name}-c': {nobody_has} {unheard!r}, and no run of one is on record: its runs fail unless a worker "
            f"of task queue {queue!r} has it"
        ),
    ]
