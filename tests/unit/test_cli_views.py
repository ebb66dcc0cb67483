"""The command line: how durations, steps and schemas read."""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from rich.console import Console

from dosdk_temporal._cli.views.catalog import show_catalog
from dosdk_temporal._cli.views.progress import LinesProgress
from dosdk_temporal._cli.views.times import short
from dosdk_temporal._pure.status import ErrorStatus, ExecutionStatus, StepStatus

START = datetime(2027, 1, 1, tzinfo=UTC)
DONE = START + timedelta(seconds=0.25)
DECLINED = ErrorStatus("Declined", "no [bold]\nfunds", "charge", "charge", 1)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0.00 s"),
        (0.314, "0.31 s"),
        (12.44, "12.4 s"),
        (60, "1 min"),
        (200, "3 min 20 s"),
        (3_600, "1 h"),
        (90_000, "1 d 1 h"),
        (-1, "0.00 s"),
    ],
)
def test_a_duration_has_two_units(seconds: float, text: str) -> None:
    """A duration reads in its two largest units; clocks that disagree make none negative."""
    assert short(timedelta(seconds=seconds)) == text


def test_lines_tell_what_is_new() -> None:
    """Where nothing can be redrawn, each change of a step is one line, and what did not change is not said again."""
    out = io.StringIO()
    lines = LinesProgress(Console(file=out, width=1000, markup=False, highlight=False))
    for status in (
        _status(),
        _status(StepStatus("charge", "charge", "action", "running", 1, START)),
        _status(StepStatus("charge", "charge", "action", "running", 1, START)),
        _status(StepStatus("charge", "charge", "action", "pending", 1, START, None, DECLINED)),
        _status(StepStatus("charge", "charge", "action", "completed", 2, START, DONE), closed_at=DONE),
    ):
        lines.show(status)
    assert out.getvalue().splitlines() == [
        "r1 started",
        "  charge running (1 attempt)",
        "  charge pending (1 attempt): Declined: no [bold] funds",
        "  charge completed (2 attempts, 0.25 s)",
        "✓ r1  completed  0.25 s",
    ]


def test_the_catalog_says_what_a_caller_needs() -> None:
    """The catalog shows each definition's input on one line, and its options in words."""
    retry: dict[str, Any] = {"max_attempts": 3, "initial_delay": 1.0, "multiplier": 2.0, "max_delay": 60.0}
    schema = {
        "properties": {
            "email": {"type": "string"},
            "plan": {"enum": ["free", "paid"]},
            "tags": {"type": "array", "items": {"$ref": "#/$defs/Tag"}},
            "age": {"anyOf": [{"type": "integer"}, {"type": "null"}]},
        },
        "required": ["email"],
    }
    entry = {"name": "welcome", "version": "2", "description": "Says hello.", "input": schema, "output": {}}
    options = {"retry": retry, "timeout": 60.0, "total_timeout": None, "heartbeat": 15.0}
    once = {**options, "retry": {**retry, "max_attempts": 1}, "timeout": None, "total_timeout": 0.5}
    nothing = {"additionalProperties": False, "properties": {}, "type": "object"}
    found: dict[str, list[dict[str, Any]]] = {
        "actions": [{**entry, "options": options, "local": True}],
        "workflows": [
            {**entry, "options": once, "input": nothing, "trigger": {"schedule": "0 9 * * 1"}, "timeout": 5.0}
        ],
    }
    assert _shown(found) == [
        "actions",
        "  welcome@2  Says hello.",
        "    input    {email: string, plan?: 'free' | 'paid', tags?: [Tag], age?: integer | null}",
        "    output   any",
        "    attempts 3, 1 s apart, x2 up to 1 min; 1 min each",
        "    local    runs within the workflow's own task",
        "workflows",
        "  welcome@2  Says hello.",
        "    trigger  schedule 0 9 * * 1",
        "    input    nothing",
        "    output   any",
        "    steps    1; no limit each, 0.5 s in all",
        "    timeout  5 s",
    ]


def test_an_empty_catalog_says_what_to_name() -> None:
    """With nothing defined the catalog says how to name modules."""
    assert _shown({"actions": [], "workflows": []}) == [
        "nothing is defined: name the modules that define it, as in 'dosdk catalog flow.py'"
    ]


def _shown(found: dict[str, list[dict[str, Any]]]) -> list[str]:
    out = io.StringIO()
    show_catalog(Console(file=out, width=1000, markup=False, highlight=False), found)
    return out.getvalue().splitlines()


def _status(*steps: StepStatus, closed_at: datetime | None = None) -> ExecutionStatus:
    state: Any = "completed" if closed_at else "running"
    return ExecutionStatus("r1", "run", "buy", "1", state, START, closed_at, steps)
