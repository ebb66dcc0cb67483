"""Doing a run again from one of its steps."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from dosdk_temporal import (
    ActionContext,
    ActionNestingError,
    ConflictError,
    InputError,
    NotFoundError,
    Trigger,
    WorkflowError,
)
from dosdk_temporal.testing import TestDo
from tests.live.waiting_facts import waits_for


class Business:
    """Three actions that count their effects; those in ``broken`` fail."""

    def __init__(self, do: TestDo) -> None:
        self.effects: list[str] = []
        self.keys: list[str] = []
        self.broken: set[str] = set()
        for name in ("register", "mail", "call"):
            do.action.create(name=name, handler=self._handler(name), retry=1)

    def _handler(self, name: str) -> Any:
        async def handler(context: ActionContext) -> str:
            self.effects.append(name)
            self.keys.append(context.idempotency_key)
            if name in self.broken:
                raise ConnectionError(f"{name} is down")
            return f"{name} done"

        return handler


@pytest.fixture
def business(do: TestDo) -> Business:
    """The actions of ``do``."""
    return Business(do)


async def test_a_run_goes_on_at_the_step_that_failed(do: TestDo, serve: Callable[..., Any], business: Business) -> None:
    """What completed stands, a decision too; the step runs again under its own key; the id stays, and the record tells."""

    @do.workflow.create(name="onboards")
    async def onboards(_: Trigger) -> list[Any]:
        first = await do.action.run("register")
        decision = await do.wait_for_approval("manager")
        return [first, decision.by, await do.action.run("mail"), await do.action.run("call")]

    business.broken = {"mail"}
    async with serve():
        execution = await do.workflows.start("onboards")
        await execution.approve("manager", by="ann")
        with pytest.raises(WorkflowError, match="mail is down"):
            await execution.result()
        failed = await execution.status()
        business.broken = set()
        again = await do.workflows.retry(execution.id, reason="mail is back")
        assert await again.result() == ["register done", "ann", "mail done", "call done"]
        status = await again.status(include_audit_trail=True)
    assert business.effects == ["register", "mail", "mail", "call"]
    assert business.keys[1] == business.keys[2] == f"{failed.run_id}/mail"
    assert (status.id, status.state, status.run_id != failed.run_id) == (failed.id, "completed", True)
    operated = [entry.detail for entry in status.audit_trail or () if entry.event == "operator"]
    assert len(operated) == 1
    assert operated[0].startswith(f"reset from run {failed.run_id}: retried from step 'mail' by ")
    assert operated[0].endswith(": mail is back")


async def test_a_service_that_stopped_at_its_second_step_resumes_there(
    do: TestDo, serve: Callable[..., Any], business: Business
) -> None:
    """A service with steps goes on at the failed one, and gives the outputs of all."""
    steps = [{"action": name} for name in ("register", "mail", "call")]
    service = do.service.create(name="signs-up", steps=steps)
    business.broken = {"mail"}
    async with serve():
        execution = await service.start({})
        with pytest.raises(WorkflowError):
            await execution.result()
        business.broken = set()
        await execution.retry()
        assert await execution.result() == {name: f"{name} done" for name in ("register", "mail", "call")}
    assert business.effects == ["register", "mail", "mail", "call"]


async def test_from_an_earlier_step_what_follows_runs_again(
    do: TestDo, serve: Callable[..., Any], business: Business
) -> None:
    """From a named step all runs again, of a completed run too; keyed steps answer from their record, decisions count again."""

    @do.workflow.create(name="onboards")
    async def onboards(trigger: Trigger) -> list[Any]:
        await do.action.run("register")
        first = await do.action.run("mail", idempotency_key=trigger.payload)
        decision = await do.wait_for_approval("manager")
        return [first, decision.by, await do.action.run("call")]

    async with serve():
        execution = await do.workflows.start("onboards", do.settings.task_queue)
        await execution.approve("manager", by="ann")
        done = ["mail done", "ann", "call done"]
        assert await execution.result() == done
        await execution.retry("register")
        assert await execution.result() == done
        await execution.retry("call")
        assert await execution.result() == done
    assert business.effects == ["register", "mail", "call", "register", "call", "call"]
    assert len(set(business.keys)) == 3


async def test_a_run_that_goes_on_is_taken_back_when_a_step_is_named(do: TestDo, business: Business) -> None:
    """A run that waits is not retried by itself; with a step named it is stopped and begins there again."""

    @do.workflow.create(name="waits")
    async def waits(_: Trigger) -> str:
        await do.action.run("register")
        return str((await do.wait_for_approval("manager")).by)

    async with do.worker():
        execution = await do.workflows.start("waits")
        await waits_for(execution, "manager")
        with pytest.raises(
            InputError, match="no step of it has failed for good; from_step= names the one to do again, of 'reg"
        ):
            await execution.retry()
        await execution.retry("register")
        await execution.approve("manager", by="ann")
        assert await execution.result() == "ann"
    assert business.effects == ["register", "register"]


async def test_cancelled_and_broken_runs_go_on_too(do: TestDo, business: Business) -> None:
    """A cancelled run goes on, the cancellation forgotten; one whose own code failed goes on where it ended."""
    wrong = [True]

    @do.workflow.create(name="waits")
    async def waits(_: Trigger) -> str:
        await do.action.run("register")
        decision = await do.wait_for_approval("manager")
        if wrong[0]:
            raise LookupError("no such manager")
        return str(decision.by)

    async with do.worker():
        execution = await do.workflows.start("waits")
        await waits_for(execution, "manager")
        await execution.cancel()
        with pytest.raises(WorkflowError, match="cancelled"):
            await execution.result()
        await execution.retry()
        await execution.approve("manager", by="ann")
        with pytest.raises(WorkflowError, match="no such manager"):
            await execution.result()
        wrong[0] = False
        await execution.retry()
        assert await execution.result() == "ann"
    assert business.effects == ["register"]


async def test_children_of_a_retried_run(do: TestDo, business: Business) -> None:
    """A child that completed before stands; one that was left running and is reached again is the same child."""

    @do.workflow.create(name="child")
    async def child(trigger: Trigger) -> str:
        if trigger.payload == "waits":
            return str((await do.wait_for_approval("manager")).by)
        return str(await do.action.run("register"))

    @do.workflow.create(name="parent")
    async def parent(_: Trigger) -> list[Any]:
        first = await do.workflows.execute("child", "runs")
        await do.action.run("mail")
        left: Any = await do.workflows.start("child", "waits")
        second = await do.action.run("call")
        return [first, second, await left.result()]

    business.broken = {"call"}
    async with do.worker():
        execution = await do.workflows.start("parent")
        with pytest.raises(WorkflowError, match="call is down"):
            await execution.result()
        business.broken = set()
        await execution.retry("mail")
        while "call" not in [step.id for step in (await execution.status()).steps]:  # noqa: ASYNC110 - a worker makes it so
            await asyncio.sleep(0.02)
        left = do.workflows.get(f"{execution.id}/child#2")
        await left.approve("manager", by="ann")
        assert await execution.result() == ["register done", "call done", "ann"]
    assert business.effects == ["register", "mail", "call", "mail", "call"]


async def test_a_keyed_step_that_waited_for_anothers_failed_run_asks_again(do: TestDo, business: Business) -> None:
    """Two runs share a key whose execution fails: each is retried, and the key's action runs once more for both."""

    @do.workflow.create(name="mails")
    async def mails(trigger: Trigger) -> str:
        return str(await do.action.run("mail", idempotency_key=trigger.payload))

    business.broken = {"mail"}
    key = do.settings.task_queue
    async with do.worker():
        executions = [await do.workflows.start("mails", key) for _ in range(2)]
        for execution in executions:
            with pytest.raises(WorkflowError, match="mail is down"):
                await execution.result()
        business.broken, business.effects = set(), []
        for execution in executions:
            await execution.retry()
        assert [await execution.result() for execution in executions] == ["mail done"] * 2
    assert business.effects == ["mail"]


