"""Pure: what a run of a definition did, told again by interpreting it over what was recorded of it.

    retrace(definition: Definition, begun: Start | Portion, moments: Sequence[Moment]) -> Trail

    trail.steps        StepTrace per step and round, in the order in which they began:
        .step              the Step of the definition (.step.id, .step.path)
        .outcome           open | completed | skipped | failed | left (by a return within it) | cancelled
        .began  .ended     by the record's clock
        .condition         the Question of its own condition: .text, .holds, .values ({path: value}); None where it has none
        .questions         all of them, also those of switch, catch and repeat
        .error             what it failed with; None where it did not
        .calls             ids of what it called, as the record has them: charge, charge#2, charge:fallback
    trail.is_sound     False where the record does not fit the definition: what is told stops before that

A ``Moment`` is one turn of the run (a workflow task, or what came back within one) with what it saw then. What nobody
recorded is never made up: where the record ends, steps stay ``open``.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from dosdk_temporal._pure.declarative.blocks import own_ids
from dosdk_temporal._pure.declarative.model import Definition
from dosdk_temporal._pure.interpreter.asides import COMPENSATION
from dosdk_temporal._pure.interpreter.effects import Asked, FunctionStep, Note, Outcome, WorkflowStep
from dosdk_temporal._pure.interpreter.interpreting import Start, interpret, interpret_portion
from dosdk_temporal._pure.interpreter.moments import Moment, Recorded
from dosdk_temporal._pure.interpreter.portions import Portion
from dosdk_temporal._pure.interpreter.record_loop import RecordLoop
from dosdk_temporal._pure.interpreter.tracing import StepTrace, TracingWalker, trace_call
from dosdk_temporal._pure.names import StepIds
from dosdk_temporal.errors import DoError, WorkflowError

__all__ = ["Trail", "retrace"]


@dataclass(frozen=True)
class Trail:
    """What a run of a definition did, as far as its record goes; see the module."""

    definition: Definition
    steps: tuple[StepTrace, ...]
    is_sound: bool


def retrace(definition: Definition, begun: Start | Portion, moments: Sequence[Moment]) -> Trail:
    """Interpret a run again over its record.

    Args:
        definition: the run's own.
        begun: how it began, its trigger's payload checked; or which portion of a loop it was to do.
        moments: its turns, the first one that in which it began.
    """
    if not moments:
        return Trail(definition, (), is_sound=True)
    # In a thread of its own: whoever asks may itself be in an event loop, and a thread runs one at a time.
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(_Retracing(definition, begun, moments).run).result()


class _RecordEndsError(BaseException):
    """Nothing more is recorded. Not an ``Exception``: no definition may catch it."""


class _Retracing:
    """The effects of one run, all of them recorded."""

    def __init__(self, definition: Definition, begun: Start | Portion, moments: Sequence[Moment]) -> None:
        self._definition, self._begun = definition, begun
        self._now, self._ahead = moments[0], deque(moments)
        self._ids = {kind: StepIds() for kind in ("call", "event", "approval")}
        self._own = _ids_of(definition)
        self._asked: dict[tuple[str, str], asyncio.Future[Any]] = {}
        self._early: dict[tuple[str, str], Recorded] = {}
        self._pending: set[asyncio.Future[Any]] = set()
        self._renewals: list[Callable[[], None]] = []
        self._is_retried = False
        self._loop = RecordLoop(self._next_moment, self.now)
        ids = (recorded.id for moment in moments for recorded in moment.recorded)
        self._undone = {one[: one.rindex(COMPENSATION)] for one in ids if COMPENSATION in one}
        self._skipped = {one.id.partition("#")[0] for moment in moments for one in moment.recorded if one.skipped}
        self._traces: list[StepTrace] = []
        self._told: list[StepTrace] | None = None
        self._is_sound = True

    def run(self) -> Trail:
        self._run = self._loop.create_task(self._interpreted())
        try:
            self._next_moment()
            self._loop.run_until_complete(self._run)
        except (_RecordEndsError, DoError, asyncio.CancelledError):
            pass  # how the run ended is recorded: what led there is asked for
        except Exception:  # noqa: BLE001 - a record that does not fit may lead anywhere, and is no reason to tell nothing
            self._is_sound = self._told is not None and self._is_sound
        finally:
            self._loop.close()
        return Trail(self._definition, tuple(self._traces if self._told is None else self._told), self._is_sound)

    async def _interpreted(self) -> None:
        walker = partial(TracingWalker, traces=self._traces)
        if isinstance(self._begun, Portion):
            await interpret_portion(self._definition, self, self._begun, walker)
        else:
            await interpret(self._definition, self, self._begun, walker)

    def now(self) -> datetime:
        """The clock of this moment."""
        return self._now.time

    async def run_function(self, call: FunctionStep) -> Any:
        """What the record says."""
        return await self._recorded("call", call.step)

    async def undo(self, call: FunctionStep) -> None:
        """What the record says."""
        await self._recorded("call", call.step)

    def has_compensation(self, call: FunctionStep) -> bool:
        """Whether the record has what undid it."""
        return call.step in self._undone

    async def compensate(self, call: FunctionStep) -> None:
        """What the record says."""
        await self._recorded("call", call.step)

    def outcome_of(self, call: FunctionStep | WorkflowStep, ended: BaseException | None) -> Outcome | None:
        """Whether the record has what undid it; a result of its own is undone where the run fails."""
        if ended is None and call.step not in self._skipped:
            return "completed"
        return "unknown" if call.step in self._undone else None

    async def run_workflow(self, call: WorkflowStep) -> Any:
        """What the record says."""
        return await self._recorded("call", call.step)

    async def start_workflow(self, call: WorkflowStep) -> str:
        """What the record says."""
        return str(await self._recorded("call", call.step))

    async def sleep(self, step: str, length: timedelta) -> None:
        """Until the record says that the timer fired."""
        del step
        timer = self._wait()
        handle = self._loop.call_later(length.total_seconds(), _wake, timer)
        try:
            await timer
        finally:
            handle.cancel()

    async def wait_for_event(self, step: str, name: str, match: Mapping[str, Any], timeout: timedelta | None) -> Any:  # noqa: ASYNC109 - recorded
        """What the record says."""
        del step, match, timeout
        return await self._recorded("event", name)

    async def wait_for_approval(self, asked: Asked) -> Mapping[str, Any]:
        """What the record says."""
        decision: Mapping[str, Any] = await self._recorded("approval", asked.step)
        if asked.form is None or decision["form"] is None:
            return decision
        return {**decision, "form": asked.form.filled(decision["form"])[0]}

    def record_metrics(self, values: Mapping[str, Any]) -> None:
        """Recorded already."""

    def note(self, note: Note) -> None:
        """The walker keeps what it tells of."""

    async def give_way(self) -> None:
        """There is nobody else."""

    def when_retried(self, renew: Callable[[], None]) -> None:
        """When the record says so."""
        self._renewals.append(renew)
        if self._is_retried:  # from its very beginning
            renew()

    def is_long(self) -> bool:
        """What the record says."""
        return self._now.is_long

    async def run_portion(self, step: str, portion: Portion) -> Mapping[str, Any]:
        """What the record says."""
        try:
            told: Mapping[str, Any] = await self._recorded("call", f"{step}/{portion.first}")
        except WorkflowError as error:
            raise (error.cause or error) from None
        return told

    async def _recorded(self, kind: str, name: str) -> Any:
        """What came of it, when it came; under the id that the run gave it."""
        key = (kind, self._ids[kind].next(name))
        if kind == "call":
            trace_call(key[1])
        self._asked[key] = answer = self._wait()
        if key in self._early:
            _answer(answer, self._early.pop(key))
        return await answer

    def _wait(self) -> asyncio.Future[Any]:
        if self._told is not None:
            raise _RecordEndsError
        waiting: asyncio.Future[Any] = self._loop.create_future()
        self._pending.add(waiting)
        waiting.add_done_callback(self._pending.discard)
        return waiting

    def _next_moment(self) -> None:
        """Let the run see what it saw next; called when everything waits."""
        if not self._ahead or not self._fits():
            self._end()
            return
        self._now = self._ahead.popleft()
        for recorded in self._now.recorded:
            self._see(recorded)

    def _see(self, recorded: Recorded) -> None:
        if recorded.kind == "cancel":
            self._run.cancel()
        elif recorded.kind == "retried":
            self._is_retried = True
            for renew in self._renewals:
                renew()
        elif recorded.kind == "timer":
            assert recorded.due is not None  # noqa: S101 - a timer's
            self._loop.fire(recorded.due)
        elif (key := (recorded.kind, recorded.id)) in self._asked:
            _answer(self._asked[key], recorded)
        else:
            self._early[key] = recorded

    def _fits(self) -> bool:
        """Whether all that the run saw was asked for; what others recorded beside it is none of its steps'."""
        self._is_sound = not any(
            kind != "call" or (":" not in name and name.partition("#")[0] in self._own) for kind, name in self._early
        )
        return self._is_sound

    def _end(self) -> None:
        """Tell what is so now, and end what still waits."""
        if self._told is None:
            self._told = [trace.copy() for trace in self._traces]
        for waiting in self._pending:
            if not waiting.done():
                waiting.set_exception(_RecordEndsError())


def _answer(waiting: asyncio.Future[Any], recorded: Recorded) -> None:
    if waiting.done():  # it was cancelled meanwhile
        return
    if recorded.error is None:
        waiting.set_result(recorded.value)
    else:
        waiting.set_exception(recorded.error)


def _wake(timer: asyncio.Future[Any]) -> None:
    if not timer.done():
        timer.set_result(None)


def _ids_of(definition: Definition) -> frozenset[str]:
    return frozenset(own_ids((*definition.steps, *definition.on_failure, *definition.finally_steps)))
