"""Outside: a plan as people see it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final

from dosdk_temporal._pure.drawing.words import expression
from dosdk_temporal._pure.expressions.undefined import UNDEFINED

if TYPE_CHECKING:
    from rich.console import Console

    from dosdk_temporal._pure.interpreter.plan import PlannedStep

__all__ = ["show_plan"]

_MARKS: Final = {
    "runs": ("✓", "green"),
    "skipped": ("-", "dim"),
    "depends": ("?", "yellow"),
    "fails": ("✗", "red"),
    "not reached": ("-", "dim"),
}
_LONGEST: Final = 60


def show_plan(console: Console, planned: Sequence[PlannedStep]) -> None:
    """Print what would become of each step, one line each, and the values that decide."""
    for step in planned:
        mark, style = _MARKS[step.verdict]
        told = "; ".join(_told(step))
        console.print(f"{'  ' * len(step.within)}{mark} {step.step} {told}", style=style)
    console.print("This is so as long as no step fails.")


def _told(step: PlannedStep) -> Iterator[str]:
    asked = ", ".join(map(expression, step.conditions))
    if step.verdict == "runs":
        yield f"{step.what}, because {asked}" if asked else step.what
    elif step.verdict == "depends":
        yield f"{step.what} if {asked}" if asked else f"may come: {step.what}"
        yield f"depends on {', '.join(step.depends)}"
    elif step.verdict == "fails":
        yield f"{step.what}, and fails"
    else:
        yield f"is {step.verdict}: {asked}" if asked and step.verdict == "skipped" else f"is {step.verdict}"
    if step.values:
        yield ", ".join(f"{path} = {_value(value)}" for path, value in step.values.items())
    if step.note:
        yield step.note


def _value(value: Any) -> str:
    if value is UNDEFINED:
        return "undefined"
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
