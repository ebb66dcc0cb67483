"""Pure: a run without a server: functions are Python's, or values; time passes at once. For simulations and tests."""

from __future__ import annotations

import asyncio
import copy
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from dosdk_temporal._pure.declarative.model import Definition
from dosdk_temporal._pure.holds import Effect, effect_said, say_effect
from dosdk_temporal._pure.interpreter.effects import Asked, FunctionStep, Note, Outcome, WorkflowStep
from dosdk_temporal._pure.interpreter.interpreting import Start, interpret, interpret_portion
from dosdk_temporal._pure.interpreter.portions import Portion
from dosdk_temporal._pure.interpreter.virtual_time import WaitsForeverError, run_in_virtual_time
from dosdk_temporal._pure.interpreter.world import World, answer_of
from dosdk_temporal._pure.metrics import Figures
from dosdk_temporal._pure.options import DEFAULTS
from dosdk_temporal._pure.retry import Retry
from dosdk_temporal._pure.trigger import Trigger
from dosdk_temporal._pure.values import encode_input, encode_output
from dosdk_temporal.errors import ActionError, ActionTimeoutError, DoError, WaitTimeoutError

__all__ = ["Memory", "Simulated", "simulate"]


@dataclass(frozen=True)
class Simulated:
    """What became of a simulated run.

    Attributes:
        output: None where it failed.
        error: None where it completed.
        calls: each ``(step, name, input)``, in the order in which they began.
        notes: what happened beside.
        log: both, in the order in which they happened, as plain JSON: ``step``, ``event`` and what belongs to it.
        metrics: the figures by name.
        took: how much of the run's time passed.
    """

    output: Any
    error: DoError | None
    calls: list[tuple[str, str, Any]]
    notes: list[Note]
    log: list[dict[str, Any]]
    metrics: dict[str, Any]
    took: timedelta


def simulate(definition: Definition, given: Any = None, world: World | None = None) -> Simulated:
    """Run a definition in memory, in an event loop of its own.

    Args:
        definition: a checked one.
        given: its input; checked, with defaults filled in.
        world: what the run meets; default nothing at all.
    """
    effects = Memory(definition, world or World())
    output, error = None, None
    try:
        output = run_in_virtual_time(effects.run({} if given is None else given))
    except DoError as failed:
        error = failed
    except WaitsForeverError:
        error = WaitTimeoutError(
            f"the run waits for ever for {', '.join(effects.waiting)}: say in the fixtures what comes"
        )
    took = effects.now() - effects.world.start
    return Simulated(output, error, effects.calls, effects.notes, effects.log, effects.metrics, took)


