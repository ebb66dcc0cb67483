"""Pure: one run of a definition, from its input to its output, its error, and what is to be done in either case."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from dosdk_temporal._pure.declarative.blocks import own_ids, steps_within
from dosdk_temporal._pure.declarative.model import Definition
from dosdk_temporal._pure.declarative.steps import Step
from dosdk_temporal._pure.expressions.undefined import UNDEFINED
from dosdk_temporal._pure.interpreter.effects import Effects, Note
from dosdk_temporal._pure.interpreter.ending import checked_output, output_of, record_metrics
from dosdk_temporal._pure.interpreter.faults import error_value
from dosdk_temporal._pure.interpreter.flow import ReturnedError
from dosdk_temporal._pure.interpreter.kinds import RUNNERS
from dosdk_temporal._pure.interpreter.looping import portion_of_loop
from dosdk_temporal._pure.interpreter.portions import Portion
from dosdk_temporal._pure.interpreter.scope import Scope, moment_text
from dosdk_temporal._pure.interpreter.together import to_the_end
from dosdk_temporal._pure.interpreter.walking import Walker
from dosdk_temporal._pure.own_timeout import OwnTimeout
from dosdk_temporal._pure.trigger import Trigger
from dosdk_temporal.errors import DoError, WorkflowError

__all__ = ["Start", "interpret", "interpret_portion"]


@dataclass(frozen=True)
class Start:
    """How a run began.

    Attributes:
        trigger: what started it; its payload is the input, checked.
        execution_id: the run's id.
        began: when; its timeout counts from then.
        goes_on: whether it goes on from a point of another run, as after a retry.
    """

    trigger: Trigger
    execution_id: str
    began: datetime
    goes_on: bool = False


async def interpret(
    definition: Definition, effects: Effects, start: Start, walker: Callable[..., Walker] = Walker
) -> Any:
    """Run a definition to its end.

    Cancelling it undoes what is to be undone, does what it declares as ``finally``, and raises the cancellation then.

    Args:
        definition: a checked one.
        effects: carries the run.
        start: how it began.
        walker: walks its steps.

    Returns:
        The output, plain JSON.

    Raises:
        DoError: what ended it: one of the tree, with its step where it was a step's.
    """
    return await _Run(definition, effects, start, walker).to_its_end()


async def interpret_portion(
    definition: Definition, effects: Effects, portion: Portion, walker: Callable[..., Walker] = Walker
) -> dict[str, Any]:
    """Do a portion of a long loop for another run of the same definition; see :func:`portion_of_loop`."""
    scope = Scope(portion.names, _ids(definition))
    for name in portion.order:
        scope.store(name, portion.outputs[name])
    return await portion_of_loop(
        walker(definition, effects, RUNNERS), _step_at(definition, portion.path), scope, portion
    )


class _Run:
    def __init__(self, definition: Definition, effects: Effects, start: Start, walker: Callable[..., Walker]) -> None:
        self._definition, self._effects, self._start = definition, effects, start
        self._walker = walker(definition, effects, RUNNERS)
        self._scope = Scope(_names(definition, start), _ids(definition))

    async def to_its_end(self) -> Any:
        try:
            output = await self._in_time()
        except asyncio.CancelledError:
            await to_the_end(self._clean_up(None))
            raise
        except DoError as error:
            await to_the_end(self._clean_up(error))
            raise
        with self._scope.bound("error", UNDEFINED):
            await to_the_end(self._aside(self._definition.finally_steps))
        return output

    async def _in_time(self) -> Any:
        definition, effects = self._definition, self._effects
        timeout = OwnTimeout(
            definition.name, definition.timeout, self._start.began, effects.now, goes_on=self._start.goes_on
        )
        effects.when_retried(timeout.renew)
        return await timeout.bound(self._steps())

    async def _steps(self) -> Any:
        walker, scope = self._walker, self._scope
        scope.names["vars"] = walker.render(dict(self._definition.vars), scope, None, "vars")
        try:
            output = output_of(walker, scope, await walker.block(self._definition.steps, scope))
        except ReturnedError as end:
            output = end.value
        output = checked_output(walker, output)
        record_metrics(walker, scope)
        return output

    async def _clean_up(self, error: DoError | None) -> None:
        """Undo, tell, and put away; what fails in it does not hide the error that ended the run."""
        value = UNDEFINED if error is None else error_value(error)
        with self._scope.bound("error", value):
            await self._walker.undoing.undo()
            if error is not None:
                await self._in_vain(self._definition.on_failure)
            await self._in_vain(self._definition.finally_steps)

    async def _in_vain(self, steps: tuple[Step, ...]) -> None:
        try:
            await self._aside(steps)
        except DoError as error:
            self._effects.note(Note("went_on", error.step or "", str(error)))

    async def _aside(self, steps: tuple[Step, ...]) -> None:
        """Steps beside the run's own: a ``return`` in them ends them, and changes nothing of the output."""
        try:
            await self._walker.block(steps, self._scope)
        except ReturnedError:
            return


def _names(definition: Definition, start: Start) -> Mapping[str, Any]:
    trigger = start.trigger
    told = {"kind": trigger.kind, "name": trigger.name, "id": trigger.id, "time": moment_text(trigger.time)}
    return {
        "input": trigger.payload,
        "trigger": {**told, "payload": trigger.payload},
        "workflow": {"name": definition.name, "version": definition.version, "id": start.execution_id},
    }


def _ids(definition: Definition) -> list[str]:
    return own_ids((*definition.steps, *definition.on_failure, *definition.finally_steps))


def _step_at(definition: Definition, path: tuple[str | int, ...]) -> Step:
    waiting = [*definition.steps, *definition.on_failure, *definition.finally_steps]
    while waiting:
        step = waiting.pop()
        if step.path == path:
            return step
        waiting += steps_within(step)
    raise WorkflowError(f"the definition has no step at {path}")
