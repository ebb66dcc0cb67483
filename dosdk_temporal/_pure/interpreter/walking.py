"""Pure: walking the steps of a definition: condition, then input, call and output of each."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final

from dosdk_temporal._pure.declarative.kinds import FunctionCall, Kind
from dosdk_temporal._pure.declarative.model import Definition
from dosdk_temporal._pure.declarative.steps import Step
from dosdk_temporal._pure.expressions.conversions import is_true
from dosdk_temporal._pure.expressions.faults import ExpressionError
from dosdk_temporal._pure.expressions.program import compile_text
from dosdk_temporal._pure.expressions.templates import render
from dosdk_temporal._pure.expressions.undefined import UNDEFINED
from dosdk_temporal._pure.interpreter.effects import Effects, Note
from dosdk_temporal._pure.interpreter.faults import is_fault, located, stored_error
from dosdk_temporal._pure.interpreter.scope import Scope
from dosdk_temporal._pure.interpreter.undoing import Undoing
from dosdk_temporal.errors import DoError, WaitTimeoutError

__all__ = ["Walker"]

_IN_A_ROW: Final = 1_000
"""Steps after which others get their turn: steps that only compute would hold a worker's thread for as long as they are many."""

Runner = Callable[["Walker", Step, Any, Scope], Awaitable[Any]]


class Walker:
    """Walks steps.

    Args:
        definition: whose steps.
        effects: carries what they do.
        runners: what each kind does.

    Attributes:
        undoing: the steps that are to be undone when the run fails.
    """

    def __init__(self, definition: Definition, effects: Effects, runners: Mapping[type[Kind], Runner]) -> None:
        self.definition, self.effects = definition, effects
        self._runners = runners
        self._walked = 0
        self._giving_way: asyncio.Future[None] | None = None
        self.undoing = Undoing(self)

    async def block(self, steps: tuple[Step, ...], scope: Scope) -> Any:
        """Run steps one after the other; the last executed one's output, None where all were skipped."""
        output = None
        for step in steps:
            if await self.step(step, scope):
                output = scope.outputs.get(step.id)
        return output

    async def step(self, step: Step, scope: Scope) -> bool:
        """Run one step and store its output.

        Returns:
            Whether it was executed; False where its condition does not hold.
        """
        await self._turn()
        if step.condition is not None and not self.holds(step.condition, scope, step.id, "condition"):
            scope.store(step.id, UNDEFINED)
            self.effects.note(Note("skipped", step.id, step.condition))
            return False
        try:
            output = await self._run(step, scope)
        except DoError as error:
            if error.step is None:
                error.step = step.id
            if step.on_error == "fail" or is_fault(error):
                raise
            output = self.gone_on(step, error)
        scope.store(step.id, output)
        return True

    def gone_on(self, step: Step, error: DoError) -> dict[str, Any]:
        """The output that stands for a failure which the run goes on after."""
        self.effects.note(Note("went_on", step.id, str(error)))
        return stored_error(error)

    def holds(self, condition: str, scope: Scope, step: str | None, field: str) -> bool:
        """Whether a condition holds.

        Raises:
            ExpressionError: naming the step and the field.
        """
        try:
            return is_true(compile_text(condition).evaluate(scope.at(self.effects.now())))
        except ExpressionError as error:
            raise located(error, step, field) from None

    def render(self, value: Any, scope: Scope, step: str | None, field: str) -> Any:
        """A structure with its templates' values; an undefined one is None.

        Raises:
            ExpressionError: naming the step and the field.
        """
        try:
            rendered = render(value, scope.at(self.effects.now()), field)
        except ExpressionError as error:
            raise located(error, step, error.path or field) from None
        return None if rendered is UNDEFINED else rendered

    async def _turn(self) -> None:
        """Wait, all branches alike, while others have their turn."""
        self._walked += 1
        if self._walked % _IN_A_ROW == 0 and self._giving_way is None:
            self._giving_way = asyncio.ensure_future(self.effects.give_way())
            self._giving_way.add_done_callback(self._go_on)
        while self._giving_way is not None:
            await asyncio.shield(self._giving_way)

    def _go_on(self, _: asyncio.Future[None]) -> None:
        self._giving_way = None

    async def _run(self, step: Step, scope: Scope) -> Any:
        running = self._runners[type(step.kind)](self, step, step.kind, scope)  # type: ignore[index] # a checked one has a kind
        if step.timeout is None or isinstance(step.kind, FunctionCall):  # a function's is of each attempt
            return await running
        limit = asyncio.timeout(step.timeout.total_seconds())
        try:
            async with limit:
                return await running
        except TimeoutError:
            if not limit.expired():
                raise
            message = f"step {step.id!r} did not complete within its timeout of {step.timeout.total_seconds():g} s"
            raise WaitTimeoutError(message, step=step.id) from None
