"""Pure: the steps that call something: functions, and other workflows."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from dataclasses import replace
from typing import Any

from dosdk_temporal._pure.declarative.kinds import ChildWorkflow, FunctionCall
from dosdk_temporal._pure.declarative.steps import Step
from dosdk_temporal._pure.interpreter.asides import FALLBACK
from dosdk_temporal._pure.interpreter.effects import FunctionStep, Note, WorkflowStep
from dosdk_temporal._pure.interpreter.faults import error_value, is_fault
from dosdk_temporal._pure.interpreter.scope import Scope
from dosdk_temporal._pure.interpreter.walking import Walker
from dosdk_temporal.errors import DoError

__all__ = ["call_function", "call_workflow"]

_Call = FunctionStep | WorkflowStep


async def call_function(walker: Walker, step: Step, kind: FunctionCall, scope: Scope) -> Any:
    """Call a function, and its fallback where it fails."""
    given = _input(walker, step, scope)
    call = FunctionStep(step.id, kind.function, given, step.timeout, step.retry)
    call = replace(call, settles=walker.undoing.covers(step, call))
    return await _undoable(walker, step, scope, call, walker.effects.run_function(call))


async def call_workflow(walker: Walker, step: Step, kind: ChildWorkflow, scope: Scope) -> Any:
    """Run another workflow, or start one that outlives this."""
    given = _input(walker, step, scope)
    call = WorkflowStep(step.id, kind.workflow, given)
    running = walker.effects.start_workflow(call) if kind.detached else walker.effects.run_workflow(call)
    return await _undoable(walker, step, scope, call, running)


def _input(walker: Walker, step: Step, scope: Scope) -> Any:
    return {} if step.input is None else walker.render(step.input, scope, step.id, "input")


async def _undoable(walker: Walker, step: Step, scope: Scope, call: _Call, running: Awaitable[Any]) -> Any:
    try:
        return await _remembered(walker, step, scope, call, running)
    except DoError as error:
        if error.step is None:
            error.step = step.id
        if step.fallback is None or is_fault(error):
            raise
        return await _fall_back(walker, step, scope, call.input, error)


async def _remembered(walker: Walker, step: Step, scope: Scope, call: _Call, running: Awaitable[Any]) -> Any:
    """Await a call, and remember it where it is to be undone when the run fails."""
    try:
        output = await running
    except (asyncio.CancelledError, DoError) as ended:
        if walker.effects.outcome_of(call, ended) is not None:
            walker.undoing.add(step, scope, call, None, "unknown")
        raise
    outcome = walker.effects.outcome_of(call, None)
    if outcome is not None:  # what a person skipped may have had none
        walker.undoing.add(step, scope, call, output if outcome == "completed" else None, outcome)
    return output


async def _fall_back(walker: Walker, step: Step, scope: Scope, given: Any, error: DoError) -> Any:
    """What stands in: called with the failed step's resolved input, unless it says another."""
    fallback = step.fallback
    assert fallback is not None  # noqa: S101 - asked before
    if fallback.input is not None:
        with scope.bound("error", error_value(error)):
            given = walker.render(fallback.input, scope, step.id, "fallback.input")
    walker.effects.note(Note("fallback", step.id, str(error)))
    of_a_loop = (error.step or "").partition("#")[0] == step.id  # then it says which time it was
    owner = error.step if of_a_loop else step.id
    call = FunctionStep(f"{owner}{FALLBACK}", fallback.function, given)
    call = replace(call, settles=walker.effects.has_compensation(call))
    alone = replace(step, compensation=None)  # that is the function's that failed, not of what stands in
    try:
        return await _remembered(walker, alone, scope, call, walker.effects.run_function(call))
    except DoError as second:
        raise second from error
