"""Going on as a new run: nothing that came is lost, and who waits for the run does not notice."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest

from dosdk_temporal import DefinitionError, InputError, PayloadTooLargeError, Trigger, WorkflowError
from dosdk_temporal._server import EmbeddedServer
from dosdk_temporal.testing import TestDo, leave_database_open
from tests.live.waiting_facts import handle_of, recorded, refusal, waits_for

Serve = Callable[..., Any]


@pytest.fixture(scope="module")
def dosdk_server() -> Iterator[str]:
    """A server that finds a history of 60 events long."""
    flags = ("--dynamic-config-value", "limit.historyCount.suggestContinueAsNew=60")
    with asyncio.Runner() as runner:
        server = EmbeddedServer(ui=False, extra_flags=flags)
        runner.run(server.start())
        runner.run(leave_database_open(server.address))
        try:
            yield server.address
        finally:
            runner.run(server.stop())


async def test_a_loop_loses_no_signal(do: TestDo, serve: Serve) -> None:
    """A hundred and twenty rounds in six runs, with signals sent all the while: each is read once, in the order it was sent."""

    @do.workflow.create(name="loops")
    async def loops(trigger: Trigger) -> Any:
        heard, notes = trigger.payload, do.signals("note")
        while len(heard) < 120:
            heard.append(await anext(notes))
            if len(heard) % 20 == 0:
                await do.continue_as_new(heard)
        return heard

    async with serve():
        execution = await do.workflows.start("loops", [])
        for number in range(120):
            await execution.signal("note", number)
        assert await execution.result() == list(range(120))


async def test_decisions_go_along(do: TestDo, serve: Serve) -> None:
    """An early decision counts in a later run; what was decided in an earlier one is answered there; numbers go on."""

    @do.workflow.create(name="loops")
    async def loops(trigger: Trigger) -> Any:
        count, by = trigger.payload["count"], trigger.payload["by"]
        decision = await do.wait_for_approval("manager" if count < 2 else "legal")
        by.append(decision.by)
        if count < 2:
            await do.continue_as_new({"count": count + 1, "by": by})
        await do.wait_for_approval("end")
        return by

    async with serve():
        execution = await do.workflows.start("loops", {"count": 0, "by": []})
        await waits_for(execution, "manager")
        assert (await execution.approve("legal", by="lea")).state == "kept"
        first = await execution.approve("manager", by="ann")
        await waits_for(execution, "manager#2")
        second = await execution.approve("manager", by="bob")
        await waits_for(execution, "end")
        assert (first.name, second.name) == ("manager", "manager#2")
        assert await execution.approve("manager#2", by="bob") == second.__class__(**{**vars(second), "open": ("end",)})
        assert (await refusal(execution.reject("manager", by="ann"))).startswith("'manager#2' is decided already")
        assert (await refusal(execution.reject("legal", by="ann"))).startswith("'legal' is decided already")
        await execution.approve("end")
        assert await execution.result() == ["ann", "bob", "lea"]


async def test_a_question_that_is_open_is_asked_again(do: TestDo, serve: Serve) -> None:
    """It is no longer shown when its run ends; the next asks under the same name, and a decision sent before that counts."""

    @do.workflow.create(name="twice")
    async def twice(trigger: Trigger) -> Any:
        if trigger.payload["first"]:
            question = asyncio.ensure_future(do.wait_for_approval("manager"))
            await anext(do.signals("next"))
            assert not question.done()
            await do.continue_as_new({"first": False})
        await anext(do.signals("next"))
        return (await do.wait_for_approval("manager")).by

    async with serve():
        execution = await do.workflows.start("twice", {"first": True})
        await waits_for(execution, "manager")
        await execution.signal("next")
        await waits_for(execution)
        assert (await execution.approve("manager", by="ann")).state == "kept"
        await execution.signal("next")
        assert await execution.result() == "ann"
        assert await recorded(do, execution) == [
            {"kind": "approval", "name": "manager", "state": "approved", "by": "ann"}
        ]


async def test_signals_of_all_names_go_along(do: TestDo, serve: Serve) -> None:
    """What nobody has read is there in the next run, before what comes later."""

    @do.workflow.create(name="twice")
    async def twice(trigger: Trigger) -> Any:
        if trigger.payload["first"]:
            await anext(do.signals("go"))
            await do.continue_as_new({"first": False})
        await anext(do.signals("go"))
        return [[await anext(do.signals(name)) for _ in range(2)] for name in ("a", "b")]

    async with serve():
        execution = await do.workflows.start("twice", {"first": True})
        for name, payload in (("a", 1), ("b", 2), ("a", 3), ("go", None), ("b", 4), ("go", None)):
            await execution.signal(name, payload)
        assert await execution.result() == [[1, 3], [2, 4]]


async def test_the_trigger_and_the_input_stay(do: TestDo, serve: Serve) -> None:
    """The next run knows what started the first; only its payload is another; the result is the last run's."""

    @do.workflow.create(name="counts")
    async def counts(trigger: Trigger) -> Any:
        told = [trigger.kind, trigger.name, trigger.id, trigger.time.isoformat()]
        seen = [*trigger.payload.get("seen", []), told]
        if len(seen) < 3:
            await do.continue_as_new({"seen": seen})
        return seen

    async with serve():
        execution = await do.workflows.start("counts", {})
        first, *others = await execution.result()
        assert others == [first, first]
        assert (first[0], first[1], first[2]) == ("direct", None, execution.id)
        status = await execution.status()
        assert (status.state, len(status.input["seen"])) == ("completed", 2)


