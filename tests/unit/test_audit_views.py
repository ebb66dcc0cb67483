"""The command line: how a trail and figures read, and how they are exported."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import typer
from rich.console import Console

from dosdk_temporal._cli.views.audit import show_audit, write_audit
from dosdk_temporal._cli.views.metrics import show_metrics
from dosdk_temporal._cli.views.status import show_status
from dosdk_temporal._pure.audit import AuditEntry
from dosdk_temporal._pure.metrics import ExecutionMetrics, Kpi, StepMetrics
from dosdk_temporal._pure.status import ExecutionStatus, Progress, StepStatus
from tests.live.command_line import masked
from tests.unit.histories import START

SECOND = timedelta(seconds=1)
TRAIL = (
    AuditEntry(START, "run_started", version="1", input={"order": 7}, actor="1@host", detail="direct"),
    AuditEntry(START, "step_started", "charge", "charge", input={}),
    AuditEntry(START, "attempt_failed", "charge", "charge-card", "2", 1, error={"type": "Declined", "message": "no"}),
    AuditEntry(START, "decision", "manager", input={"comment": "go"}, actor="ann", detail="approved"),
    AuditEntry(START, "run_closed", output=True, detail="completed"),
)
METRICS = ExecutionMetrics(
    90 * SECOND,
    {"charge": StepMetrics(2, SECOND, 2 * SECOND), "call": StepMetrics()},
    {"timeToValue": Kpi("Time to first value", 4.5), "rate": Kpi("Never recorded"), "gold": Kpi(value=True)},
)
RUN = ExecutionStatus("r1", "u1", "buy", "1", "completed", START, START + SECOND, input={}, audit_trail=TRAIL)


def lines_of(shown: object, *what: object) -> list[str]:
    """What a view prints, times masked."""
    out = io.StringIO()
    shown(Console(file=out, width=1000, markup=False, highlight=False), *what)  # type: ignore[operator]
    return [line.rstrip() for line in masked(out.getvalue()).splitlines()]


def test_a_trail_is_one_line_an_entry() -> None:
    """Each entry is a line with who and what; values stand below it, each on its own line."""
    assert lines_of(show_audit, RUN) == [
        "r1  buy  run u1",
        "  <time>  run_started          by 1@host  direct",
        '                       input: {"order":7}',
        "  <time>  step_started         charge",
        "  <time>  attempt_failed       charge  (charge-card@2)  attempt 1",
        '                       error: {"type":"Declined","message":"no"}',
        "  <time>  decision             manager  by ann  approved",
        '                       input: {"comment":"go"}',
        "  <time>  run_closed           completed",
        "                       output: true",
    ]


def test_figures_read_well() -> None:
    """Steps are a table, figures of the business a line each, those that were not recorded too."""
    assert lines_of(show_metrics, METRICS) == [
        "  took      1 min 30 s",
        "  step    attempts    waited  ran",
        "  charge  2 attempts  <length>  <length>",
        "  call",
        "  metric timeToValue = 4.5  (Time to first value)",
        "  metric rate = not recorded  (Never recorded)",
        "  metric gold = true",
    ]


def test_a_status_shows_its_kin_and_progress() -> None:
    """Parent, children and how many of a definition's steps are done are shown where there are any."""
    step = StepStatus("charge", "charge", "action", "completed", 1, START, START + SECOND)
    run = replace(RUN, parent="p1", children=("c1", "c2"), progress=Progress(1, 3), steps=(step,), audit_trail=None)
    shown = lines_of(show_status, run)
    assert shown[shown.index("  output    null") + 1 :] == [
        "  child of  p1",
        "  child     c1",
        "  child     c2",
        "  steps     1 of 3 done",
        "  ✓ charge  completed  1 attempt  <length>",
    ]


@pytest.mark.parametrize(("name", "documents"), [("trail.jsonl", 5), ("trail.json", 1)])
def test_a_trail_is_exported(tmp_path: Path, name: str, documents: int) -> None:
    """A .jsonl file has an entry a line, each saying whose it is; any other is one document."""
    file = tmp_path / name
    assert write_audit(file, [RUN]) == 5
    told = (
        [json.loads(line) for line in file.read_text().splitlines()] if documents > 1 else json.loads(file.read_text())
    )
    entries = told if documents > 1 else told[0]["audit_trail"]
    assert (len(told), [entry["event"] for entry in entries]) == (documents, [entry.event for entry in TRAIL])
    assert (told[0]["id"], told[0]["run_id"]) == ("r1", "u1")


def test_a_file_that_cannot_be_written(tmp_path: Path) -> None:
    """A folder that is not there is the user's mistake, and said so."""
    with pytest.raises(typer.BadParameter, match=r"where\.json' cannot be written: No such file or directory"):
        write_audit(tmp_path / "no" / "where.json", [RUN])
