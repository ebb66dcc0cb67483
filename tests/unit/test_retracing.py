"""What a run did, told again by its definition over its record alone."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from contextlib import suppress
from contextvars import ContextVar
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dosdk_temporal import ActionError, DoError
from dosdk_temporal._pure.declarative.loading import load_definition
from dosdk_temporal._pure.declarative.model import Definition
from dosdk_temporal._pure.declared_steps import skipped_steps
from dosdk_temporal._pure.interpreter.effects import Asked, FunctionStep, WorkflowStep
from dosdk_temporal._pure.interpreter.interpreting import Start, interpret
from dosdk_temporal._pure.interpreter.memory import Memory
from dosdk_temporal._pure.interpreter.moments import Moment, Recorded
from dosdk_temporal._pure.interpreter.retracing import Trail, retrace
from dosdk_temporal._pure.interpreter.tracing import StepTrace, TracingWalker, trace_call
from dosdk_temporal._pure.interpreter.virtual_time import run_in_virtual_time
from dosdk_temporal._pure.interpreter.world import World
from dosdk_temporal._pure.names import StepIds
from dosdk_temporal._pure.trigger import Trigger
from dosdk_temporal.expressions import UNDEFINED
from tests.unit.test_interpreter import FUNCTIONS
from tests.unit.test_interpreter_random import ERRORS, STEPS, made_of

IN_EFFECT: ContextVar[bool] = ContextVar("IN_EFFECT", default=False)
T0 = datetime(2026, 1, 1, tzinfo=UTC)


class Kept(Memory):
    """A simulated run that keeps a record as a server does: each answer comes later, in an order of its own."""

    def __init__(self, definition: Definition, world: World, pauses: list[int]) -> None:
        super().__init__(definition, world)
        self.record = [Moment(world.start)]
        self.traces: list[StepTrace] = []
        self._pauses, self._asked, self._timers = pauses, 0, 0
        self._ids = {kind: StepIds() for kind in ("call", "event", "approval")}

    async def run(self, given: Any) -> Any:
        """The whole run, writing down which timers of the interpreter fire."""
        loop = asyncio.get_running_loop()
        call_at = loop.call_at

        def kept(when: float, callback: Any, *args: Any, context: Any = None) -> asyncio.TimerHandle:
            def fire(*args: Any) -> None:
                self._keep(Recorded("timer", due=self.world.start + timedelta(seconds=when)))
                callback(*args)

            self._timers += 1  # those that are due at once fire in the order in which they were asked for
            own = callback if IN_EFFECT.get() else fire
            return call_at(when + self._timers / 1e5, own, *args, context=context)

        loop.call_at = kept  # type: ignore[assignment] # as it is, and writing down
        start = Start(Trigger(given, "direct", None, "run", self.world.start), "run", self.world.start)
        return await interpret(self._definition, self, start, partial(TracingWalker, traces=self.traces))

    async def sleep(self, step: str, length: timedelta) -> None:
        """At least a moment: a server's timer that is due at once fires too."""
        await super().sleep(step, max(length, timedelta(microseconds=1)))

    async def run_function(self, call: FunctionStep) -> Any:
        """Later."""
        return await self._kept("call", call.step, partial(super().run_function, call))

    async def run_workflow(self, call: WorkflowStep) -> Any:
        """Later."""
        return await self._kept("call", call.step, partial(super().run_workflow, call))

    async def start_workflow(self, call: WorkflowStep) -> str:
        """Later."""
        return str(await self._kept("call", call.step, partial(super().start_workflow, call)))

    async def wait_for_event(self, step: str, name: str, match: Mapping[str, Any], timeout: timedelta | None) -> Any:  # noqa: ASYNC109
        """Later."""
        return await self._kept("event", name, partial(super().wait_for_event, step, name, match, timeout))

    async def wait_for_approval(self, asked: Asked) -> Mapping[str, Any]:
        """Later."""
        decision: Mapping[str, Any] = await self._kept(
            "approval", asked.step, partial(super().wait_for_approval, asked)
        )
        return decision

    async def _kept(self, kind: Any, name: str, effect: Callable[[], Any]) -> Any:
        number = self._ids[kind].next(name)
        if kind == "call":
            trace_call(number)
        self._asked += 1
        token = IN_EFFECT.set(True)
        try:
            await asyncio.sleep(self._pauses[self._asked % len(self._pauses)] + self._asked / 100)
            value = await effect()
        except DoError as error:
            self._keep(Recorded(kind, number, error=error))
            raise
        finally:
            IN_EFFECT.reset(token)
        self._keep(Recorded(kind, number, value))
        return value

    def _keep(self, recorded: Recorded) -> None:
        self.record.append(Moment(self.now(), (recorded,)))


def _told(traces: Any) -> list[Any]:
    return [(trace.step.id, trace.outcome, trace.began, trace.ended, trace.questions, trace.calls) for trace in traces]


@settings(max_examples=100)
@given(STEPS, ERRORS, st.sampled_from([None, "1h", "40d"]), st.lists(st.integers(0, 5), min_size=1, max_size=4))
def test_the_record_tells_it_again(steps: list[Any], errors: Any, timeout: str | None, pauses: list[int]) -> None:
    """Whatever a definition holds, and in whatever order its answers come, the record alone tells what each step did."""
    definition = made_of(steps, errors, timeout)
    world = World(FUNCTIONS, {"child": {"ran": True}}, {"there": [{"x": 1}] * 50}, start=T0)
    run, payload = Kept(definition, world, pauses), {"x": 2, "items": [1, 2, 3]}
    with suppress(DoError):
        run_in_virtual_time(run.run(payload))
    start = Start(Trigger(payload, "direct", None, "run", T0), "run", T0)
    trail = retrace(definition, start, run.record)
    assert (trail.is_sound, _told(trail.steps)) == (True, _told(run.traces))


