"""Pure: compensation: completed steps are undone in reverse order when the run fails."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from dosdk_temporal._pure.declarative.steps import Step
from dosdk_temporal._pure.interpreter.asides import COMPENSATION
from dosdk_temporal._pure.interpreter.effects import FunctionStep, Note, Outcome, WorkflowStep
from dosdk_temporal._pure.interpreter.scope import Scope
from dosdk_temporal.errors import DoError

if TYPE_CHECKING:
    from dosdk_temporal._pure.interpreter.walking import Walker

__all__ = ["Undoing"]


@dataclass(frozen=True)
class _Done:
    step: Step
    scope: Scope
    call: FunctionStep | WorkflowStep
    told: Mapping[str, Any]


class Undoing:
    """The steps of one run that something undoes, in the order in which they ended.

    Args:
        walker: of the run.
    """

    def __init__(self, walker: Walker) -> None:
        self._walker = walker
        self._done: list[_Done] = []

    def covers(self, step: Step, call: FunctionStep | WorkflowStep) -> bool:
        """Whether a call is undone: as its step says, in a run that undoes its steps; else as the function itself says."""
        own = isinstance(call, FunctionStep) and self._walker.effects.has_compensation(call)
        return own or self._as_the_step_says(step)

    def add(
        self,
        step: Step,
        scope: Scope,
        call: FunctionStep | WorkflowStep,
        output: Any,
        outcome: Outcome = "completed",
    ) -> None:
        """Remember a call that is to be undone.

        Args:
            step: that made it.
            scope: where; what its compensation reads is read as it stands now.
            call: that has ended.
            output: its output; None where the outcome is not known.
            outcome: ``unknown`` where nobody can say whether it took effect.
        """
        if self.covers(step, call):
            told = {"input": call.input, "output": output, "outcome": outcome}
            self._done.append(_Done(step, scope.apart(**{step.id: output}), call, told))

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
        said, effects = done.step.compensation, self._walker.effects
        if said is None or not self._as_the_step_says(done.step):
            assert isinstance(done.call, FunctionStep)  # noqa: S101 - a workflow undoes its own
            itself = FunctionStep(f"{done.call.step}{COMPENSATION}", done.call.function, done.told, undoes=done.call)
            await effects.compensate(itself)
            return
        call = FunctionStep(f"{done.step.id}{COMPENSATION}", said.function, done.told, undoes=done.call)
        if said.input is None:
            await effects.undo(call)
            return
        given = self._walker.render(said.input, done.scope, done.step.id, "compensation.input")
        await effects.run_function(replace(call, input=given))

    def _as_the_step_says(self, step: Step) -> bool:
        return step.compensation is not None and self._walker.definition.compensates
