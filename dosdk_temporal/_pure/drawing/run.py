"""Pure: a run as a picture: its definition with what became of each step, or the steps that a handler made, in their order."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from dosdk_temporal._pure.drawing.definition import draw_definition
from dosdk_temporal._pure.drawing.marks import call_mark, marks_of
from dosdk_temporal._pure.drawing.picture import Canvas, Exit, Mark, Shape
from dosdk_temporal._pure.drawing.words import length
from dosdk_temporal._pure.interpreter.retracing import Trail
from dosdk_temporal._pure.status import ExecutionStatus

__all__ = ["draw_run"]

_SHAPES: Final[Mapping[str, Shape]] = {"workflow": "workflow", "approval": "person", "event": "wait", "timer": "wait"}
"""By the kind of a step; all else is drawn as one that calls an action."""


def draw_run(run: ExecutionStatus, trail: Trail | None) -> Canvas:
    """The picture.

    Args:
        run: where it stands.
        trail: what became of its definition's steps; None for a handler's run.
    """
    ended = _ended(run.state, run.started_at, run.closed_at)
    if trail is not None:
        return draw_definition(trail.definition, marks_of(trail, run.steps, run.closed_at), ended)
    canvas = Canvas()
    ways = [Exit(canvas.node("end", run.name, run.id))]
    for step in run.steps:
        shape = _SHAPES.get(step.kind, "step")
        name = () if step.name == step.id else (step.name,)
        ways = [Exit(canvas.node(shape, step.id, *name, step=step.id, after=ways, mark=call_mark(step)))]
    for wait in run.waiting_for:
        if wait.kind in _SHAPES:
            continue  # it stands among the steps
        ways = [Exit(canvas.node("wait", wait.name, wait.kind, after=ways, mark=Mark("waiting", "waiting")))]
    canvas.node("end", "end", after=ways, mark=ended)
    return canvas


def _ended(state: str, started_at: datetime, closed_at: datetime | None) -> Mark:
    if closed_at is None:
        return Mark(state, state)
    look = {"timed_out": "failed", "terminated": "failed"}.get(state, state)
    return Mark(look, f"{state}, {length(closed_at - started_at)}")
