"""Pure: the steps of a definition, drawn one after the other."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

from dosdk_temporal._pure.declarative.kinds import (
    Approval,
    ChildWorkflow,
    ForEach,
    FunctionCall,
    Parallel,
    Raise,
    Repeat,
    Return,
    SetValues,
    Switch,
    Try,
    Wait,
    WaitForEvent,
)
from dosdk_temporal._pure.declarative.steps import Step
from dosdk_temporal._pure.drawing.blocks import draw_for_each, draw_parallel, draw_repeat, draw_switch, draw_try
from dosdk_temporal._pure.drawing.picture import Canvas, Exit, Shape
from dosdk_temporal._pure.drawing.words import expression, length

__all__ = ["draw_steps"]

Ways = list[Exit]
Drawn = tuple[str, Ways]
"""The node that a step begins with, and the ways out of it."""


def draw_steps(canvas: Canvas, steps: Sequence[Step], ways: Sequence[Exit]) -> Ways:
    """Draw steps in their order.

    Args:
        canvas: to draw on.
        steps: of one block.
        ways: that lead to the first of them.

    Returns:
        The ways out of the block.
    """
    going = list(ways)
    for step in steps:
        going = _draw_step(canvas, step, going)
    return going


def _draw_step(canvas: Canvas, step: Step, ways: Ways) -> Ways:
    around: Ways = []
    if step.condition is not None:
        asked = canvas.node("choice", expression(step.condition), after=ways)
        ways, around = [Exit(asked, "yes")], [Exit(asked, "no")]
    drawer = _DRAWERS[type(step.kind)]
    first, out = drawer(canvas, step, step.kind, ways)
    return [*out, *_beside(canvas, step, first), *around]


def _beside(canvas: Canvas, step: Step, first: str) -> Ways:
    """What a step has beside its work: what undoes it, what stands in for it, what becomes of its failure."""
    out: Ways = []
    if step.compensation is not None:
        canvas.node("step", step.compensation.function, after=[Exit(first, "undone by", dashed=True)])
    failed = Exit(first, "fails", dashed=True)
    if step.fallback is not None:
        failed = Exit(canvas.node("step", step.fallback.function, "fallback", after=[failed]), dashed=True)
        out.append(Exit(failed.start))
        failed = Exit(failed.start, "fails", dashed=True)
    if step.on_error == "continue":
        out.append(failed)
    return out


def _plain(shape: Shape, words: Callable[[Step, Any], Sequence[str]], *, ends: bool = False) -> Callable[..., Drawn]:
    """The drawer of a step that is one node."""

    def draw(canvas: Canvas, step: Step, kind: Any, ways: Ways) -> Drawn:
        node = canvas.node(shape, step.name or step.id, *words(step, kind), step=step.id, after=ways)
        return node, [] if ends else [Exit(node)]

    return draw


def _timed(shape: Shape, words: Callable[[Any], Sequence[str]]) -> Callable[..., Drawn]:
    """The drawer of a wait that may end without what it waits for."""

    def draw(canvas: Canvas, step: Step, kind: Any, ways: Ways) -> Drawn:
        node = canvas.node(shape, step.name or step.id, *words(kind), step=step.id, after=ways)
        late = kind.timeout is not None and kind.on_timeout == "continue"
        timed_out = [Exit(node, f"after {length(kind.timeout)}", dashed=True)] if late else []
        return node, [Exit(node), *timed_out]

    return draw


def _function(step: Step, kind: FunctionCall) -> Sequence[str]:
    return () if kind.function == step.id else (kind.function,)


def _workflow(step: Step, kind: ChildWorkflow) -> Sequence[str]:
    del step
    return (f"{'starts' if kind.detached else 'runs'} {kind.workflow}",)


def _wait(step: Step, kind: Wait) -> Sequence[str]:
    del step
    return (f"wait {length(kind.length)}" if kind.length is not None else f"wait until {expression(kind.until or '')}",)


def _approval(kind: Approval) -> Sequence[str]:
    return kind.title or "approval", ", ".join(kind.approvers)


_DRAWERS: Final[dict[Any, Callable[..., Drawn]]] = {
    FunctionCall: _plain("step", _function),
    ChildWorkflow: _plain("workflow", _workflow),
    SetValues: _plain("step", lambda _, kind: (f"set {', '.join(kind.values)}",)),
    Wait: _plain("wait", _wait),
    WaitForEvent: _timed("wait", lambda kind: (f"wait for {kind.event}",)),
    Approval: _timed("person", _approval),
    Raise: _plain("fails", lambda _, kind: (f"raise {kind.type}", kind.message), ends=True),
    Return: _plain("end", lambda _, __: ("return",), ends=True),
    Parallel: lambda *given: draw_parallel(draw_steps, *given),
    ForEach: lambda *given: draw_for_each(draw_steps, *given),
    Switch: lambda *given: draw_switch(draw_steps, *given),
    Try: lambda *given: draw_try(draw_steps, *given),
    Repeat: lambda *given: draw_repeat(draw_steps, *given),
}
