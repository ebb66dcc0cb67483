"""Pure: the steps that hold other steps, drawn as boxes and branches."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from dosdk_temporal._pure.declarative.kinds import ForEach, Parallel, Repeat, Switch, Try
from dosdk_temporal._pure.declarative.steps import Step
from dosdk_temporal._pure.drawing.picture import Canvas, Exit
from dosdk_temporal._pure.drawing.words import expression, length

__all__ = ["draw_for_each", "draw_parallel", "draw_repeat", "draw_switch", "draw_try"]

Ways = list[Exit]
Drawn = tuple[str, Ways]
Draw = Callable[[Canvas, Sequence[Step], Sequence[Exit]], Ways]
"""Draws the steps of a block, and gives the ways out of it."""


def draw_parallel(draw: Draw, canvas: Canvas, step: Step, kind: Parallel, ways: Ways) -> Drawn:
    """Branches from one node, in a box."""
    how = "all of these" if kind.wait_for_all else "the first of these"
    with canvas.box(step.name or step.id):
        fork = canvas.node(
            "fork", step.name or step.id, how, _at_a_time(kind.max_concurrency), step=step.id, after=ways
        )
        out = [way for branch in kind.steps for way in draw(canvas, (branch,), [Exit(fork)])]
    return fork, out


def draw_for_each(draw: Draw, canvas: Canvas, step: Step, kind: ForEach, ways: Ways) -> Drawn:
    """A box whose steps lead back to its first node."""
    with canvas.box(step.name or step.id):
        text = f"for each {kind.item_name} of {expression(kind.items)}"
        head = canvas.node(
            "fork", step.name or step.id, text, _at_a_time(kind.max_concurrency), step=step.id, after=ways
        )
        canvas.connect(draw(canvas, kind.steps, [Exit(head, "each")]), head)
    return head, [Exit(head, "done")]


def draw_repeat(draw: Draw, canvas: Canvas, step: Step, kind: Repeat, ways: Ways) -> Drawn:
    """A box whose steps lead back to its first node, past the conditions that end it."""
    out: Ways = []
    with canvas.box(step.name or step.id):
        head = canvas.node(
            "fork", step.name or step.id, f"at most {kind.max_iterations} times", step=step.id, after=ways
        )
        going = [Exit(head)]
        if kind.while_ is not None:
            asked = canvas.node("choice", f"while {expression(kind.while_)}", after=going)
            going, out = [Exit(asked, "yes")], [Exit(asked, "no")]
        going = draw(canvas, kind.steps, going)
        again = f"again after {length(kind.delay)}" if kind.delay is not None else "again"
        if kind.until is not None:
            asked = canvas.node("choice", f"until {expression(kind.until)}", after=going)
            going, out = [Exit(asked, "no")], [*out, Exit(asked, "yes")]
        canvas.connect([Exit(way.start, way.text or again, way.dashed) for way in going], head)
    return head, [*out, Exit(head, f"after {kind.max_iterations}")]


def draw_switch(draw: Draw, canvas: Canvas, step: Step, kind: Switch, ways: Ways) -> Drawn:
    """One node with a way for each case."""
    choice = canvas.node("choice", step.name or step.id, step=step.id, after=ways)
    cases = [(expression(case.condition), case.steps) for case in kind.cases]
    out = [way for text, steps in [*cases, ("else", kind.default)] for way in draw(canvas, steps, [Exit(choice, text)])]
    return choice, out


def draw_try(draw: Draw, canvas: Canvas, step: Step, kind: Try, ways: Ways) -> Drawn:
    """A box of what is tried, from which dashed ways lead to what catches its errors, and to what is done in any case."""
    head = canvas.node("fork", step.name or step.id, "try", step=step.id, after=ways)
    with canvas.box(step.name or step.id) as tried:
        out = draw(canvas, kind.steps, [Exit(head)])
    for errors, steps in _catches(kind):
        out += draw(canvas, steps, [Exit(tried, errors, dashed=True)])
    if kind.finally_steps:
        out = draw(canvas, kind.finally_steps, [*out, Exit(tried, "in any case", dashed=True)])
    return head, out


def _catches(kind: Try) -> Iterator[tuple[str, Any]]:
    for catch in kind.catches:
        errors = ", ".join(catch.errors) or "any error"
        asked = f", if {expression(catch.condition)}" if catch.condition is not None else ""
        yield f"{errors}{asked}", catch.steps


def _at_a_time(limit: int | None) -> str:
    return "" if limit is None else f"{limit} at a time"
