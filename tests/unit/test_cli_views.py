"""The command line: how durations, steps and schemas read."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from rich.console import Console

from dosdk_temporal._cli.views.catalog import show_catalog
from dosdk_temporal._cli.views.decision import decision_line
from dosdk_temporal._cli.views.inbox import show_inbox
from dosdk_temporal._cli.views.inbox_progress import LinesInbox
from dosdk_temporal._cli.views.progress import LinesProgress
from dosdk_temporal._cli.views.times import short
from dosdk_temporal._client.inbox import PendingApproval
from dosdk_temporal._pure.decisions import DecisionAnswer
from dosdk_temporal._pure.status import ErrorStatus, ExecutionStatus, StepStatus
from dosdk_temporal._pure.waits import Wait
from tests.live.command_line import masked

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


def test_lines_tell_of_waits() -> None:
    """A wait is told once, when it begins, an approval with its command; attempts that are due are told by their steps."""
    approval = Wait("approval", "head of sales", START, approvers=("ann lee",), title="Over\nbudget")
    lines, out = _lines(LinesProgress)
    for waiting in (
        (Wait("retry", "charge", START, DONE), Wait("timer", "sleep", START)),
        (Wait("timer", "sleep", START), approval),
        (approval,),
        (),
    ):
        lines.show(replace(_status(), state="waiting", waiting_for=waiting))
    assert masked(out.getvalue()).splitlines() == [
        "r1 started",
        "  waits for timer sleep since <time>",
        "  waits for approval head of sales (ann lee) since <time>: Over budget",
        "            dosdk approve r1 'head of sales' --by 'ann lee'",
    ]


def test_an_inbox_with_nothing_says_so() -> None:
    """An empty inbox is one line."""
    console = Console(file=(out := io.StringIO()), width=1000, markup=False, highlight=False)
    show_inbox(console, [])
    assert out.getvalue() == "nothing waits for a decision\n"


def test_lines_tell_of_the_inbox() -> None:
    """What comes to wait and what waits no more is a line each; the same name asked again is another question."""
    asked = PendingApproval("r1", "buy", "manager", "", "", (), START, None, None)
    again, other = replace(asked, since=DONE), replace(asked, execution_id="r[2]", title="a\nb", until=DONE)
    inbox, out = _lines(LinesInbox)
    for found in ([], [asked], [asked, other], [other, again], [other, again], []):
        inbox.show(found)
    assert masked(out.getvalue()).splitlines() == [
        "nothing waits for a decision",
        "+ r1 manager (anybody)",
        "+ r[2] manager (anybody), until <time>: a b",
        "- r1 manager (anybody)",
        "+ r1 manager (anybody)",
        "- r[2] manager (anybody), until <time>: a b",
        "- r1 manager (anybody)",
    ]


@pytest.mark.parametrize(
    ("answer", "text"),
    [
        (DecisionAnswer("decided", "manager", True, "ann", START), "r1 manager approved by ann at <time>"),
        (DecisionAnswer("decided", "manager", False, None, START), "r1 manager rejected at <time>"),
        (
            DecisionAnswer("kept", "manager", True, "ann"),
            "r1 manager approved by ann: kept until the run asks for it and checked then; it waits for nothing now",
        ),
        (
            DecisionAnswer("sent", None, False, "ann"),
            (
                "r1 rejected by ann: sent; the run is paused or no worker answers, and it counts when it goes on: "
                "'dosdk status r1' shows whether"
            ),
        ),
    ],
)
def test_a_decision_says_whether_it_counts(answer: DecisionAnswer, text: str) -> None:
    """What became of a decision is one line: it counts, it is kept, or it is on its way."""
    assert masked(decision_line("r1", answer)) == text


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
    """With nothing defined the catalog says how to name modules, or in which of those named there is nothing."""
    assert _shown({"actions": [], "workflows": []}) == [
        "nothing is defined: name the modules that define it, as in 'dosdk catalog flow.py'"
    ]
    assert _shown({"actions": []}, ["empty.py", "orders"]) == [
        "nothing is defined in empty.py, orders: add an action or a workflow, or name other modules"
    ]


def _shown(found: dict[str, list[dict[str, Any]]], modules: Sequence[str] = ()) -> list[str]:
    out = io.StringIO()
    show_catalog(Console(file=out, width=1000, markup=False, highlight=False), found, modules)
    return out.getvalue().splitlines()


def _lines(view: Callable[[Console], Any]) -> tuple[Any, io.StringIO]:
    """What writes lines, and where it writes them."""
    out = io.StringIO()
    return view(Console(file=out, width=1000, markup=False, highlight=False)), out


def _status(*steps: StepStatus, closed_at: datetime | None = None) -> ExecutionStatus:
    state: Any = "completed" if closed_at else "running"
    return ExecutionStatus("r1", "run", "buy", "1", state, START, closed_at, steps)
