"""Handler workflows: what a handler may do, twice over: with runs kept in memory, and replayed from the top at every task."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pydantic import BaseModel

from dosdk_temporal import (
    ActionError,
    ConflictError,
    DefinitionError,
    InputError,
    NotFoundError,
    PayloadTooLargeError,
    Retry,
    Trigger,
    WorkflowError,
)
from dosdk_temporal.testing import TestDo

Serve = Callable[..., Any]


class Order(BaseModel):
    """What a shop is told."""

    order_id: str
    amount: int = 1


@dataclass
class Receipt:
    """What a shop gives."""

    order_id: str
    paid_at: datetime


@pytest.fixture
def calls(do: TestDo) -> list[str]:
    """The effects of the actions below, in order."""
    calls: list[str] = []

    @do.action.create(name="effect", retry=1)
    async def effect(name: str, fail: bool = False) -> str:
        calls.append(name)
        if fail:
            raise ValueError(f"{name} failed")
        return name.upper()

    @do.action.create(name="pay")
    async def pay(order_id: str) -> Receipt:
        return Receipt(order_id, datetime(2026, 1, 2, tzinfo=UTC))

    return calls


async def test_branches_loops_and_errors_are_plain_python(do: TestDo, calls: list[str], serve: Serve) -> None:
    """A handler branches on results, loops, catches an action's error, and its return value is the result."""

    @do.workflow.create(name="plan")
    async def plan(trigger: Trigger) -> dict[str, Any]:
        results = [await do.action.run("effect", {"name": name}) for name in trigger.payload["names"]]
        if results[-1] == "B":
            try:
                await do.action.run("effect", {"name": "c", "fail": True})
            except ValueError as error:
                results.append(f"caught {error}")
        return {"results": results}

    async with serve():
        assert await do.workflows.execute("plan", {"names": ["a", "b"]}) == {"results": ["A", "B", "caught c failed"]}
    assert calls == ["a", "b", "c"]


async def test_the_trigger_tells_what_started_the_run(do: TestDo, serve: Serve) -> None:
    """A direct start gives the handler its payload, kind, the execution id and the time of the start."""
    triggers: list[Trigger] = []

    @do.workflow.create(name="told", trigger={"event": "order.placed"})
    async def told(trigger: Trigger) -> None:
        triggers.append(trigger)

    async with serve():
        execution = await do.workflows.start("told", {"a": 1})
        await execution.result()
        started = (await execution.status()).started_at
    trigger = triggers[-1]
    assert (trigger.payload, trigger.kind, trigger.name, trigger.id) == ({"a": 1}, "direct", None, execution.id)
    assert abs(trigger.time - started) < timedelta(seconds=5)


async def test_models_travel_as_models(do: TestDo, calls: list[str], serve: Serve) -> None:
    """With input=Model the payload is that model; an action's and a workflow's results are decoded to their annotations."""

    @do.workflow.create(name="buy", input=Order)
    async def buy(trigger: Trigger) -> Receipt:
        receipt: Receipt = await do.action.run("pay", {"order_id": trigger.payload.order_id})
        assert isinstance(receipt, Receipt)
        return receipt

    async with serve():
        assert await do.workflows.execute("buy", Order(order_id="o1")) == Receipt(
            "o1", datetime(2026, 1, 2, tzinfo=UTC)
        )
        with pytest.raises(InputError, match=r"the input of workflow 'buy' does not fit: amount: .*, not 'many'"):
            await do.workflows.start("buy", {"order_id": "o1", "amount": "many"})


async def test_parallel_keeps_order_and_limit_and_raises_the_first_error_by_position(
    do: TestDo, calls: list[str], serve: Serve
) -> None:
    """do.parallel waits for all, gives results in order, and its error carries the other results."""

    @do.workflow.create(name="fan-out")
    async def fan_out(_: Trigger) -> Any:
        good = await do.parallel(*(do.action.run("effect", {"name": name}) for name in "abc"), limit=2)
        try:
            await do.parallel(
                do.action.run("effect", {"name": "d"}),
                do.action.run("effect", {"name": "e", "fail": True}),
                do.action.run("effect", {"name": "f", "fail": True}),
            )
        except ActionError as error:
            return [good, str(error), error.results]  # type: ignore[attr-defined]

    async with serve():
        assert await do.workflows.execute("fan-out") == [["A", "B", "C"], "e failed", ["D", None, None]]
    assert sorted(calls) == list("abcdef")


