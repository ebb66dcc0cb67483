"""Where a run stands and what can be done, in plain words; and pausing it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from dosdk_temporal import ConflictError, NotFoundError, Registry, Retry, Trigger, WorkflowError
from dosdk_temporal.testing import TestDo
from tests.live.command_line import dosdk, masked
from tests.live.waiting_facts import waits_for


async def _explained(do: TestDo, execution_id: str) -> list[str]:
    explanation = await do.workflows.explain(execution_id)
    return [masked(line) for line in (*explanation.sentences, *explanation.commands)]


async def test_a_run_says_what_it_waits_for_and_what_became_of_it(do: TestDo) -> None:
    """Nobody serves it; it waits for a person; a step is tried again later; it failed, and a retry goes on; it completed."""
    down = [True]

    @do.action.create(name="mail", retry=Retry(2, "50ms"))
    async def mail() -> str:
        if down[0]:
            raise ConnectionError("no route.")
        return "sent"

    @do.action.create(name="call", retry=Retry(2, "1h", max_delay="1h"))
    async def call() -> None:
        raise ConnectionError("engaged")

    @do.workflow.create(name="asks")
    async def asks(_: Trigger) -> Any:
        await do.wait_for_approval("manager", approvers=["ann", "bob"])
        return await do.action.run("mail")

    @do.workflow.create(name="calls")
    async def calls(_: Trigger) -> None:
        await do.action.run("call")

    queue = do.settings.task_queue
    asked, called = f"asks-{queue}", f"calls-{queue}"
    await do.workflows.start("asks", id=asked)
    alone = await _explained(do, asked)
    async with do.worker():
        await waits_for(do.workflows.get(asked), "manager")
        waiting = await _explained(do, asked)
        await do.workflows.start("calls", id=called)
        await waits_for(do.workflows.get(called), "call")
        retrying = await _explained(do, called)
        await do.approvals.decide(asked, "manager", approved=True, by="ann")
        with pytest.raises(WorkflowError):
            await do.workflows.get(asked).result()
        failed = await _explained(do, asked)
        down[0] = False
        await (await do.workflows.retry(asked)).result()
        completed = await _explained(do, asked)
        await do.workflows.get(called).terminate("enough")
        terminated = await _explained(do, called)
    asked, called = masked(asked), masked(called)
    begun = "has been going on since <time> UTC."
    assert alone == [
        f"Workflow 'asks' {begun}",
        f"No worker has asked task queue '{masked(queue)}' for work in the last minute: nothing moves until one does.",
        "It has waited for a worker to go on since <time> UTC.",
        f"dosdk worker MODULE --task-queue {masked(queue)}",
    ]
    assert waiting == [
        f"Workflow 'asks' {begun}",
        "It waits for the approval 'manager' of ann, bob, since <time> UTC.",
        f"dosdk approve {asked} manager --by ann",
        f"dosdk reject {asked} manager --by ann",
    ]
    assert retrying == [
        f"Workflow 'calls' {begun}",
        "Step 'call' is tried again at <time> UTC, attempt 2. Its last attempt failed with ConnectionError: engaged.",
    ]
    assert failed == [
        "Workflow 'asks' failed at <time> UTC in step 'mail' after 2 attempts: ConnectionError: no route.",
        "When its cause is gone, a retry goes on with step 'mail'; what completed before stands.",
        f"dosdk retry {asked}",
    ]
    assert completed[0].startswith("At <time> UTC an operator acted")
    assert "retried from step 'mail' by " in completed[0]
    assert completed[1:] == ["Workflow 'asks' completed at <time> UTC. There is nothing to do."]
    assert terminated == [
        "Workflow 'calls' was terminated at <time> UTC: enough. Nothing was undone.",
        "When its cause is gone, a retry goes on with step 'call'; what completed before stands.",
        f"dosdk retry {called}",
    ]


async def test_a_deploy_that_does_not_fit_is_named(do: TestDo) -> None:
    """A run whose recorded steps are not those of the new code says so, with Temporal's event."""

    def define(registry: Registry, first: str) -> None:
        do.registry = registry

        @do.action.create(name=first)
        async def act() -> str:
            return first

        @do.workflow.create(name="flow")
        async def flow(_: Trigger) -> Any:
            result = await do.action.run(first)
            await do.wait_for_approval("manager")
            return result

    old, new = Registry(), Registry()
    define(old, "charge")
    async with do.worker():
        execution = await do.workflows.start("flow")
        await waits_for(execution, "manager")
    define(new, "register")
    async with do.worker(max_cached_workflows=0):
        await execution.signal("wake-up")
        told: list[str] = []
        while not any("has failed" in line for line in told):
            told = await _explained(do, execution.id)
    await execution.terminate()
    trouble = next(line for line in told if "has failed" in line)
    assert trouble.startswith("Its workflow task has failed 1 time: ")
    assert "TMPRL1100" in trouble
    assert "register" in trouble
    assert (
        "The code that runs now does not fit what the run has recorded. It goes on by itself once a worker has code that fits: "
        "the code that began it, or a change that asks do.patched(id)."
    ) in told


async def test_a_paused_run_says_so_and_goes_on_when_resumed(do: TestDo) -> None:
    """Pausing and resuming, in Python and on the command line; what cannot be is told in one line."""

    @do.workflow.create(name="waits")
    async def waits(_: Trigger) -> str:
        return str((await do.wait_for_approval("manager")).by)

    async with do.worker():
        execution = await do.workflows.start("waits")
        await execution.pause("the bank is closed")
        explained = await dosdk(do, "explain", execution.id, "--json")
        with pytest.raises(ConflictError, match="is paused already"):
            await do.workflows.pause(execution.id)
        resumed = await dosdk(do, "resume", execution.id, "--reason", "it is open")
        with pytest.raises(ConflictError, match="is not paused"):
            await execution.resume()
        await execution.approve("manager", by="ann")
        assert await execution.result() == "ann"
        with pytest.raises(NotFoundError):
            await execution.pause()
        retried = await dosdk(do, "retry", execution.id)
    told = json.loads(explained.out)
    assert (told["id"], told["state"], told["commands"]) == (execution.id, "paused", [f"dosdk resume {execution.id}"])
    assert told["sentences"][0].endswith("paused: the bank is closed.")
    assert told["sentences"][1:] == [
        "Workflow 'waits' is paused: it keeps what comes for it, and goes on when it is resumed."
    ]
    assert resumed.out == f"{execution.id} goes on: 'dosdk status {execution.id}' shows where it stands\n"
    assert (retried.status, retried.out, "has completed: no step of it has failed for good" in retried.err) == (
        1,
        "",
        True,
    )