class Memory:
    """The effects of one simulated run.

    Args:
        definition: whose run it is.
        world: what it meets.
    """

    def __init__(self, definition: Definition, world: World) -> None:
        self._definition, self.world = definition, world
        self.calls: list[tuple[str, str, Any]] = []
        self.notes: list[Note] = []
        self.log: list[dict[str, Any]] = []
        self.metrics: dict[str, Any] = {}
        self._figures = Figures()
        self.waiting: list[str] = []
        self._events = {name: list(payloads) for name, payloads in world.events.items()}
        self._resolutions = {step: list(said) for step, said in world.resolutions.items()}
        self._skipped: dict[int, tuple[FunctionStep, Outcome | None]] = {}
        self._passed = timedelta(0)
        self._effects = 0

    async def run(self, given: Any) -> Any:
        """The whole run, within a loop of virtual time."""
        if self._definition.input is not None:
            given = self._definition.input.check(given, f"the input of workflow {self._definition.name!r}")
        trigger = Trigger(given, "direct", None, "simulated", self.world.start)
        try:
            output = await interpret(self._definition, self, Start(trigger, "simulated", self.world.start))
            encode_output(
                output, f"{'service' if self._definition.is_service else 'workflow'} {self._definition.name!r}"
            )
            return output
        finally:
            self.now()  # the time that has passed, for who asks when the loop is gone

    def now(self) -> datetime:
        """See the protocol."""
        with suppress(RuntimeError):  # after the run there is no loop, and the time stands
            self._passed = timedelta(seconds=asyncio.get_running_loop().time())
        return self.world.start + self._passed

    async def run_function(self, call: FunctionStep) -> Any:
        """Call the fixture, again as the retry strategy says, and as a person says for whom the step is held."""
        self._take(call.step, call.function, call.input, "action")
        retry = call.retry or self._definition.retry or DEFAULTS.retry
        effect: Effect = "refused"
        while True:
            try:
                return await self._attempts(call, retry)
            except DoError as error:
                effect = "unknown" if _is_unknown(error) else effect
                say_effect(error, effect)
                if not retry.holds:
                    raise
                self.log.append({"step": call.step, "event": "held", "detail": str(error)})
                said = await self._resolution(call.step, effect)
                if said["resolution"] == "fail":
                    raise
            if said["resolution"] == "skip":
                self._skipped[id(call)] = (call, "unknown" if effect == "unknown" else None)
                return said.get("value")

    async def _attempts(self, call: FunctionStep, retry: Retry) -> Any:
        attempt = 0
        while True:
            attempt += 1
            try:
                async with asyncio.timeout(call.timeout.total_seconds() if call.timeout else None):
                    return await answer_of(self.world.functions, call.function, call.input, "function")
            except Exception as error:  # noqa: BLE001 - whatever a fixture raises is its failure
                failed = _as_action_error(error, call, attempt)
            if not failed.retryable or not retry.tries_again(attempt, [failed.type]):
                raise failed
            await asyncio.sleep(retry.delay_after(attempt).total_seconds())

    async def _resolution(self, step: str, effect: Effect) -> Mapping[str, Any]:
        if not self._resolutions.get(step):
            try:
                await self._nothing(f"whoever resolves the held step {step!r}", None)
            except asyncio.CancelledError as cancelled:
                say_effect(cancelled, effect)
                raise
        return self._resolutions[step].pop(0)

    def has_compensation(self, call: FunctionStep) -> bool:
        """Fixtures say nothing of it."""
        del call
        return False

    async def compensate(self, call: FunctionStep) -> None:
        """See :meth:`undo`."""
        await self.undo(call)

    def outcome_of(self, call: FunctionStep | WorkflowStep, ended: BaseException | None) -> Outcome | None:
        """What a fixture raises says what it says."""
        if ended is None:
            return self._skipped.get(id(call), (call, "completed"))[1]
        said = effect_said(ended)
        return "unknown" if said == "unknown" or (said is None and _is_unknown(ended)) else None

    async def undo(self, call: FunctionStep) -> None:
        """Call the fixture with all that is told."""
        await self.run_function(call)

    async def run_workflow(self, call: WorkflowStep) -> Any:
        """Call the fixture."""
        self._take(call.step, call.workflow, call.input, "workflow")
        return await answer_of(self.world.workflows, call.workflow, call.input, "workflow")

    async def start_workflow(self, call: WorkflowStep) -> str:
        """Only note that it was started."""
        self._take(call.step, call.workflow, call.input, "workflow")
        return f"simulated/{call.step}"

    async def sleep(self, step: str, length: timedelta) -> None:
        """Let the time pass at once."""
        del step
        self._effects += 1
        await asyncio.sleep(length.total_seconds())

    async def wait_for_event(self, step: str, name: str, match: Mapping[str, Any], timeout: timedelta | None) -> Any:  # noqa: ASYNC109 - of the run's time
        """The next payload of that name, at once."""
        del match
        self._effects += 1
        if self._events.get(name):
            return self._events[name].pop(0)
        await self._nothing(f"event {name!r}", timeout)
        raise WaitTimeoutError(f"no event {name!r} came in time", step=step)

    async def wait_for_approval(self, asked: Asked) -> Mapping[str, Any]:
        """The decision, at once."""
        self._effects += 1
        told = {"approved": False, "by": None, "at": None, "comment": None, "form": None, "timedOut": False}
        given = self.world.approvals.get(asked.step)
        if given is None:
            await self._nothing(f"approval {asked.step!r}", asked.timeout)
            return {**told, "at": self.now().isoformat(), "timedOut": True}
        return {**told, "at": self.now().isoformat(), **given}

    def record_metrics(self, values: Mapping[str, Any]) -> None:
        """Keep them, where a run would."""
        self._figures.update(values)
        self.metrics.update(values)

    def note(self, note: Note) -> None:
        """Keep it."""
        self.notes.append(note)
        self.log.append({"step": note.step, "event": note.kind, "detail": note.detail})

    async def give_way(self) -> None:
        """There is nobody else."""

    def when_retried(self, renew: Callable[[], None]) -> None:
        """Nobody retries it."""

    def is_long(self) -> bool:
        """By the number of effects."""
        return self.world.long_after is not None and self._effects >= self.world.long_after

    async def run_portion(self, step: str, portion: Portion) -> Mapping[str, Any]:
        """With a count of its own, as a run of its own has."""
        del step
        other = copy.copy(self)
        other._effects = 0  # noqa: SLF001 - a copy of its own class
        return await interpret_portion(self._definition, other, Portion.from_wire(portion.to_wire()))

    def _take(self, step: str, name: str, given: Any, kind: str) -> None:
        try:
            encode_input(given, f"{kind} {name!r}")
        except DoError as error:
            error.step = step
            raise
        self._effects += 1
        self.calls.append((step, name, given))
        self.log.append({"step": step, "event": "called", "name": name, "input": given})

    async def _nothing(self, what: str, timeout: timedelta | None) -> None:  # noqa: ASYNC109 - of the run's time
        if timeout is not None:
            await asyncio.sleep(timeout.total_seconds())
            return
        self.waiting.append(what)
        await asyncio.get_running_loop().create_future()


def _is_unknown(ended: BaseException) -> bool:
    return isinstance(ended, asyncio.CancelledError | ActionTimeoutError | WaitTimeoutError)


def _as_action_error(error: Exception, call: FunctionStep, attempt: int) -> DoError:
    if isinstance(error, TimeoutError):
        error = ActionTimeoutError(f"an attempt passed its timeout of {call.timeout}")
    if not isinstance(error, DoError):
        error = ActionError(str(error) or type(error).__name__, type=type(error).__name__)
    error.action, error.step, error.attempts = call.function, call.step, attempt
    return error
