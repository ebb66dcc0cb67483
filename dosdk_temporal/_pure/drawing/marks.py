"""Pure: what became of each step of a run, as its picture shows it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final

from dosdk_temporal._pure.declarative.kinds import Approval, Wait, WaitForEvent
from dosdk_temporal._pure.drawing.picture import Mark
from dosdk_temporal._pure.drawing.words import length
from dosdk_temporal._pure.interpreter.retracing import Trail
from dosdk_temporal._pure.interpreter.tracing import StepTrace
from dosdk_temporal._pure.status import StepStatus

__all__ = ["call_mark", "marks_of"]

_FIRST: Final = (
    "failed",
    "compensation_failed",
    "waiting",
    "pending",
    "running",
    "cancelled",
    "compensated",
    "fallback",
)
"""Of several rounds of a step, the state that counts most comes first; after these, that it completed."""

_STATES: Final = {"left": "completed"}


def marks_of(trail: Trail, steps: Iterable[StepStatus], closed_at: datetime | None) -> dict[str, Mark]:
    """A mark for each step that the run came to, by the step's id.

    Args:
        trail: what became of the definition's steps.
        steps: the calls among them, as the record has them.
        closed_at: when the run ended; None while it has not.
    """
    marks: dict[str, list[Mark]] = {}
    for trace in trail.steps:
        marks.setdefault(trace.step.id, []).append(_trace_mark(trace, closed_at))
    calls: dict[str, list[Mark]] = {}
    for step in steps:
        if step.is_wait:
            continue  # the record of calls knows more than the trail: attempts, and what stood in
        calls.setdefault(step.id.partition("#")[0], []).append(call_mark(step))
    for name, made in calls.items():
        skipped = [mark for mark in marks.get(name, ()) if mark.state == "skipped"]
        marks[name] = skipped if skipped and all(mark.state == "skipped" for mark in made) else [*made, *skipped]
    return {name: _together(several) for name, several in marks.items()}


def call_mark(step: StepStatus) -> Mark:
    """Of one call: its state, how long it took, and its attempts where one was not enough."""
    if step.state == "skipped":
        return Mark("skipped", "skipped")
    took = [length(step.closed_at - step.started_at)] if step.closed_at is not None else []
    attempts = [f"{step.attempts} attempts"] if step.attempts is not None and step.attempts > 1 else []
    return Mark(step.state, ", ".join([step.state, *took, *attempts]))


def _trace_mark(trace: StepTrace, closed_at: datetime | None) -> Mark:
    if trace.outcome == "skipped":
        return Mark("skipped", "skipped")
    if trace.outcome == "open":
        state = "waiting" if isinstance(trace.step.kind, Approval | Wait | WaitForEvent) else "running"
        state = state if closed_at is None else "cancelled"
        return Mark(state, state)
    state = _STATES.get(trace.outcome, trace.outcome)
    took = length(trace.ended - trace.began) if trace.ended is not None and trace.ended > trace.began else ""
    return Mark(state, f"{state}, {took}" if took else state)


def _together(several: Sequence[Mark]) -> Mark:
    if len(several) == 1:
        return several[0]
    states = [mark.state for mark in several]
    state = next((one for one in _FIRST if one in states), "completed" if "completed" in states else states[0])
    counts = [f"{states.count(one)} {one}" for one in dict.fromkeys(states)]
    return Mark(state, f"{len(several)} rounds: {', '.join(counts)}")
