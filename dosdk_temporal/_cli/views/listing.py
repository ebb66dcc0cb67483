"""Outside: a list of runs as people see it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from dosdk_temporal._cli.views.times import local_time, took
from dosdk_temporal._cli.views.words import mark, style
from dosdk_temporal._pure.status import ExecutionStatus

if TYPE_CHECKING:
    from rich.console import Console

__all__ = ["show_list"]


def show_list(console: Console, runs: Sequence[ExecutionStatus]) -> None:
    """Print one line a run: state, id, workflow, start, duration."""
    from rich.table import Table  # noqa: PLC0415 - only where people look
    from rich.text import Text  # noqa: PLC0415

    if not runs:
        console.print("no runs")
        return
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    for heading in ("state", "id", "workflow", "started", "took"):
        table.add_column(heading, overflow="fold", no_wrap=heading in {"state", "started", "took"})
    for run in runs:
        state = Text(f"{mark(run.state)} {run.state}", style(run.state))
        table.add_row(state, run.id, run.name, local_time(run.started_at), took(run.started_at, run.closed_at))
    console.print(table)
