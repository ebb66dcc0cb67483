"""Pure: the steps of a declared run, from those that its history has."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from dosdk_temporal._pure.declarative.blocks import own_ids, steps_within
from dosdk_temporal._pure.declarative.kinds import ChildWorkflow, FunctionCall, Return
from dosdk_temporal._pure.declarative.model import Definition
from dosdk_temporal._pure.declarative.steps import Step
from dosdk_temporal._pure.interpreter.asides import COMPENSATION, FALLBACK
from dosdk_temporal._pure.status import StepStatus

__all__ = ["declared_steps"]


def declared_steps(
    definition: Definition, recorded: Sequence[StepStatus], completed_at: datetime | None
) -> tuple[StepStatus, ...]:
    """The steps as the definition has them: fallbacks and compensations with what they belong to, and calls that were skipped.

    Args:
        definition: the run's own.
        recorded: in the order in which they began.
        completed_at: when the run completed; None where it did not.
    """
    folded = _folded(recorded)
    return tuple(_with_skipped(definition.steps, folded, completed_at))


def _folded(recorded: Sequence[StepStatus]) -> list[StepStatus]:
    steps: dict[str, StepStatus] = {}
    for step in recorded:
        owner, _, aside = step.id.rpartition(":")
        if owner in steps and f":{aside}" == FALLBACK:
            steps[owner] = _fallen_back(steps[owner], step)
        elif owner in steps and f":{aside}" == COMPENSATION:
            state = "compensated" if step.state == "completed" else steps[owner].state
            steps[owner] = replace(steps[owner], state=state)
        else:
            steps[step.id] = step
    return list(steps.values())


def _fallen_back(step: StepStatus, fallback: StepStatus) -> StepStatus:
    """The step with its own attempts and error, and how its fallback ended."""
    state = "fallback" if fallback.state == "completed" else fallback.state
    return replace(step, state=state, closed_at=fallback.closed_at)


def _with_skipped(
    steps: Sequence[Step], recorded: list[StepStatus], completed_at: datetime | None
) -> Iterator[StepStatus]:
    if completed_at is not None and any(isinstance(step.kind, Return) for step in _all(steps)):
        completed_at = None  # what stands behind a return was not reached
    passed = {position: _passed_at(steps, position, recorded, completed_at) for position in range(len(steps))}
    rest = list(recorded)
    for position, step in enumerate(steps):
        ids = set(own_ids((step,)))
        own = [one for one in rest if one.id.partition("#")[0] in ids]
        rest = [one for one in rest if one not in own]
        yield from own
        when = passed[position]
        if not own and when is not None and step.condition is not None:
            if isinstance(step.kind, FunctionCall):
                yield StepStatus(step.id, step.kind.function, "action", "skipped", 0, when, when)
            elif isinstance(step.kind, ChildWorkflow):
                yield StepStatus(step.id, step.kind.workflow, "workflow", "skipped", 0, when, when)
    yield from rest


def _passed_at(
    steps: Sequence[Step], position: int, recorded: Sequence[StepStatus], completed_at: datetime | None
) -> datetime | None:
    """When the run had come past a step, as far as what follows tells; None where it may not have come there."""
    later = set(own_ids(steps[position + 1 :]))
    times = [one.started_at for one in recorded if one.id.partition("#")[0] in later]
    return min(times) if times else completed_at


def _all(steps: Sequence[Step]) -> Iterator[Step]:
    for step in steps:
        yield step
        yield from _all(steps_within(step))
