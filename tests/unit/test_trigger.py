"""What may start a workflow, as declared."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from dosdk_temporal import DefinitionError, Trigger
from dosdk_temporal._pure.trigger import check_trigger

SHAPE = "write {'event': 'user.created'}, {'schedule': '0 9 * * 1', 'timezone': 'Europe/Berlin'} or {'direct': True}"


@pytest.mark.parametrize(
    "declared",
    [
        {},
        {"event": "user.created"},
        {"event": "user.created", "filter": "event.payload.plan === 'pro'"},
        {"schedule": "0 9 * * 1"},
        {"schedule": "0 9 * * 1", "timezone": "Europe/Berlin"},
        {"schedule": ["0 9 * * mon-fri", "@weekly"]},
        {"direct": True},
    ],
)
def test_declared(declared: dict[str, Any]) -> None:
    """A trigger is kept as declared, in a copy of its own."""
    checked = check_trigger(declared, "w")
    assert (checked, checked is declared) == (declared, False)


def test_none_declared() -> None:
    """A workflow without a trigger is started directly only."""
    assert check_trigger(None, "w") == {}


@pytest.mark.parametrize(
    ("declared", "fault"),
    [
        ("user.created", "is 'user.created'"),
        (["event"], "is ['event']"),
        ({"even": "user.created"}, "names 0 kinds, one is needed"),
        ({"event": "a", "schedule": "0 9 * * 1"}, "names 2 kinds, one is needed"),
        ({"event": "a", "timezone": "UTC"}, "does not know 'timezone'"),
        ({"direct": True, "filter": {}, "when": 1}, "does not know 'filter', 'when'"),
        ({"event": ""}, "has event=''"),
        ({"event": " "}, "has event=' '"),
        ({"event": "user.created\n"}, "has event='user.created\\n'"),
        ({"event": 5}, "has event=5"),
        ({"event": None}, "has event=None"),
        ({"direct": False}, "has direct=False"),
        ({"direct": 1}, "has direct=1"),
    ],
)
def test_declared_wrongly(declared: Any, fault: str) -> None:
    """Anything else is refused with the fault and the three shapes there are."""
    with pytest.raises(DefinitionError) as refused:
        check_trigger(declared, "w")
    assert str(refused.value) == f"the trigger of workflow 'w' {fault}: {SHAPE}"


@pytest.mark.parametrize(
    ("declared", "fault"),
    [
        (
            {"schedule": True},
            "cron_expression: True is not a cron expression: write text like '0 9 * * mon' or '@daily'",
        ),
        ({"schedule": []}, "cron_expression: nothing says when: give cron_expression='0 9 * * mon' or every='6h'"),
        ({"schedule": "0 9 * * 1", "timezone": 1}, "timezone: 1 is not a time zone: write one like 'Europe/Berlin'"),
        (
            {"schedule": ["61 9 * * 1", "@daily"], "timezone": "Europe/Berln"},
            (
                "cron_expression: '61 9 * * 1': minute '61' is not from 0 to 59; "
                "timezone: 'Europe/Berln' is not a time zone: did you mean 'Europe/Berlin'?"
            ),
        ),
    ],
)
def test_a_schedule_declared_wrongly(declared: Any, fault: str) -> None:
    """A schedule that cannot be meant is refused when it is defined, with all that is wrong."""
    with pytest.raises(DefinitionError) as refused:
        check_trigger(declared, "w")
    assert str(refused.value) == f"the schedule of workflow 'w' cannot be meant: {fault}"


def test_a_trigger_is_a_record() -> None:
    """A handler can be called in a unit test with a trigger made by hand; equal ones are equal."""
    when = datetime(2027, 1, 1, tzinfo=UTC)
    trigger = Trigger(payload={"a": 1}, kind="event", name="user.created", id="evt-1", time=when)
    assert trigger == Trigger({"a": 1}, "event", "user.created", "evt-1", when)
