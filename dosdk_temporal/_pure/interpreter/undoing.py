"""Pure: compensation: completed steps are undone in reverse order when the run fails."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from dosdk_temporal._pure.declarative.steps import Step
from dosdk_temporal._pure.interpreter.asides import COMPENSATION
from dosdk_temporal._pure.interpreter.effects import FunctionStep, Note
from dosdk_temporal._pure.interpreter.scope import Scope
from dosdk_temporal.errors import DoError

if TYPE_CHECKING:
    from dosdk_temporal._pure.interpreter.walking import Walker

__all__ = ["Undoing"]

Outcome = Literal["completed", "unknown"]


@dataclass(frozen=True)
class _Done:
    step: Step
    scope: Scope
    input: Any
    output: Any
    outcome: Outcome


class Undoing:
    """The steps of one run that something undoes, in the order in which they ended.

    Args:
        walker: of the run.
    """

    def __init__(self, walker: Walker) -> None:
        self._walker = walker
        self._done: list[_Done] = []

    def add(self, step: Step, scope: Scope, given: Any, output: Any, outcome: Outcome = "completed") -> None:
        """Remember a step, if the run is one that undoes its steps and this one can be undone.

        Args:
            step: that has ended.
            scope: where; what its compensation reads is read as it stands now.
            given: its resolved input.
            output: its output; None where the outcome is not known.
            outcome: ``unknown`` where nobody can say whether it took effect.
        """
        if step.compensation is not None and self._walker.definition.compensates:
            self._done.append(_Done(step, scope.apart(**{step.id: output}), given, output, outcome))

    async def undo(self) -> None:
        """Undo all, the last first. One that cannot be undone is noted, and stops none of the others."""
        while self._done:
            done = self._done.pop()
            try:
                await self._one(done)
            except DoError as error:
                self._walker.effects.note(Note("compensation_failed", done.step.id, str(error)))
            else:
                self._walker.effects.note(Note("compensated", done.step.id))

    async def _one(self, done: _Done) -> None:
        call = done.step.compensation
        assert call is not None  # noqa: S101 - only such steps are remembered
        step, effects = f"{done.step.id}{COMPENSATION}", self._walker.effects
        if call.input is None:
            told = {"input": done.input, "output": done.output, "outcome": done.outcome}
            await effects.undo(FunctionStep(step, call.function, told))
            return
        given = self._walker.render(call.input, done.scope, done.step.id, "compensation.input")
        await effects.run_function(FunctionStep(step, call.function, given))
