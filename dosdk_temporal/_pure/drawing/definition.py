"""Pure: a definition as a picture: its steps, and what is done when it fails and at its end."""

from __future__ import annotations

from collections.abc import Mapping

from dosdk_temporal._pure.declarative.model import Definition
from dosdk_temporal._pure.drawing.picture import Canvas, Exit, Mark
from dosdk_temporal._pure.drawing.steps import draw_steps

__all__ = ["draw_definition"]


def draw_definition(
    definition: Definition, marks: Mapping[str, Mark] | None = None, ended: Mark | None = None
) -> Canvas:
    """The picture.

    Args:
        definition: a checked one.
        marks: what became of its steps in one run, by id; None for no run.
        ended: what became of that run.
    """
    canvas = Canvas(marks)
    start = canvas.node("end", definition.name, *_started_by(definition))
    end = canvas.node("end", "end", after=draw_steps(canvas, definition.steps, [Exit(start)]), mark=ended)
    ways = [Exit(end)]
    if definition.compensates or definition.on_failure:
        with canvas.box("when it fails"):
            fails = canvas.node("fails", "fails")
            failed = [Exit(fails)]
            if definition.compensates:
                undo = canvas.node("step", "undo what was done", "the last step first", after=failed)
                failed = [Exit(undo)]
            ways += draw_steps(canvas, definition.on_failure, failed)
    if definition.finally_steps:
        with canvas.box("in any case"):
            draw_steps(canvas, definition.finally_steps, ways)
    return canvas


def _started_by(definition: Definition) -> tuple[str, ...]:
    trigger = definition.trigger
    if trigger is None:
        return ()
    if trigger.event is not None:
        return (f"on event {trigger.event}",)
    return (f"at {trigger.schedule} {trigger.timezone or 'UTC'}",)
