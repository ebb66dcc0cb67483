"""Compensation: a run that fails, is cancelled or takes too long is undone, the last step first."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from typing import Any

import pytest

from dosdk_temporal import ActionContext, ActionError, Execution, OutputError, Retry, Trigger, WorkflowError
from dosdk_temporal.testing import TestDo
from tests.live.ledger import Ledger, undone

Serve = Callable[..., Any]


@pytest.fixture
async def ledger(do: TestDo) -> Ledger:
    """What is done and undone."""
    return Ledger(do)


async def sleeps(run: Execution) -> None:
    """Until the run sleeps."""
    while not any(wait.kind == "timer" for wait in (await run.status()).waiting_for):  # noqa: ASYNC110 - the server's
        await asyncio.sleep(0.02)


async def cancel_is_seen(run: Execution) -> None:
    """Until the run's worker has taken note of its cancellation."""
    handle = (await run._connect()).client.get_workflow_handle(run.id)
    while True:
        events = [event.WhichOneof("attributes") for event in (await handle.fetch_history()).events]
        asked = events.index("workflow_execution_cancel_requested_event_attributes")
        if "workflow_task_completed_event_attributes" in events[asked:]:
            return
        await asyncio.sleep(0.02)


async def test_a_run_that_fails_is_undone(do: TestDo, ledger: Ledger, serve: Serve) -> None:
    """Its completed steps are undone in reverse order, whoever waits gets the error that ended it, and the status tells both."""

    @do.workflow.create(name="trip")
    async def trip(_: Trigger) -> None:
        for what in ("flight", "stone", "hotel"):
            await do.action.run("book", {"what": what})
        await do.action.run("fail")

    async with serve():
        run = await do.workflows.start("trip")
        with pytest.raises(WorkflowError) as failed:
            await run.result()
        status = await run.status()
    assert str(failed.value) == (
        "workflow 'trip' failed in step 'fail': action 'fail' failed after 1 attempt: ValueError: sold out"
    )
    assert ledger.lines[3:] == undone("hotel", "stone", "flight")
    assert [(step.id, step.name, step.state) for step in status.steps] == [
        ("book", "book", "compensated"),
        ("book#2", "book", "compensation_failed"),
        ("book#3", "book", "compensated"),
        ("fail", "fail", "failed"),
        ("book#3:compensate", "book:compensate", "completed"),
        ("book#2:compensate", "book:compensate", "failed"),
        ("book:compensate", "book:compensate", "completed"),
    ]


async def test_a_run_that_ends_well_is_not_undone(do: TestDo, ledger: Ledger, serve: Serve) -> None:
    """Where the handler catches an error and returns, all that was done stands."""

    @do.workflow.create(name="trip")
    async def trip(_: Trigger) -> str:
        await do.action.run("book", {"what": "flight"})
        try:
            await do.action.run("fail")
        except ActionError:
            return "by train"
        return "by air"

    async with serve():
        assert await do.workflows.execute("trip") == "by train"
    assert ledger.lines == [("book", "flight")]


@pytest.mark.parametrize("ending", ["cancelled", "cancelled twice", "timed out"])
async def test_a_run_that_is_ended_is_undone(do: TestDo, ledger: Ledger, serve: Serve, ending: str) -> None:
    """A cancelled run, and one that passes its own timeout, is undone to its end, whatever is cancelled meanwhile."""
    undoing, go_on = asyncio.Event(), asyncio.Event()
    loop = asyncio.get_running_loop()

    async def undo(input: dict[str, Any]) -> None:  # noqa: A002 - what is told
        loop.call_soon_threadsafe(undoing.set)
        while not go_on.is_set():  # noqa: ASYNC110 - an event of another loop
            await asyncio.sleep(0.01)
        ledger.lines.append(("undo", input["what"]))

    do.action.create(name="reserve", handler=lambda what: ledger.lines.append(("reserve", what)), compensate=undo)

    @do.workflow.create(name="trip", timeout="200ms" if ending == "timed out" else None)
    async def trip(_: Trigger) -> None:
        await do.action.run("reserve", {"what": "flight"})
        await do.action.run("reserve", {"what": "hotel"})
        await do.sleep("30d")

    async with serve():
        run = await do.workflows.start("trip")
        if ending != "timed out":
            await sleeps(run)
            await run.cancel()
        await undoing.wait()
        if ending == "cancelled twice":
            await run.cancel()
        go_on.set()
        with pytest.raises(WorkflowError) as ended:
            await run.result()
    assert ended.value.state == ("timed_out" if ending == "timed out" else "cancelled")
    assert ledger.lines[2:] == [("undo", "hotel"), ("undo", "flight")]


async def test_a_step_in_flight_is_waited_for(do: TestDo, ledger: Ledger, serve: Serve) -> None:
    """A step that is cancelled in flight is undone when it has ended, never while it is at work, as one of unknown outcome."""
    gone = asyncio.Event()
    loop = asyncio.get_running_loop()

    def undo(output: str | None, outcome: str) -> None:
        ledger.lines.append(("undo", gone.is_set(), output, outcome))

    @do.action.create(name="charge", compensate=undo, heartbeat="300ms")
    async def charge() -> str:
        ledger.reach()
        try:
            await asyncio.Event().wait()
        finally:
            loop.call_soon_threadsafe(gone.set)
        return "charged"

    @do.workflow.create(name="pays")
    async def pays(_: Trigger) -> None:
        await do.action.run("charge")

    async with serve():
        run = await do.workflows.start("pays")
        await ledger.reached.wait()
        await run.cancel()
        with pytest.raises(WorkflowError, match="was cancelled"):
            await run.result()
        status = await run.status()
    assert ledger.lines == [("undo", True, None, "unknown")]
    assert (status.state, [(step.id, step.state) for step in status.steps]) == (
        "cancelled",
        [("charge", "compensated"), ("charge:compensate", "completed")],
    )


