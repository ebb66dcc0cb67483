"""Outside: faults of definitions as people see them: the place, the line with a caret, and what to do."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from dosdk_temporal._pure.declarative.document import Document
from dosdk_temporal._pure.declarative.loading import Checked
from dosdk_temporal._pure.declarative.problem import Problem
from dosdk_temporal._pure.expressions.positions import pointed

if TYPE_CHECKING:
    from rich.console import Console

__all__ = ["show_problems"]

_STYLES: Final = {"error": "red", "warning": "yellow"}


def show_problems(console: Console, found: Sequence[Checked]) -> None:
    """Print each fault, and at the end how many there are."""
    for checked in found:
        for problem in checked.problems:
            _show(console, problem, checked.document)
    console.print(_summary(found), style="bold")


def _show(console: Console, problem: Problem, document: Document) -> None:
    from rich.text import Text  # noqa: PLC0415 - only where people look

    head = Text(f"{problem.place}: ", "bold")
    head.append(problem.severity, _STYLES[problem.severity])
    head.append(f": {problem.message} ", "none")
    head.append(f"[{problem.code}]", "dim")
    console.print(head)
    line = document.line(problem.line) if problem.line else ""
    if line and problem.column:
        text, _, caret = pointed(line, problem.column - 1).rpartition("\n")
        console.print(Text(f"    {text}"))
        console.print(Text(f"    {caret}", _STYLES[problem.severity]))
    if problem.hint:
        console.print(Text(f"    {problem.hint}"))


def _summary(found: Sequence[Checked]) -> str:
    problems = [problem for checked in found for problem in checked.problems]
    counts = [_counted(sum(p.severity == word for p in problems), word) for word in _STYLES]
    told = " and ".join(count for count in counts if count) or "no faults"
    return f"{told} in {_counted(len(found), 'file')}"


def _counted(number: int, word: str) -> str:
    return "" if not number else f"{number} {word}{'s' if number > 1 else ''}"
