"""Pure: a walker that keeps what became of each step: which conditions it asked, which values they read, what it called."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final, Literal

from dosdk_temporal._pure.declarative.kinds import Return
from dosdk_temporal._pure.declarative.steps import Step
from dosdk_temporal._pure.expressions.deciding import values_read
from dosdk_temporal._pure.expressions.program import compile_text
from dosdk_temporal._pure.interpreter.flow import ReturnedError
from dosdk_temporal._pure.interpreter.scope import Scope
from dosdk_temporal._pure.interpreter.walking import Walker
from dosdk_temporal.errors import DoError

__all__ = ["Question", "StepTrace", "TracingWalker", "trace_call"]

Outcome = Literal["open", "completed", "skipped", "failed", "left", "cancelled"]
"""``left``: a ``return`` within it ended the run."""


@dataclass(frozen=True)
class Question:
    """A condition that was asked.

    Attributes:
        field: which one of the step's: ``condition``, ``switch[0].condition``, ``catch[0].condition``, ``repeat.until``.
        text: as it is written.
        holds: the answer.
        values: what it read, by path; ``UNDEFINED`` for what was not there.
    """

    field: str
    text: str
    holds: bool
    values: Mapping[str, Any]


@dataclass
class StepTrace:
    """What became of a step, once: in a loop it has as many as there were rounds.

    Attributes:
        step: as the definition has it.
        began: when its condition was asked.
        outcome: ``open`` while it is under way.
        ended: None while it is.
        questions: the conditions that were asked for it, in order.
        calls: the ids under which the record has what it called: ``charge#2``, and ``charge#2:fallback``.
        error: what it failed with; None where it did not.
    """

    step: Step
    began: datetime
    outcome: Outcome = "open"
    ended: datetime | None = None
    questions: list[Question] = field(default_factory=list)
    calls: list[str] = field(default_factory=list)
    error: DoError | None = None

    @property
    def condition(self) -> Question | None:
        """The step's own; None where it has none."""
        return next((question for question in self.questions if question.field == "condition"), None)

    def copy(self) -> StepTrace:
        """As it is now."""
        return replace(self, questions=list(self.questions), calls=list(self.calls))


_CURRENT: Final[ContextVar[StepTrace | None]] = ContextVar("_CURRENT", default=None)
"""The step that is under way in this branch of the run."""


class TracingWalker(Walker):
    """A walker that fills ``traces``, in the order in which steps began.

    Args:
        *given: what every walker takes.
        traces: to be filled.
    """

    def __init__(self, *given: Any, traces: list[StepTrace]) -> None:
        super().__init__(*given)
        self._traces = traces

    async def step(self, step: Step, scope: Scope) -> bool:
        """See the walker."""
        trace = StepTrace(step, self.effects.now())
        self._traces.append(trace)
        token = _CURRENT.set(trace)
        try:
            ran = await super().step(step, scope)
        except BaseException as error:
            trace.error = error if isinstance(error, DoError) else None
            self._end(trace, _outcome_of(error, step))
            raise
        finally:
            _CURRENT.reset(token)
        self._end(trace, "completed" if ran else "skipped")
        return ran

    def holds(self, condition: str, scope: Scope, step: str | None, field: str) -> bool:
        """See the walker."""
        holds = super().holds(condition, scope, step, field)
        trace = _CURRENT.get()
        if trace is not None:
            read = values_read(compile_text(condition), scope.names)
            trace.questions.append(Question(field, condition, holds, read))
        return holds

    def _end(self, trace: StepTrace, outcome: Outcome) -> None:
        trace.outcome, trace.ended = outcome, None if outcome == "open" else self.effects.now()


def trace_call(recorded: str) -> None:
    """Keep the id of a call with the step that makes it."""
    trace = _CURRENT.get()
    if trace is not None:
        trace.calls.append(recorded)


def _outcome_of(error: BaseException, step: Step) -> Outcome:
    if isinstance(error, ReturnedError):
        return "completed" if isinstance(step.kind, Return) else "left"
    if isinstance(error, asyncio.CancelledError):
        return "cancelled"
    return "failed" if isinstance(error, Exception) else "open"
