"""Outside: steps as a status tells them: what stands in for one, or undoes it, with the step it belongs to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Final

from dosdk_temporal._client.recorded.steps import RecordedStep
from dosdk_temporal._pure.declared_steps import skipped_steps
from dosdk_temporal._pure.interpreter.retracing import Trail
from dosdk_temporal._pure.status import ErrorStatus, Progress, StepState, StepStatus

__all__ = ["progress_of", "step_statuses"]

_STANDS_IN: Final[dict[str, StepState]] = {"completed": "fallback"}
_UNDOES: Final[dict[str, StepState]] = {"completed": "compensated", "failed": "compensation_failed"}


def step_statuses(
    steps: Iterable[RecordedStep],
    waits: Sequence[StepStatus],
    trail: Trail | None,
    held: Mapping[str, StepState],
) -> tuple[StepStatus, ...]:
    """The steps in the order they began, those that a definition skipped among them.

    Args:
        steps: the calls as recorded.
        waits: what the run waited for, and waits for.
        trail: of a run of a definition; None for a handler's.
        held: the states of steps that a person has skipped, or is to resolve.
    """
    told: dict[str, StepStatus] = {}
    for step in steps:
        owner = told.get(step.owner)
        if owner is None:
            told[step.id] = _status(step)
        elif step.aside is None:  # it was held, and is tried again
            made = [count for count in (owner.attempts, step.attempts) if count is not None]
            told[step.id] = replace(_status(step), started_at=owner.started_at, attempts=sum(made) if made else None)
        elif step.aside == "fallback":
            state = _STANDS_IN.get(step.state, step.state)
            told[step.owner] = replace(owner, state=state, closed_at=step.closed_at)
        else:
            told[step.owner] = replace(owner, state=_UNDOES.get(step.state, owner.state))
            told[step.id] = _status(step)
    undone = {step_id for step_id, step in told.items() if step.state in _UNDOES.values()}
    told |= {
        step: replace(told[step], state=state) for step, state in held.items() if step in told and step not in undone
    }
    began = [*told.values(), *waits]
    skipped = () if trail is None else skipped_steps(trail, {_base(step.id) for step in began})
    # What was skipped and what began in one turn have one time: the run went past the first to come to the second.
    return tuple(sorted([*skipped, *began], key=lambda step: step.started_at))


def progress_of(trail: Trail | None, steps: Sequence[StepStatus]) -> Progress:
    """How far a run has come; what stands within a step of a definition is the step's.

    Args:
        trail: of a run of a definition; None for a handler's, and for one that does no more than a portion of a loop.
        steps: of the run.
    """
    if trail is None:
        return Progress(sum(step.closed_at is not None for step in steps))
    own = {step.path for step in trail.definition.steps}
    over = {trace.step.path for trace in trail.steps if trace.outcome in {"completed", "left", "skipped"}}
    return Progress(len(own & over), len(own))


def _status(step: RecordedStep) -> StepStatus:
    failed = step.error
    error = None
    if failed is not None:
        action = None if step.kind == "workflow" else failed.action  # of another run, whose record tells of it
        error = ErrorStatus(failed.type, failed.message, step.id, action, step.attempts)
    times = step.scheduled_at, step.closed_at
    return StepStatus(step.id, step.name, step.kind, step.state, step.attempts, *times, error)


def _base(step_id: str) -> str:
    """The id that the definition knows, of a step in any round."""
    return step_id.partition(":")[0].partition("#")[0]