async def test_gather_behaves_as_pythons(do: TestDo, calls: list[str], serve: Serve) -> None:
    """asyncio.gather runs steps at once, and gives exceptions where asked."""

    @do.workflow.create(name="gathers")
    async def gathers(_: Trigger) -> list[str]:
        outcomes = await asyncio.gather(
            do.action.run("effect", {"name": "a"}),
            do.action.run("effect", {"name": "b", "fail": True}),
            return_exceptions=True,
        )
        return [f"{type(outcome).__name__}:{outcome}" for outcome in outcomes]

    async with serve():
        assert await do.workflows.execute("gathers") == ["str:A", "ValueError:b failed"]


async def test_a_called_workflow_is_a_child(do: TestDo, calls: list[str], serve: Serve) -> None:
    """Calling a workflow inside another runs it as a child; its failure can be caught, with the action's error as cause."""

    @do.workflow.create(name="child")
    async def child(trigger: Trigger) -> str:
        return str(await do.action.run("effect", trigger.payload))

    @do.workflow.create(name="parent")
    async def parent(_: Trigger) -> list[Any]:
        good = await child({"name": "a"})
        by_name = await do.workflows.execute("child", {"name": "b"})
        try:
            await child({"name": "c", "fail": True})
        except WorkflowError as error:
            return [good, by_name, error.workflow, error.step, type(error.cause).__name__, str(error.cause)]
        return []

    async with serve():
        execution = await do.workflows.start("parent")
        assert await execution.result() == ["A", "B", "child", "effect", "ValueError", "c failed"]
        steps = (await execution.status()).steps
    assert [(step.id, step.kind, step.state) for step in steps] == [
        ("child", "workflow", "completed"),
        ("child#2", "workflow", "completed"),
        ("child#3", "workflow", "failed"),
    ]


async def test_a_started_workflow_outlives_its_starter(do: TestDo, calls: list[str], serve: Serve) -> None:
    """do.workflows.start inside a workflow gives an execution that goes on when the starter has ended."""

    @do.workflow.create(name="long")
    async def long(trigger: Trigger) -> Any:
        await do.sleep("50ms")
        return await do.action.run("effect", trigger.payload)

    @do.workflow.create(name="starter")
    async def starter(_: Trigger) -> str:
        return (await do.workflows.start("long", {"name": "z"}, id=f"long-{do.uuid()}")).id

    async with serve():
        assert await do.workflows.get(await do.workflows.execute("starter")).result() == "Z"
    assert calls == ["z"]


async def test_clock_chance_and_ids_are_the_same_on_replay(do: TestDo, calls: list[str], serve: Serve) -> None:
    """do.now, do.uuid and do.random give, after a step, what they gave before it."""

    @do.workflow.create(name="chance")
    async def chance(_: Trigger) -> bool:
        drawn = (do.now(), do.uuid(), do.random().random())
        await do.action.run("effect", {"name": str(drawn)})
        await do.action.run("effect", {"name": str(drawn)})
        return True

    async with serve():
        await do.workflows.execute("chance")
    assert calls[0] == calls[1]


async def test_days_pass(do: TestDo, calls: list[str], time_skipper: object, serve: Serve) -> None:
    """A handler sleeps for days, until a date, and within asyncio.timeout, and goes on exactly where it was."""

    @do.workflow.create(name="patient")
    async def patient(_: Trigger) -> list[float]:
        began = do.now()
        await do.sleep("2d")
        await do.sleep_until(began + timedelta(days=3))
        await do.sleep_until(began)
        try:
            async with asyncio.timeout(86400):
                await do.sleep(timedelta(days=30))
        except TimeoutError:
            await do.action.run("effect", {"name": "late"})
        return [round((do.now() - began) / timedelta(days=1), 1)]

    async with serve():
        assert await do.workflows.execute("patient") == [4.0]
    assert calls == ["late"]


