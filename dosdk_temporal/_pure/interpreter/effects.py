"""Pure: what the interpreter asks of whoever carries a run: Temporal, memory, or the record of a run."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal, Protocol

from dosdk_temporal._pure.interpreter.portions import Portion
from dosdk_temporal._pure.retry import Retry
from dosdk_temporal._pure.schemas.schema import Schema

__all__ = ["Asked", "Effects", "FunctionStep", "Note", "Outcome", "WorkflowStep"]


Outcome = Literal["completed", "unknown"]
"""Of a call that is undone: it took effect, or nobody can say whether it did."""


@dataclass(frozen=True)
class FunctionStep:
    """One call of a function.

    Attributes:
        step: the id of the step, or of what stands in for it.
        function: its name, or name@version.
        input: plain JSON.
        timeout: of one attempt; None for the function's own.
        retry: None for the function's own, or the workflow's.
        settles: whether cancelling it waits until it has ended: it is undone then.
        undoes: of one that undoes another call, that call.
    """

    step: str
    function: str
    input: Any
    timeout: timedelta | None = None
    retry: Retry | None = None
    settles: bool = False
    undoes: FunctionStep | WorkflowStep | None = None


@dataclass(frozen=True)
class WorkflowStep:
    """One call of another workflow: ``workflow`` is its name, or name@version; ``input`` plain JSON."""

    step: str
    workflow: str
    input: Any


@dataclass(frozen=True)
class Asked:
    """What a person is asked.

    Attributes:
        step: by which the decision names what it decides.
        approvers: who may decide; empty for anybody.
        title: one line.
        details: Markdown.
        form: what an approval fills in; None for nothing.
        timeout: None for no end.
        remind_every: None for never.
    """

    step: str
    approvers: tuple[str, ...] = ()
    title: str = ""
    details: str = ""
    form: Schema | None = None
    timeout: timedelta | None = None
    remind_every: timedelta | None = None


@dataclass(frozen=True)
class Note:
    """What happened without an effect of its own; whoever keeps a record by itself may pass over it.

    Attributes:
        kind: ``skipped``, ``fallback`` (it stands in), ``went_on`` (after an error), ``compensated`` or ``compensation_failed``.
        step: the step's id.
        detail: the condition of a skip, or the error's text.
    """

    kind: Literal["skipped", "fallback", "went_on", "compensated", "compensation_failed"]
    step: str
    detail: str = ""


class Effects(Protocol):
    """Carries a run. What it raises for a failure is a ``DoError``; what it gives is plain JSON."""

    def now(self) -> datetime:
        """The run's clock, in UTC."""

    async def run_function(self, call: FunctionStep) -> Any:
        """Call a function until it succeeds or is given up."""

    async def undo(self, call: FunctionStep) -> None:
        """Call a function that undoes a step: of ``input``, ``output`` and ``outcome`` it takes what it names."""

    def has_compensation(self, call: FunctionStep) -> bool:
        """Whether the function's own definition says what undoes it."""

    async def compensate(self, call: FunctionStep) -> None:
        """Call what undoes a function by its own definition; ``call`` names that function, and what is told."""

    def outcome_of(self, call: FunctionStep | WorkflowStep, ended: BaseException | None) -> Outcome | None:
        """What is known of the effect of a call that has ended; None where it had none.

        Args:
            call: the very one that was made.
            ended: the error or the cancellation with which it did; None for a result.
        """

    async def run_workflow(self, call: WorkflowStep) -> Any:
        """Run another workflow to its end."""

    async def start_workflow(self, call: WorkflowStep) -> str:
        """Start another workflow, which outlives this one, and give its id."""

    async def sleep(self, step: str, length: timedelta) -> None:
        """Pause."""

    async def wait_for_event(self, step: str, name: str, match: Mapping[str, Any], timeout: timedelta | None) -> Any:  # noqa: ASYNC109 - durable
        """Wait for an event and give its payload; a WaitTimeoutError where none came."""

    async def wait_for_approval(self, asked: Asked) -> Mapping[str, Any]:
        """Wait for a decision: ``{approved, by, at, comment, form, timedOut}``."""

    def record_metrics(self, values: Mapping[str, Any]) -> None:
        """Record figures of the run by name; the last one of a name counts."""

    def note(self, note: Note) -> None:
        """Take note of what has no effect of its own."""

    async def give_way(self) -> None:
        """Let others have their turn."""

    def when_retried(self, renew: Callable[[], None]) -> None:
        """Have this called whenever somebody has the run retried: its time counts anew then."""

    def is_long(self) -> bool:
        """Whether the record of the run is so long that its loops are to go on in runs of their own."""

    async def run_portion(self, step: str, portion: Portion) -> Mapping[str, Any]:
        """Run a portion of a loop as a run of its own, and give what it gives."""
