"""Cron expressions: what is taken, and what is refused with what is allowed. Their times are judged by the server's own."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from dosdk_temporal import InputError
from dosdk_temporal._pure.cron import Cron, parse_cron

ALL = (
    frozenset(range(60)),
    frozenset(range(24)),
    frozenset(range(1, 32)),
    frozenset(range(1, 13)),
    frozenset(range(7)),
)


def cron(text: str, **fields: set[int]) -> Cron:
    """An expression whose fields are everything but for those given."""
    names = ("minutes", "hours", "days", "months", "weekdays")
    values = {name: frozenset(fields.get(name, everything)) for name, everything in zip(names, ALL, strict=True)}
    return Cron(text, **values)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("* * * * *", cron("* * * * *")),
        (" 0  9 * *  MON ", cron("0 9 * * mon", minutes={0}, hours={9}, weekdays={1})),
        (
            "0 0 1 1,4,7,10 *",
            cron("0 0 1 1,4,7,10 *", minutes={0}, hours={0}, days={1}, months={1, 4, 7, 10}),
        ),
        ("*/15 9-17/4 * * *", cron("*/15 9-17/4 * * *", minutes={0, 15, 30, 45}, hours={9, 13, 17})),
        ("5/20 * * * *", cron("5/20 * * * *", minutes={5, 25, 45})),
        ("* * * Jan-March Tues,Thursday", cron("* * * jan-march tues,thursday", months={1, 2, 3}, weekdays={2, 4})),
        ("* * * * 0", cron("* * * * 0", weekdays={0})),
        ("* * * * 5-7", cron("* * * * 5-7", weekdays={0, 5, 6})),
        ("@Daily", cron("@daily", minutes={0}, hours={0})),
        ("@weekly", cron("@weekly", minutes={0}, hours={0}, weekdays={0})),
        ("@yearly", cron("@yearly", minutes={0}, hours={0}, days={1}, months={1})),
    ],
)
def test_taken(written: str, meant: Cron) -> None:
    """An expression stands for these values; it is kept in small letters with single blanks."""
    assert parse_cron(written) == meant


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("60 * * * *", "minute '60' is not from 0 to 59"),
        ("* 24 * * *", "hour '24' is not from 0 to 23"),
        ("* * 0 * *", "day of month '0' is not from 1 to 31"),
        ("* * * 13 *", "month '13' is not from 1 to 12, or jan to dec"),
        ("* * * ju *", "month 'ju' is not from 1 to 12, or jan to dec"),
        ("* * * * 8", "day of week '8' is not from 0 to 7, or sun to sat"),
        ("* * * * mo", "day of week 'mo' is not from 0 to 7, or sun to sat"),
        ("99 99 * * *", "minute '99' is not from 0 to 59; hour '99' is not from 0 to 23"),
        ("*/0 * * * *", "minute '*/0' has a step that is not from 1 to 59"),
        ("*/90 * * * *", "minute '*/90' has a step that is not from 1 to 59"),
        ("30-10 * * * *", "minute '30-10' ends before it starts: write both parts, as a list"),
        ("* * * * sat-sun", "day of week 'sat-sun' ends before it starts: write both parts, as a list"),
        ("0 9 * *", "has 4 fields, five are needed: minute, hour, day of month, month, day of week"),
        ("0 0 9 * * *", "has 6 fields, five are needed: minute, hour, day of month, month, day of week"),
        ("@every 1h", "give an interval as every='1h'"),
        ("@reboot", "there are @yearly, @annually, @monthly, @weekly, @daily, @midnight, @hourly"),
        ("CRON_TZ=UTC 0 9 * * *", "give the time zone as timezone='Europe/Berlin'"),
        (
            "0 9 * * 1#2",
            "'#' begins a comment at the server, and is no n-th weekday: for the second Monday write '0 9 8-14 * mon'",
        ),
        ("0 9 30 feb *", "is never due: none of its months has its day of the month"),
        ("0 9 31 4,jun *", "is never due: none of its months has its day of the month"),
        (None, "is not a cron expression: write text like '0 9 * * mon' or '@daily'"),
        (5, "is not a cron expression: write text like '0 9 * * mon' or '@daily'"),
        (" ", "is not a cron expression: write text like '0 9 * * mon' or '@daily'"),
    ],
)
def test_refused(written: Any, told: str) -> None:
    """What is no expression, or means something else to the server than to its writer, is refused with what to write."""
    with pytest.raises(InputError) as refused:
        parse_cron(written)
    assert str(refused.value).endswith(told)


@pytest.mark.parametrize(
    "part", ["?", "L", "15W", "1.5", "-1", "+1", "*-5", "1--2", "1/2/3", ",", "1,", "٣", "9" * 5000]
)
def test_refused_in_any_field(part: str) -> None:
    """What no field takes is refused in each, and the refusal names all five."""
    with pytest.raises(InputError) as refused:
        parse_cron(" ".join([part] * 5))
    fields = [field for field, _ in refused.value.problems]
    assert fields == ["minute", "hour", "day of month", "month", "day of week"]


@pytest.mark.parametrize(
    ("written", "day", "due"),
    [
        ("0 9 13 * fri", date(2027, 8, 13), True),
        ("0 9 13 * fri", date(2027, 8, 20), False),
        ("0 9 13 * fri", date(2027, 9, 13), False),
        ("0 9 * * 7", date(2027, 8, 15), True),
    ],
)
def test_days_fit_both_fields(written: str, day: date, due: bool) -> None:
    """A day must fit day of month and day of week alike, as at the server."""
    assert parse_cron(written).is_on(day) is due


def test_the_29th_of_february_comes() -> None:
    """A day that only leap years have is due."""
    assert parse_cron("0 0 29 2 *").comes()