async def test_print_and_loggers_speak_once(
    do: TestDo, calls: list[str], serve: Serve, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    """A handler's print and log lines come once, however often the run is replayed."""
    caplog.set_level(logging.INFO)

    @do.workflow.create(name="talks")
    async def talks(_: Trigger) -> None:
        log = logging.getLogger("shop.talks")
        print("before")
        log.info("logged before")
        await do.action.run("effect", {"name": "a"})
        await do.action.run("effect", {"name": "b"})
        print("after")
        log.info("logged after")

    async with serve():
        await do.workflows.execute("talks")
    assert capsys.readouterr().out.splitlines() == ["before", "after"]
    assert [record.message for record in caplog.records if record.name == "shop.talks"] == [
        "logged before",
        "logged after",
    ]


async def test_a_bug_fails_the_run_with_that_error(
    do: TestDo, calls: list[str], serve: Serve, caplog: pytest.LogCaptureFixture
) -> None:
    """A handler's KeyError fails its run at once, and says so to who waits; the worker's log says where it is, once."""

    async def buggy(_: Trigger) -> Any:
        await do.action.run("effect", {"name": "a"})
        return dict[str, Any]()["missing"]

    do.workflow.create(name="buggy", handler=buggy)
    async with serve():
        execution = await do.workflows.start("buggy")
        with pytest.raises(WorkflowError) as failed:
            await execution.result()
        status = await execution.status()
    line = buggy.__code__.co_firstlineno + 2
    told = [record.message for record in caplog.records if "'buggy'" in record.message]
    assert told == [f"workflow 'buggy' failed: KeyError: 'missing' ({__file__}:{line})"]
    error = failed.value
    assert str(error) == "workflow 'buggy' failed: KeyError: 'missing'"
    assert (error.execution_id, error.workflow, error.state, error.type) == (
        execution.id,
        "buggy",
        "failed",
        "KeyError",
    )
    assert isinstance(error.cause, KeyError)
    assert (status.state, status.error and (status.error.type, status.error.message)) == (
        "failed",
        ("KeyError", "'missing'"),
    )


async def test_a_result_that_is_not_awaited(do: TestDo, calls: list[str], serve: Serve) -> None:
    """A handler that goes on with a call instead of its result fails with the line, and with what to write."""

    async def hurries(_: Trigger) -> Any:
        return do.action.run("effect", {"name": "a"})["name"]  # type: ignore[index]

    do.workflow.create(name="hurries", handler=hurries)
    async with serve():
        with pytest.raises(WorkflowError) as failed:
            await do.workflows.execute("hurries")
    at = f"{__file__}:{hurries.__code__.co_firstlineno + 1}"
    assert str(failed.value) == (
        "workflow 'hurries' failed: DefinitionError: the handler uses what a call gives without awaiting it "
        f"('coroutine' object is not subscriptable, at {at}): write 'await' before the call"
    )


def _turning_back() -> ValueError:
    error, cause = ValueError("a"), ValueError("b")
    error.__cause__, cause.__cause__ = cause, error
    return error


class Wordless(Exception):
    """One whose text cannot be made, and whose ``type`` is no text."""

    type = object()

    def __str__(self) -> str:
        raise RuntimeError("no text")


@pytest.mark.parametrize(
    ("error", "attempts", "told"),
    [
        (ActionError(ValueError("declined"), retryable=False), "1 attempt", "ActionError: declined"),  # type: ignore[arg-type]
        (ValueError("a bad file \ud800"), "2 attempts", "ValueError: a bad file \\ud800"),
        (ActionError("bad", type="\ud800"), "2 attempts", "\\ud800: bad"),
        (_turning_back(), "2 attempts", "ValueError: a"),
        (Wordless(), "2 attempts", "Wordless: Wordless"),
    ],
    ids=[
        "an exception for a message",
        "half a character",
        "half a character for a type",
        "causes in a circle",
        "no text",
    ],
)
async def test_an_error_that_can_hardly_be_told(
    do: TestDo, serve: Serve, error: Exception, attempts: str, told: str
) -> None:
    """Of whatever text, type and causes an error is, it ends its step, or its run, with what can be told of it."""

    @do.action.create(name="raises", retry=Retry(2, "1ms"))
    async def raises() -> None:
        raise error

    @do.workflow.create(name="in-a-step")
    async def in_a_step(_: Trigger) -> None:
        await do.action.run("raises")

    @do.workflow.create(name="by-itself")
    async def by_itself(_: Trigger) -> None:
        raise error

    ended = []
    async with serve():
        for name in ("in-a-step", "by-itself"):
            with pytest.raises(WorkflowError) as failed:
                await do.workflows.execute(name)
            ended.append(str(failed.value))
    assert ended == [
        f"workflow 'in-a-step' failed in step 'raises': action 'raises' failed after {attempts}: {told}",
        f"workflow 'by-itself' failed: {told}",
    ]


async def test_an_uncaught_actions_error_reaches_who_waits(do: TestDo, calls: list[str], serve: Serve) -> None:
    """The run's error names workflow, step, action and attempts, holds the handler's message, and has the action's as cause."""

    @do.workflow.create(name="fails")
    async def fails(_: Trigger) -> None:
        await do.action.run("effect", {"name": "a"})
        await do.action.run("effect", {"name": "b", "fail": True})

    async with serve():
        with pytest.raises(WorkflowError) as failed:
            await do.workflows.execute("fails")
    error = failed.value
    assert str(error) == (
        "workflow 'fails' failed in step 'effect#2': action 'effect' failed after 1 attempt: ValueError: b failed"
    )
    assert (error.step, error.action, error.attempts) == ("effect#2", "effect", 1)
    assert isinstance(error.cause, ValueError)
    assert isinstance(error.cause, ActionError)


async def test_a_cancelled_run_cleans_up_and_says_so(do: TestDo, calls: list[str], serve: Serve) -> None:
    """Cancellation is asyncio.CancelledError in the handler: except Exception does not see it, finally does."""

    @do.workflow.create(name="cancelled")
    async def cancelled(_: Trigger) -> None:
        try:
            await do.action.run("effect", {"name": "begun"})
            await do.sleep("30d")
        except Exception:  # noqa: BLE001 - the claim is that this is not reached
            await do.action.run("effect", {"name": "wrong"})
        finally:
            await do.action.run("effect", {"name": "clean-up"})

    async with serve():
        execution = await do.workflows.start("cancelled")
        while [step.state for step in (await execution.status()).steps] != ["completed", "waiting"]:
            pass
        await do.workflows.cancel(execution.id, reason="the customer left")
        with pytest.raises(WorkflowError) as ended:
            await execution.result()
        state = (await execution.status()).state
    assert (ended.value.state, state, calls) == ("cancelled", "cancelled", ["begun", "clean-up"])


async def test_a_run_past_its_own_timeout_ends_timed_out(do: TestDo, time_skipper: object, serve: Serve) -> None:
    """A workflow's timeout ends it with the state timed_out."""

    @do.workflow.create(name="slow", timeout="2d")
    async def slow(_: Trigger) -> None:
        await do.sleep("30d")

    async with serve():
        execution = await do.workflows.start("slow")
        with pytest.raises(
            WorkflowError, match="workflow 'slow' did not complete within its timeout of 172800 s"
        ) as ended:
            await execution.result()
        state = (await execution.status()).state
    assert (ended.value.state, state) == ("timed_out", "timed_out")


async def test_a_direct_call_of_an_actions_function_is_refused(do: TestDo, serve: Serve) -> None:
    """Calling an action like a function inside a workflow fails the run and names the call to write."""

    @do.action.create(name="charge")
    async def charge(amount: int) -> int:
        return amount

    @do.workflow.create(name="direct")
    async def direct(_: Trigger) -> Any:
        return await charge(3)

    assert await charge(3) == 3
    async with serve():
        with pytest.raises(WorkflowError, match=r"write await do\.action\.run\('charge', \{\.\.\.\}\)") as refused:
            await do.workflows.execute("direct")
    assert isinstance(refused.value.cause, DefinitionError)


@pytest.mark.parametrize("value", [object(), {"a": [object()]}], ids=["bare", "nested"])
async def test_a_result_that_is_no_json_fails_the_run(do: TestDo, serve: Serve, value: Any) -> None:
    """A result that cannot be written down is one clear error, not a run that hangs."""

    @do.workflow.create(name="gives")
    async def gives(_: Trigger) -> Any:
        return value

    async with serve():
        with pytest.raises(WorkflowError, match="the result of workflow 'gives' cannot be written as JSON"):
            await do.workflows.execute("gives")


async def test_too_large_values_are_one_error(do: TestDo, calls: list[str], serve: Serve) -> None:
    """3 MB as input, as an action's result, or as the sum of calls made at once: PayloadTooLargeError, nothing hangs."""
    attempts = []

    @do.action.create(name="large")
    async def large() -> str:
        attempts.append(1)
        return "x" * 3_000_000

    @do.workflow.create(name="sums")
    async def sums(_: Trigger) -> None:
        await do.parallel(*(do.action.run("effect", {"name": "x" * 1_100_000}) for _ in range(4)))

    async with serve():
        with pytest.raises(PayloadTooLargeError, match="the input of action 'effect' is 3,000,011 bytes of JSON"):
            await do.action.run("effect", {"name": "x" * 3_000_000})
        with pytest.raises(PayloadTooLargeError, match="the result of action 'large' is 3,000,002 bytes of JSON"):
            await do.action.run("large")
        with pytest.raises(WorkflowError, match=r"make fewer at a time with do\.parallel\(\.\.\., limit=\)"):
            await do.workflows.execute("sums")
    assert attempts == [1]


async def test_an_id_in_use(do: TestDo, calls: list[str], serve: Serve) -> None:
    """A second start with a running run's id attaches to it; with a completed one's it conflicts; a failed one starts again."""

    @do.workflow.create(name="keyed")
    async def keyed(trigger: Trigger) -> str:
        await do.sleep("20ms")
        return str(await do.action.run("effect", trigger.payload))

    execution_id, other_id = f"order-{do.uuid()}", f"order-{do.uuid()}"
    async with serve():
        first = await do.workflows.start("keyed", {"name": "a"}, id=execution_id)
        second = await do.workflows.start("keyed", {"name": "b"}, id=execution_id)
        assert (await first.result(), await second.result()) == ("A", "A")
        with pytest.raises(ConflictError, match=f"a run with the id '{execution_id}' has completed: choose another id"):
            await do.workflows.start("keyed", {"name": "c"}, id=execution_id)
        with pytest.raises(WorkflowError):
            await do.workflows.execute("keyed", {"name": "d", "fail": True}, id=other_id)
        assert await do.workflows.execute("keyed", {"name": "e"}, id=other_id) == "E"
    assert calls == ["a", "d", "e"]


async def test_result_waits_as_long_as_it_is_told(do: TestDo, serve: Serve) -> None:
    """result(timeout=) raises TimeoutError and leaves the run running; cancelling the await does too."""

    @do.workflow.create(name="sleeps")
    async def sleeps(_: Trigger) -> None:
        await do.sleep("1d")

    async with serve():
        execution = await do.workflows.start("sleeps")
        with pytest.raises(TimeoutError, match="it goes on"):
            await execution.result(timeout="10ms")
        assert (await execution.status()).state == "running"
        await execution.terminate("the test is over")
        with pytest.raises(WorkflowError) as ended:
            await execution.result()
        for verb in ("cancel", "terminate", "pause", "resume"):
            with pytest.raises(NotFoundError) as refused:
                await getattr(execution, verb)()
            assert str(refused.value) == f"the run {execution.id!r} has ended: there is nothing to {verb}"
    assert ended.value.state == "terminated"


async def test_a_run_started_by_hand_with_plain_json(do: TestDo, calls: list[str], serve: Serve) -> None:
    """What the Temporal command line or Web UI sends, plain JSON without the SDK's facts, starts a run all the same."""

    @do.workflow.create(name="by-hand", input=Order)
    async def by_hand(trigger: Trigger) -> Any:
        return [trigger.kind, trigger.payload.order_id, trigger.payload.amount]

    async with serve():
        client = (await do.connection()).client
        queue = do.settings.task_queue
        raw = await client.execute_workflow("by-hand", {"order_id": "o1"}, id=f"hand-{do.uuid()}", task_queue=queue)
        refused = await client.start_workflow("by-hand", {"amount": 1}, id=f"hand-{do.uuid()}", task_queue=queue)
        with pytest.raises(InputError, match="the input of workflow 'by-hand' does not fit: order_id: is required"):
            await do.workflows.get(refused.id).result()
    assert raw == ["direct", "o1", 1]
