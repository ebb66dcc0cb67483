"""What this process reads in cron expressions, judged by the times that the server makes of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

import pytest
from temporalio.client import Schedule as TemporalSchedule
from temporalio.client import ScheduleActionStartWorkflow, ScheduleSpec
from temporalio.service import RPCError

from dosdk_temporal import InputError
from dosdk_temporal._pure.cron import Cron, parse_cron
from dosdk_temporal.testing import TestDo

WRITTEN = (
    "0 9 13 * fri",
    "0 0 1 1,4,7,10 *",
    "*/20 9-17/4 * * mon-fri",
    "5/25 23 * * *",
    "0 9 * * 5-7",
    "0 9 * * 7",
    "0 9 * * */3",
    "0 9 * * 5/2",
    "0 9 * * sun,Wednesday",
    "0 9 28-31 feb-apr/2 *",
    "0 0 29 2 *",
    "0 12 1-7 * tues",
    "@hourly",
    "@daily",
    "@weekly",
    "@monthly",
    "@yearly",
)

_FIELDS = (
    (0, 59, ()),
    (0, 23, ()),
    (1, 31, ()),
    (1, 12, ("jan", "may", "sept", "december")),
    (0, 7, ("mon", "sat", "thurs")),
)


def generated(count: int) -> Iterator[str]:
    """Expressions of every shape, the same in each run of the tests; some of them are none."""
    random = Random(20270101)  # noqa: S311 - shapes of text, no secrets
    for _ in range(count):
        yield " ".join(",".join(_part(random, *field) for _ in range(random.choice((1, 1, 2)))) for field in _FIELDS)


def _part(random: Random, first: int, last: int, names: Sequence[str]) -> str:
    value = random.choice([str(random.randint(first, last)), *names])
    other = str(random.randint(first, last))
    step = str(random.randint(1, max(last // 2, 2)))
    return random.choice(
        ["*", "*", "*", value, f"{value}-{other}", f"{value}/{step}", f"*/{step}", f"{value}-{other}/{step}"]
    )


def times(cron: Cron, first: date, until: datetime, zone: ZoneInfo) -> Iterator[datetime]:
    """The expression's own times, beginning with a day, in UTC; those that the clocks leave out are not there."""
    day = first
    while datetime(day.year, day.month, day.day, tzinfo=zone) <= until:
        if cron.is_on(day):
            for hour in sorted(cron.hours):
                for minute in sorted(cron.minutes):
                    local = datetime(day.year, day.month, day.day, hour, minute, tzinfo=zone, fold=1)
                    if local.astimezone(UTC).astimezone(zone).replace(fold=1) == local:
                        yield local.astimezone(UTC)
        day += timedelta(days=1)


@pytest.mark.parametrize("zone", ["UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe"])
async def test_times_are_the_servers(do: TestDo, zone: str) -> None:
    """Every time the server gives for an expression is one that this process reads in it, and none is missing."""
    for written in WRITTEN:
        schedule = await do.workflows.schedule("any", cron_expression=written, timezone=zone, id=f"oracle-{do.uuid()}")
        found = await schedule.next_times(300)
        await schedule.delete()
        ours = times(parse_cron(written), found[0].astimezone(ZoneInfo(zone)).date(), found[-1], ZoneInfo(zone))
        assert [time for time in ours if found[0] <= time <= found[-1]] == found, written


async def test_taken_alike(do: TestDo) -> None:
    """The server takes every expression that this process takes, with the same times; what it refuses is refused here."""
    client = (await do.connection()).client
    taken = 0
    for written in generated(150):
        try:
            cron = parse_cron(written)
        except InputError:
            cron = None
        schedule = do.workflows.get_schedule(f"oracle-{do.uuid()}")
        action = ScheduleActionStartWorkflow("any", id="any", task_queue=do.settings.task_queue)
        try:
            await client.create_schedule(
                schedule.id, TemporalSchedule(action, ScheduleSpec(cron_expressions=[cron.text if cron else written]))
            )
        except RPCError:
            assert cron is None, written
            continue
        found = await schedule.next_times(40)
        await schedule.delete()
        if cron is not None and found:
            taken += 1
            ours = times(cron, found[0].date(), found[-1], ZoneInfo("UTC"))
            assert [time for time in ours if found[0] <= time <= found[-1]] == found, written
    assert taken > 50
