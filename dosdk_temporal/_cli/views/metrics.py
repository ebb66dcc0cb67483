"""Outside: the figures of a run as people see them."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from dosdk_temporal._cli.views.json_text import as_text
from dosdk_temporal._cli.views.times import short
from dosdk_temporal._cli.views.words import attempts
from dosdk_temporal._pure.metrics import ExecutionMetrics

if TYPE_CHECKING:
    from rich.console import Console

__all__ = ["show_metrics"]


def show_metrics(console: Console, metrics: ExecutionMetrics) -> None:
    """Print how long the run and its steps took, and the figures of the business."""
    from rich.table import Table  # noqa: PLC0415 - only where people look

    console.print(f"  took      {short(metrics.duration)}")
    if metrics.steps:
        table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
        for heading in ("  step", "attempts", "waited", "ran"):
            table.add_column(heading, overflow="fold")
        for step, told in metrics.steps.items():
            table.add_row(f"  {step}", attempts(told.attempts), _length(told.queue_time), _length(told.run_time))
        console.print(table)
    for name, kpi in metrics.kpis.items():
        value = "not recorded" if kpi.value is None else as_text(kpi.value)
        console.print(f"  metric {name} = {value}{f'  ({kpi.description})' if kpi.description else ''}")


def _length(length: timedelta | None) -> str:
    return "" if length is None else short(length)
