"""Outside: the steps of a run, as a table and as plain lines."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from dosdk_temporal._cli.views.times import took
from dosdk_temporal._cli.views.words import attempts, error_line, mark, style
from dosdk_temporal._pure.status import StepStatus

if TYPE_CHECKING:
    from rich.table import Table

__all__ = ["step_line", "step_table"]


def step_table(steps: Sequence[StepStatus]) -> Table:
    """One row a step: state, id, attempts, duration, and the last error."""
    from rich.table import Table  # noqa: PLC0415 - only where people look
    from rich.text import Text  # noqa: PLC0415

    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 0))
    for _ in range(5):
        table.add_column(overflow="fold")
    for step in steps:
        error = "" if step.error is None else error_line(step.error)
        table.add_row(
            Text(f"  {mark(step.state)} {step.id}", style(step.state)),
            step.state,
            attempts(step.attempts),
            took(step.started_at, step.closed_at),
            Text(error, "red" if step.state == "failed" else "yellow"),
        )
    return table


def step_line(step: StepStatus) -> str:
    """A step's state as one plain line: what is written where nobody's terminal can be redrawn."""
    length = took(step.started_at, step.closed_at) if step.closed_at else ""
    facts = ", ".join(fact for fact in (attempts(step.attempts), length) if fact)
    error = "" if step.error is None else f": {error_line(step.error)}"
    return f"{step.id} {step.state}{f' ({facts})' if facts else ''}{error}"
