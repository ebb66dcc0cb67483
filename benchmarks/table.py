"""Outside: figures as a table."""

from __future__ import annotations

from collections.abc import Sequence

from rich import box
from rich.table import Table

from benchmarks.figures import Figure

__all__ = ["table"]


def table(figures: Sequence[Figure]) -> Table:
    """One line a figure."""
    shown = Table("figure", "bound", "measured", "spread", "verdict", box=box.SIMPLE_HEAD)
    for figure in figures:
        shown.add_row(
            figure.name,
            "" if figure.bound is None else str(figure.bound),
            _number(figure.measured, figure.unit),
            "" if figure.spread is None else " to ".join(_number(value, figure.unit) for value in figure.spread),
            f"[bold red]{figure.verdict}" if figure.missed else figure.verdict,
        )
    return shown


def _number(value: float, unit: str) -> str:
    if unit == "x":
        return f"{value:.3f}"
    return f"{value:.1f} {unit}" if unit else f"{value:g}"