async def test_what_was_undone_is_not_taken_for_done(do: TestDo, business: Business) -> None:
    """A run that undid a step is not retried from a later one; from the undone one it is."""

    async def unregister() -> None:
        business.effects.append("undone")

    @do.workflow.create(name="saga")
    async def saga(_: Trigger) -> str:
        await do.action.run("register", compensate=unregister)
        return str(await do.action.run("mail"))

    business.broken = {"mail"}
    async with do.worker():
        execution = await do.workflows.start("saga")
        with pytest.raises(WorkflowError, match="mail is down"):
            await execution.result()
        business.broken = set()
        with pytest.raises(
            ConflictError, match="has undone 'register', which would be taken for done: retry it from 'register'"
        ):
            await execution.retry()
        await execution.retry("register")
        assert await execution.result() == "mail done"
    assert business.effects == ["register", "mail", "undone", "register", "mail"]


async def test_what_cannot_be_retried_is_told(do: TestDo, business: Business) -> None:
    """No such run or step, a completed run, a step that follows a failure, an action that tries it."""

    @do.workflow.create(name="calls")
    async def calls(_: Trigger) -> str:
        return str(await do.action.run("call"))

    @do.action.create(name="steers", retry=1)
    async def steers(id: str) -> None:  # noqa: A002 - the contract's name
        await do.workflows.retry(id)

    async with do.worker():
        execution = await do.workflows.start("calls")
        await execution.result()
        with pytest.raises(
            InputError, match=r"has completed: no step of it has failed for good; from_step= names .* of 'call'"
        ):
            await execution.retry()
        with pytest.raises(NotFoundError, match="has begun no step 'cal': did you mean 'call'"):
            await execution.retry("cal")
        with pytest.raises(NotFoundError, match="has begun no step 'nothing': there are 'call'"):
            await execution.retry("nothing")
        with pytest.raises(InputError, match="step 'call:compensate' follows the failure of another"):
            await execution.retry("call:compensate")
        with pytest.raises(NotFoundError):
            await do.workflows.retry("no-such-run")
        with pytest.raises(ActionNestingError):
            await do.action.run("steers", {"id": execution.id})
    assert business.effects == ["call"]