async def test_what_has_an_unknown_outcome(do: TestDo, ledger: Ledger, serve: Serve) -> None:
    """A step that passed its timeout in any attempt is undone as unknown; one whose handler refused is not undone at all."""

    def undo(input: dict[str, Any], outcome: str) -> None:  # noqa: A002 - what is told
        ledger.lines.append((input["how"], outcome))

    @do.action.create(name="try", compensate=undo, timeout="100ms", retry=Retry(2, "1ms"))
    async def attempt(how: str, context: ActionContext) -> Any:
        if how == "hangs" or (how == "hangs once" and context.attempt == 1):
            await asyncio.Event().wait()
        if how == "does not know":
            raise TimeoutError("the bank did not answer")
        if how == "cannot be told":
            return object()
        raise ValueError("refused")

    hows = ["hangs", "hangs once", "does not know", "cannot be told", "refuses"]

    @do.workflow.create(name="tries")
    async def tries(_: Trigger) -> None:
        for how in hows:
            with contextlib.suppress(ActionError, OutputError):
                await do.action.run("try", {"how": how})
        await do.action.run("fail")

    async with serve():
        with pytest.raises(WorkflowError, match="sold out"):
            await do.workflows.execute("tries")
    assert ledger.lines == [(how, "unknown") for how in reversed(hows[:-1])]


async def test_a_compensation_has_retries_of_its_own(do: TestDo, ledger: Ledger, serve: Serve) -> None:
    """What undoes a step is tried again by its own strategy, under a key of its own."""

    @do.action.create(name="refund", retry=Retry(4, "1ms"))
    async def refund(output: str, context: ActionContext) -> None:
        ledger.lines.append((context.action, context.step, context.attempt, output, context.idempotency_key[36:]))
        if context.attempt < 4:
            raise ConnectionError("no line")

    do.action.create(name="charge", handler=lambda: "receipt", compensate=refund)

    @do.workflow.create(name="pays")
    async def pays(_: Trigger) -> None:
        await do.action.run("charge")
        await do.action.run("fail")

    async with serve():
        with pytest.raises(WorkflowError, match="sold out"):
            await do.workflows.execute("pays")
    told = ("refund", "charge:compensate")
    assert ledger.lines == [(*told, n, "receipt", "/charge:compensate") for n in (1, 2, 3, 4)]


async def test_steps_at_once(do: TestDo, ledger: Ledger, serve: Serve) -> None:
    """Steps at once are undone in the reverse of the order in which they ended; one left over is ended first, and is the last."""

    @do.workflow.create(name="trip")
    async def trip(_: Trigger) -> None:
        async def dawdle() -> None:
            await do.action.run("book", {"what": "slow"})
            await do.action.run("book", {"what": "never"})

        async def give_up() -> None:
            await do.action.run("book", {"what": "hotel"})
            await do.wait_for_event("go")
            await do.action.run("fail")

        await asyncio.gather(dawdle(), give_up())

    async with serve():
        run = await do.workflows.start("trip")
        await ledger.reached.wait()
        await do.events.emit("go")
        with pytest.raises(WorkflowError, match="sold out"):
            await run.result()
    assert ledger.lines[2:] == [("undo", "slow", None, "unknown"), *undone("hotel")]


async def test_a_block(do: TestDo, ledger: Ledger, serve: Serve) -> None:
    """A block that raises is undone and the handler may go on; what one has done that ended well stands, whatever comes then."""

    @do.workflow.create(name="trip")
    async def trip(_: Trigger) -> None:
        await do.action.run("book", {"what": "insurance"})
        try:
            async with do.saga():
                async with do.saga():
                    await do.action.run("book", {"what": "flight"})
                await do.action.run("book", {"what": "hotel"})
                await do.action.run("fail")
        except ActionError:
            await do.action.run("book", {"what": "refunded"})
        async with do.saga(), do.saga():
            await do.action.run("book", {"what": "train"})
        await do.action.run("fail")

    async with serve():
        with pytest.raises(WorkflowError, match="sold out"):
            await do.workflows.execute("trip")
    assert ledger.lines == [
        *(("book", what) for what in ("insurance", "flight", "hotel")),
        *undone("hotel", "flight"),
        *(("book", what) for what in ("refunded", "train")),
        *undone("refunded", "insurance"),
    ]


async def test_a_cancellation_is_not_lost_in_a_block(do: TestDo, ledger: Ledger, serve: Serve) -> None:
    """A run that is cancelled while a block is undone ends as cancelled, though the handler meant to go on."""

    async def undo() -> None:
        await ledger.passed()
        ledger.lines.append("undone")

    do.action.create(name="reserve", handler=lambda: None, compensate=undo)

    @do.workflow.create(name="trip")
    async def trip(_: Trigger) -> None:
        with contextlib.suppress(ActionError):
            async with do.saga():
                await do.action.run("reserve")
                await do.action.run("fail")
        await do.action.run("book", {"what": "never"})

    async with serve():
        run = await do.workflows.start("trip")
        await ledger.reached.wait()
        await run.cancel()
        await cancel_is_seen(run)
        ledger.open.set()
        with pytest.raises(WorkflowError) as cancelled:
            await run.result()
    assert (cancelled.value.state, ledger.lines) == ("cancelled", ["undone"])