def _trail(steps: list[dict[str, Any]], *recorded: Recorded, payload: Any = None) -> Trail:
    """The trail of a run that sees one of these each second."""
    definition = load_definition({"name": "flow", "steps": steps})
    moments = [Moment(T0), *(Moment(T0 + timedelta(seconds=n + 1), (one,)) for n, one in enumerate(recorded))]
    return retrace(definition, Start(Trigger(payload or {}, "direct", None, "run", T0), "run", T0), moments)


A, B = {"id": "a", "function": "charge"}, {"id": "b", "function": "ship"}
FAILED = Recorded("call", "a", error=ActionError("no", type="Declined", action="charge", step="a"))


def test_a_skip_tells_what_was_read() -> None:
    """A skipped step tells its condition, the answer, and the values that were read for it, undefined ones too."""
    trail = _trail(
        [B, {**A, "condition": "input.plan === 'pro' || input.b?.ok"}], Recorded("call", "b"), payload={"plan": 1}
    )
    skipped = trail.steps[-1]
    condition = skipped.condition
    assert condition is not None
    assert (skipped.outcome, condition.text, condition.holds, condition.values) == (
        "skipped", "input.plan === 'pro' || input.b?.ok", False, {"input.plan": 1, "input.b.ok": UNDEFINED},
    )  # fmt: skip


SWITCH = {"id": "s", "switch": [{"condition": "input.x", "steps": [A]}], "default": [B]}
LEAVE = {"id": "x", "return": 1, "condition": "!input.no"}
TRY = {"id": "t", "try": [A], "catch": [{"steps": [B]}]}


@pytest.mark.parametrize(
    ("steps", "recorded", "payload", "called", "skipped"),
    [
        ([{**A, "condition": "input.x"}, B], [], {}, {"b"}, ["a"]),
        ([SWITCH], [Recorded("call", "a", 1)], {"x": 1}, {"a"}, ["b"]),
        ([SWITCH], [], {"x": 1}, {"a"}, []),
        ([{**SWITCH, "condition": "input.y"}], [], {}, set(), ["a", "b"]),
        ([{"id": "p", "parallel": [{**A, "condition": "input.x"}, B]}], [], {}, {"b"}, ["a"]),
        ([{"id": "l", "forEach": "{{ input.x }}", "steps": [A]}], [], {"x": []}, set(), ["a"]),
        ([{"id": "l", "forEach": "{{ input.x }}", "steps": [{**A, "condition": "item > 1"}]}], [], {"x": [1, 2]}, {"a"}, []),
        ([{"id": "r", "repeat": {"steps": [{**A, "condition": "input.x"}], "maxIterations": 2}}], [], {}, set(), ["a"]),
        ([TRY], [Recorded("call", "a", 1)], {}, {"a"}, []),
        ([TRY], [FAILED, Recorded("call", "b", 1)], {}, {"a", "b"}, []),
        ([LEAVE, A], [], {}, set(), []),
        ([{"id": "l", "forEach": "{{ input.x }}", "steps": [LEAVE, A]}], [], {"x": [1]}, set(), []),
        ([B, {**A, "condition": "input.x"}], [], {}, {"b"}, []),
    ],
    ids=["condition", "the other case", "a case under way", "a block", "parallel", "no rounds", "in one round", "in every round",
         "nothing to catch", "caught", "behind a return", "behind a return in a loop", "not reached"],
)  # fmt: skip
def test_which_calls_were_skipped(
    steps: list[dict[str, Any]], recorded: list[Recorded], payload: Any, called: set[str], skipped: list[str]
) -> None:
    """A call is skipped where the run went past it, inside blocks too; what it did not come to is not."""
    trail = _trail(steps, *recorded, payload=payload)
    assert ([step.id for step in skipped_steps(trail, called)], trail.is_sound) == (skipped, True)


def test_where_the_record_ends_the_trail_ends() -> None:
    """Steps of which nothing is recorded stay open, and nothing behind them is told."""
    trail = _trail([TRY, {"id": "c", "set": {"x": 1}}])
    assert [(trace.step.id, trace.outcome, trace.ended) for trace in trail.steps] == [
        ("t", "open", None),
        ("a", "open", None),
    ]


def test_a_record_that_does_not_fit_is_told() -> None:
    """Where the record has what the definition did not ask for, the trail stops before that and says so."""
    trail = _trail(
        [{**A, "condition": "input.x"}, {"id": "w", "wait": "1h"}], Recorded("call", "a", 1), Recorded("cancel")
    )
    assert ([(trace.step.id, trace.outcome) for trace in trail.steps], trail.is_sound) == (
        [("a", "skipped"), ("w", "open")], False,
    )  # fmt: skip


def test_a_cancelled_run() -> None:
    """A cancellation that is recorded ends what was under way, and does what is to be done in any case."""
    trail = _trail([{"id": "t", "try": [A], "finally": [B]}], Recorded("cancel"), Recorded("call", "b", 1))
    assert [(trace.step.id, trace.outcome) for trace in trail.steps] == [
        ("t", "cancelled"), ("a", "cancelled"), ("b", "completed"),
    ]  # fmt: skip


async def test_within_an_event_loop() -> None:
    """It can be asked for where another event loop runs."""
    assert [trace.outcome for trace in _trail([A], Recorded("call", "a", 1)).steps] == ["completed"]