async def test_the_timeout_is_of_the_chain(do: TestDo, serve: Serve, time_skipper: Any) -> None:
    """A workflow's timeout runs from the first run's start, over all that follow."""
    ended: list[timedelta] = []

    @do.workflow.create(name="for-ever", timeout="5d")
    async def for_ever(trigger: Trigger) -> None:
        try:
            await do.sleep("3d")
        except asyncio.CancelledError:
            ended.append(do.now() - trigger.time)
            raise
        await do.continue_as_new({"count": trigger.payload["count"] + 1})

    async with serve():
        execution = await do.workflows.start("for-ever", {"count": 0})
        with pytest.raises(WorkflowError, match="did not complete within its timeout of 432000 s") as failed:
            await execution.result()
        assert (failed.value.state, (await execution.status()).input) == ("timed_out", {"count": 1})
    assert timedelta(days=5) <= ended[-1] < timedelta(days=5, minutes=1)


async def test_only_when_the_server_suggests_it(do: TestDo, serve: Serve) -> None:
    """With if_suggested a loop goes on in one run until the server finds its history long, and nothing is lost by it."""

    @do.workflow.create(name="loops")
    async def loops(trigger: Trigger) -> Any:
        heard, runs = trigger.payload["heard"], trigger.payload["runs"]
        async for note in do.signals("note"):
            heard.append(note)
            if len(heard) == 100:
                return [heard, runs]
            await do.continue_as_new({"heard": heard, "runs": runs + 1}, if_suggested=True)
        return None

    async with serve():
        execution = await do.workflows.start("loops", {"heard": [], "runs": 1})
        for number in range(100):
            await execution.signal("note", number)
        heard, runs = await execution.result()
    assert heard == list(range(100))
    assert 2 <= runs <= 12


async def test_what_is_too_large_to_go_along(do: TestDo, serve: Serve) -> None:
    """More unread signals than Temporal carries end the run with what to do; so does a payload that is too large."""

    @do.workflow.create(name="hoards")
    async def hoards(trigger: Trigger) -> None:
        await anext(do.signals("go"))
        await do.continue_as_new(trigger.payload["next"] * 2_200_000)

    async with serve():
        execution = await do.workflows.start("hoards", {"next": ""})
        for _ in range(3):
            await execution.signal("note", "x" * 900_000)
        await execution.signal("go")
        with pytest.raises(WorkflowError, match="signals and decisions that came and that nobody read") as failed:
            await execution.result()
        assert failed.value.type == PayloadTooLargeError.__name__
        execution = await do.workflows.start("hoards", {"next": "x"})
        await execution.signal("go")
        with pytest.raises(WorkflowError, match="at most 2,080,768 are carried") as failed:
            await execution.result()
        assert failed.value.type == PayloadTooLargeError.__name__


async def test_what_the_next_run_does_not_take(do: TestDo, serve: Serve) -> None:
    """A payload that JSON cannot say fails the run where it stands; outside a handler there is nothing to go on."""

    @do.workflow.create(name="goes-on")
    async def goes_on(trigger: Trigger) -> None:
        await do.continue_as_new({"set": object()})

    async with serve():
        with pytest.raises(WorkflowError, match="cannot be written as JSON at set") as failed:
            await do.workflows.execute("goes-on")
    assert failed.value.type == InputError.__name__
    with pytest.raises(DefinitionError, match="only a workflow's handler can continue as new"):
        await do.continue_as_new()


async def test_the_chain_is_one_execution(do: TestDo, serve: Serve) -> None:
    """Its id stays, and each run has its own history, short enough to go on for ever."""

    @do.workflow.create(name="chain")
    async def chain(trigger: Trigger) -> int:
        count = trigger.payload["count"]
        if count < 4:
            await do.continue_as_new({"count": count + 1})
        return int(count)

    async with serve():
        execution = await do.workflows.start("chain", {"count": 0}, id=f"chain-{do.uuid()}")
        handle = await handle_of(do, execution)
        first = (await handle.describe()).raw_description.workflow_execution_info.first_run_id
        assert await execution.result() == 4
        described = await handle.describe()
        assert (described.id, described.raw_description.workflow_execution_info.first_run_id) == (execution.id, first)
        assert described.history_length < 10
