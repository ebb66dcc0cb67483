"""Held steps on the command line, as people see them."""

from __future__ import annotations

from datetime import UTC, datetime
from io import StringIO

import pytest
from rich.console import Console
from typer.testing import CliRunner

from dosdk_temporal._cli.app import app
from dosdk_temporal._cli.views.decision import resolution_line
from dosdk_temporal._cli.views.inbox import inbox_line, show_inbox
from dosdk_temporal._cli.views.times import local_time
from dosdk_temporal._cli.views.waits import wait_lines
from dosdk_temporal._client.inbox import PendingApproval
from dosdk_temporal._inside.waiting.details import details_of
from dosdk_temporal._pure.resolutions import ResolutionAnswer
from dosdk_temporal._pure.waits import Wait

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
WHY = "action 'charge' failed after 3 attempts: CardDeclined: no"
HELD = PendingApproval("order 7", "sale", "charge", WHY, "", (), NOON, None, None, kind="decision")
SENT = "sent; the run is paused or no worker answers, and it counts when it goes on: 'dosdk status r1' shows whether"
COMMAND = "dosdk resolve 'order 7' charge --retry --by YOU   (or --skip VALUE, --fail)"


def test_what_a_status_says() -> None:
    """A held step has its reason, and the command that resolves it."""
    wait = Wait("decision", "charge", NOON, title=WHY)
    assert list(wait_lines([wait], "order 7")) == [
        f"waits for held step charge since {local_time(NOON)}: {WHY}",
        f"          {COMMAND}",
    ]


def test_what_the_inbox_says() -> None:
    """A held step is marked as one among the approvals; the first one's command stands below."""
    out = StringIO()
    show_inbox(Console(file=out, width=200), [HELD])
    _, row, _, command = out.getvalue().splitlines()
    assert row.split() == f"order 7 sale charge (held) {WHY} anybody {local_time(NOON)}".split()
    assert command == f"resolve with: {COMMAND}"
    assert inbox_line(HELD) == f"order 7 charge (held) (anybody): {WHY}"


def test_what_the_web_ui_says() -> None:
    """The run's details name the step, its error in full, and the three commands."""
    text = details_of([Wait("decision", "charge", NOON, title="short", details="the whole story")], "order 7")
    assert text.split("\n\n") == [
        "**Step `charge` is held** since 2026-03-02 12:00 UTC",
        "the whole story",
        "It can be tried again, skipped with a value as its output, or let fail:",
        "\n".join(
            f"    dosdk resolve 'order 7' charge --by YOU {how}" for how in ("--retry", "--skip VALUE", "--fail")
        ),
    ]


@pytest.mark.parametrize(
    ("answer", "line"),
    [
        (ResolutionAnswer("decided", "charge", "retry", "ann", NOON), f"charge is tried again by ann at {local_time(NOON)}"),
        (ResolutionAnswer("decided", "charge", "skip", None, NOON), f"charge is skipped at {local_time(NOON)}"),
        (
            ResolutionAnswer("sent", None, "fail", "ann"),
            f"the held step is let fail by ann: {SENT}",
        ),
    ],
)  # fmt: skip
def test_what_became_of_it(answer: ResolutionAnswer, line: str) -> None:
    """Who resolves a step is told what becomes of it, and when it counts."""
    assert resolution_line("r1", answer) == f"r1 {line}"


@pytest.mark.parametrize("said", [[], ["--retry", "--fail"], ["--retry", "--skip", "1"]])
def test_one_of_three(said: list[str]) -> None:
    """None, or two of the three, is a mistake in the usage, told before any server is asked."""
    done = CliRunner().invoke(app, ["resolve", "r1", *said])
    assert (done.exit_code, "say one of them: --retry, --skip VALUE or --fail" in done.output) == (2, True)
