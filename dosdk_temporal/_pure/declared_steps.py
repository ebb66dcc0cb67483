"""Pure: the steps of a declared run that no call tells of: its waits, and those that it went past without them."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping
from datetime import datetime
from typing import Final

from dosdk_temporal._pure.declarative.blocks import steps_within
from dosdk_temporal._pure.declarative.kinds import (
    Approval,
    ChildWorkflow,
    FunctionCall,
    Try,
    Wait,
    WaitForEvent,
)
from dosdk_temporal._pure.declarative.steps import Step
from dosdk_temporal._pure.interpreter.retracing import Trail
from dosdk_temporal._pure.interpreter.tracing import StepTrace
from dosdk_temporal._pure.names import StepIds
from dosdk_temporal._pure.status import ErrorStatus, StepKind, StepState, StepStatus

__all__ = ["declared_waits", "skipped_steps"]

_TOLD: Final = FunctionCall | ChildWorkflow | Approval | WaitForEvent | Wait

_STATES: Final[Mapping[str, StepState]] = {"open": "waiting", "completed": "completed"}
"""By a trace's outcome; every other one has not brought what was waited for."""


def declared_waits(trail: Trail, closed_at: datetime | None) -> Iterator[StepStatus]:
    """The waits that the run came to, in the order they began: in a loop one for each round.

    Args:
        trail: what became of each step.
        closed_at: when the run ended, which cuts a wait short; None while it has not.
    """
    ids = StepIds()
    for trace in trail.steps:
        if isinstance(trace.step.kind, Approval | WaitForEvent | Wait) and trace.outcome != "skipped":
            step_id = ids.next(trace.step.id)
            cut = trace.outcome == "open" and closed_at is not None
            state = "failed" if cut else _STATES.get(trace.outcome, "failed")
            error = None if trace.error is None else ErrorStatus(trace.error.type, trace.error.message, step_id)
            ended = closed_at if cut else trace.ended
            yield StepStatus(step_id, *_what_it_is(trace.step), state, None, trace.began, ended, error)


def skipped_steps(trail: Trail, told: Container[str]) -> Iterator[StepStatus]:
    """Steps that call or wait for something and were skipped, inside blocks too, in the order of the definition.

    One is skipped when its condition did not hold, or when the run went past the block that holds it without it: it stands
    in the other case of a switch, or in a loop of no rounds. What a catch would have done is not skipped, nor is what stands
    behind a return or a failure: the run did not come there. Of a loop that went on in runs of its own those tell.

    Args:
        trail: what became of each step.
        told: the ids of steps that the record has, in a loop those of any round.
    """
    ended = {trace.step.id: trace for trace in trail.steps if trace.outcome in {"completed", "skipped"}}
    definition = trail.definition
    steps = (*definition.steps, *definition.on_failure, *definition.finally_steps)
    for step, passed in _passed(steps, ended, None):
        own = ended.get(step.id)
        when = own.ended if own is not None else passed
        if step.id not in told and when is not None:
            yield StepStatus(step.id, *_what_it_is(step), "skipped", 0, when, when)


def _passed(
    steps: Iterable[Step], ended: Mapping[str, StepTrace], passed: datetime | None
) -> Iterator[tuple[Step, datetime | None]]:
    """Each step that calls or waits for something, and when the run had passed what holds it; None where it had not."""
    for step in steps:
        if isinstance(step.kind, _TOLD):
            yield step, passed
            continue
        own = ended.get(step.id)
        if own is not None and any(call.startswith(f"{step.id}/") for call in own.calls):
            continue
        beyond = passed if own is None else own.ended
        for_errors = {inner.path for inner in _catching(step)}
        yield from _passed((inner for inner in steps_within(step) if inner.path not in for_errors), ended, beyond)
        yield from _passed(_catching(step), ended, None)


def _catching(step: Step) -> tuple[Step, ...]:
    catches = step.kind.catches if isinstance(step.kind, Try) else ()
    return tuple(inner for catch in catches for inner in catch.steps)


def _what_it_is(step: Step) -> tuple[str, StepKind]:
    """Its name and kind."""
    match step.kind:
        case FunctionCall(function=name):
            return name, "action"
        case ChildWorkflow(workflow=name):
            return name, "workflow"
        case WaitForEvent(event=name):
            return name, "event"
        case Approval():
            return step.id, "approval"
        case _:
            return step.id, "timer"
