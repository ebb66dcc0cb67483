"""Pure: the calls that a declared run went past without making them."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping
from datetime import datetime
from typing import Literal

from dosdk_temporal._pure.declarative.blocks import steps_within
from dosdk_temporal._pure.declarative.kinds import ChildWorkflow, FunctionCall, Try
from dosdk_temporal._pure.declarative.steps import Step
from dosdk_temporal._pure.interpreter.retracing import Trail
from dosdk_temporal._pure.interpreter.tracing import StepTrace
from dosdk_temporal._pure.status import StepStatus

__all__ = ["skipped_calls"]


def skipped_calls(trail: Trail, called: Container[str]) -> Iterator[StepStatus]:
    """Steps that call something and were skipped, inside blocks too, in the order of the definition.

    One is skipped when its condition did not hold, or when the run went past the block that holds it without it: it stands
    in the other case of a switch, or in a loop of no rounds. What a catch would have done is not skipped, nor is what stands
    behind a return or a failure: the run did not come there.

    Args:
        trail: what became of each step.
        called: the ids of steps that the record has, in a loop those of any round.
    """
    ended = {trace.step.id: trace for trace in trail.steps if trace.outcome in {"completed", "skipped"}}
    definition = trail.definition
    steps = (*definition.steps, *definition.on_failure, *definition.finally_steps)
    for step, passed in _calls(steps, ended, None):
        own = ended.get(step.id)
        when = own.ended if own is not None else passed
        if step.id not in called and when is not None:
            yield StepStatus(step.id, *_what_it_calls(step), "skipped", 0, when, when)


def _calls(
    steps: Iterable[Step], ended: Mapping[str, StepTrace], passed: datetime | None
) -> Iterator[tuple[Step, datetime | None]]:
    """Each step that calls something, and when the run had passed what holds it; None where it had not."""
    for step in steps:
        if isinstance(step.kind, FunctionCall | ChildWorkflow):
            yield step, passed
            continue
        own = ended.get(step.id)
        beyond = passed if own is None else own.ended
        for_errors = {inner.path for inner in _catching(step)}
        yield from _calls((inner for inner in steps_within(step) if inner.path not in for_errors), ended, beyond)
        yield from _calls(_catching(step), ended, None)


def _catching(step: Step) -> tuple[Step, ...]:
    catches = step.kind.catches if isinstance(step.kind, Try) else ()
    return tuple(inner for catch in catches for inner in catch.steps)


def _what_it_calls(step: Step) -> tuple[str, Literal["action", "workflow"]]:
    if isinstance(step.kind, ChildWorkflow):
        return step.kind.workflow, "workflow"
    assert isinstance(step.kind, FunctionCall)  # noqa: S101 - there are two kinds of calls
    return step.kind.function, "action"
