"""What a user writes of a schedule, checked before anything is asked of a server."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from dosdk_temporal import InputError
from dosdk_temporal._pure.notifications import check_notifications
from dosdk_temporal._pure.schedule import ScheduleText, options_of, schedule_text

NOW = datetime(2027, 1, 1, tzinfo=UTC)


def test_everything_said() -> None:
    """What is said in any spelling is kept in one, and is the same again when it was written down."""
    text = schedule_text(
        cron_expression=["0 9 * * MON", "@daily", "0 9 * * mon"],
        every=["6h", timedelta(minutes=90), 30],
        timezone="Europe/Berlin",
        overlap="buffer_one",
        jitter="30s",
        catch_up="1h",
        skip=[date(2027, 12, 25), "2027-01-01", "20271225"],
    )
    assert text == ScheduleText(
        cron=("0 9 * * mon", "@daily"),
        every=(21600.0, 5400.0, 30.0),
        timezone="Europe/Berlin",
        overlap="buffer_one",
        jitter=30.0,
        catch_up=3600.0,
        skip=("2027-01-01", "2027-12-25"),
    )
    assert ScheduleText.from_wire(text.to_wire()) == text
    assert (
        text.when == "0 9 * * mon (Europe/Berlin); @daily (Europe/Berlin); every 6:00:00; every 1:30:00; every 0:00:30"
    )


@pytest.mark.parametrize("raw", [None, "text", {"cron": ["@daily"], "from_the_future": 1}])
def test_what_this_version_did_not_write(raw: Any) -> None:
    """A text in another shape is not taken for one."""
    assert ScheduleText.from_wire(raw) is None


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({}, "cron_expression: nothing says when: give cron_expression='0 9 * * mon' or every='6h'"),
        ({"cron_expression": [], "every": []}, "cron_expression: nothing says when"),
        ({"cron_expression": "0 9 * *"}, "cron_expression: '0 9 * *' has 4 fields"),
        ({"every": "0.5s"}, "every: every='0.5s' is shorter than the second that is the least"),
        ({"every": "-6h"}, "every: every='-6h' is negative: a duration is zero or more"),
        ({"every": "six hours"}, "every: every='six hours' is not a duration"),
        ({"every": True}, "every: every=True is not a duration"),
        ({"every": 60, "timezone": "Europe/Berln"}, "timezone: 'Europe/Berln' is not a time zone: did you mean 'Europe/Berlin'?"),
        ({"every": 60, "timezone": "Nowhere"}, "timezone: 'Nowhere' is not a time zone: write one like 'Europe/Berlin'"),
        ({"every": 60, "timezone": "Local"}, "timezone: 'Local' is not a time zone"),
        ({"every": 60, "timezone": "../UTC"}, "timezone: '../UTC' is not a time zone"),
        ({"every": 60, "timezone": "Europe"}, "timezone: 'Europe' is not a time zone"),
        ({"every": 60, "timezone": None}, "timezone: None is not a time zone"),
        ({"every": 60, "overlap": "SKIP"}, "overlap: 'SKIP' is none of skip, buffer_one, buffer_all, cancel_other, "),
        ({"every": 60, "overlap": ["skip"]}, "overlap: ['skip'] is none of skip"),
        ({"every": 60, "jitter": -1}, "jitter: jitter=-1 is negative: a duration is zero or more"),
        ({"every": 60, "catch_up": "9s"}, "catch_up: catch_up='9s' is shorter than the 10 seconds that are the least"),
        ({"every": 60, "skip": "2027-02-30"}, "skip: '2027-02-30' is not a date: write date(2027, 12, 25) or '2027-12-25'"),
        ({"every": 60, "skip": [NOW]}, "skip: datetime.datetime(2027, 1, 1, 0, 0, tzinfo=datetime.timezone.utc) is not a date"),
        ({"every": 60, "skip": 5}, "skip: 5 is not a date"),
    ],
)  # fmt: skip
def test_refused(given: dict[str, Any], told: str) -> None:
    """What cannot be meant is refused, by argument, with what to write."""
    with pytest.raises(InputError) as refused:
        schedule_text(**given)
    assert str(refused.value).startswith(told)


def test_all_faults_at_once() -> None:
    """Every fault is told in one refusal, each with its argument."""
    with pytest.raises(InputError) as refused:
        schedule_text(cron_expression=["x", "@daily"], every=-1, timezone="x", overlap="x", jitter="x", skip=["x"])
    assert [argument for argument, _ in refused.value.problems] == [
        "cron_expression", "every", "timezone", "overlap", "jitter", "skip",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (
            {"cron_expression": "30 2 * * *", "timezone": "Europe/Berlin"},
            [
                "2027-03-28 02:30 in Europe/Berlin does not exist: that run is left out",
                "2027-10-31 02:30 in Europe/Berlin comes twice: it runs the second time",
            ],
        ),
        (
            {"cron_expression": "@daily", "timezone": "America/Havana"},
            [
                "2027-03-14 00:00 in America/Havana does not exist: that run is left out",
                "2027-11-07 00:00 in America/Havana comes twice: it runs the second time",
            ],
        ),
        ({"cron_expression": "@daily", "timezone": "Europe/Berlin"}, []),
        ({"cron_expression": "30 2 * * mon-fri", "timezone": "Europe/Berlin"}, []),
        ({"cron_expression": "30 2 * * *"}, []),
        ({"cron_expression": "30 2 * * *", "timezone": "Asia/Tokyo"}, []),
        ({"cron_expression": "30 * * * *", "timezone": "Europe/Berlin"}, []),
        ({"every": "1h", "timezone": "Europe/Berlin"}, []),
        (
            {"cron_expression": "0 9 13 * fri"},
            ["'0 9 13 * fri' is due on days that are both the day of month and the day of week it names"],
        ),
    ],
)
def test_surprises(given: dict[str, Any], told: list[str]) -> None:
    """Local times that a change of the clocks takes away or brings twice are told, and what other crons read differently."""
    assert list(schedule_text(**given).warnings(NOW)) == told


def test_a_document() -> None:
    """The documented spelling means the same as the arguments."""
    document = {"cronExpression": "@daily", "catchUp": "1h", "input": {"a": 1}, "notifications": {"onStart": ["x"]}}
    assert options_of(document) == {
        "cron_expression": "@daily", "catch_up": "1h", "input": {"a": 1}, "notifications": {"onStart": ["x"]},
    }  # fmt: skip


@pytest.mark.parametrize(
    ("document", "told"),
    [
        ("@daily", "a schedule is written as {'cronExpression': '0 9 * * mon', 'input': {}}, not '@daily'"),
        (
            {"cron_expression": "@daily", "x": 1},
            "a schedule knows no 'cron_expression', 'x': there are cronExpression, ",
        ),
        ({"every": 60}, "every=60: in a document a duration is text, like '90s' or '6h'"),
        ({"cronExpression": "@daily", "jitter": 1.5}, "jitter=1.5: in a document a duration is text"),
        ({"every": ["1h", 5]}, "every=['1h', 5]: in a document a duration is text"),
    ],
)
def test_a_document_refused(document: Any, told: str) -> None:
    """A document with a key there is not, or a bare number for a duration, is refused with what to write."""
    with pytest.raises(InputError) as refused:
        options_of(document)
    assert str(refused.value).startswith(told)


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        (None, {}),
        ({}, {}),
        ({"onStart": None, "onFailure": []}, {}),
        ({"onStart": "a@b.example"}, {"onStart": ["a@b.example"]}),
        ({"onComplete": ("#x", "@y", "#x")}, {"onComplete": ["#x", "@y"]}),
    ],
)
def test_notifications(given: Any, meant: dict[str, list[str]]) -> None:
    """Recipients are kept by moment, each once."""
    assert check_notifications(given) == meant


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (
            "ops@example.com",
            "notifications='ops@example.com' is not a mapping: write {'onFailure': ['ops@example.com']}",
        ),
        ({"on_start": "x"}, "notifications knows no 'on_start': there are onStart, onComplete, onFailure"),
        ({"onStart": 5}, "notifications has onStart=5: write an address, '#channel' or '@name', or a list of them"),
        ({"onStart": [""]}, "notifications has onStart=['']: write an address"),
        ({"onStart": ["a", " b"]}, "notifications has onStart=['a', ' b']: write an address"),
        ({"onStart": {"to": "x"}}, "notifications has onStart={'to': 'x'}: write an address"),
    ],
)
def test_notifications_refused(given: Any, told: str) -> None:
    """What names no recipients is refused with what to write."""
    with pytest.raises(InputError) as refused:
        check_notifications(given)
    assert str(refused.value).startswith(told)
