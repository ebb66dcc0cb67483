"""Outside: the tests of a definition as people see them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from dosdk_temporal._cli.views.words import mark, style

if TYPE_CHECKING:
    from rich.console import Console

    from dosdk_temporal._pure.interpreter.cases import Tried

__all__ = ["cases_document", "show_cases"]


def cases_document(tried: Sequence[Tried]) -> dict[str, Any]:
    """The same as JSON."""
    return {"tests": [{"name": one.name, "passed": one.passed, "differences": list(one.differences)} for one in tried]}


def show_cases(console: Console, tried: Sequence[Tried]) -> None:
    """Print each test, what differs in it, and how many passed."""
    for one in tried:
        state = "completed" if one.passed else "failed"
        console.print(f"{mark(state)} {one.name}", style=style(state))
        for line in one.differences:
            console.print(f"    {line}")
    console.print(f"{sum(one.passed for one in tried)} of {len(tried)} passed")
