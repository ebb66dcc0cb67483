"""Names that nobody, or only some worker, knows; and queues that nobody serves."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

import pytest

from dosdk_temporal import Do, NotFoundError, Registry, Trigger, WorkflowError
from dosdk_temporal.testing import TestDo


async def test_an_unknown_action_fails_and_leaves_nothing_running(do: TestDo) -> None:
    """An action that no worker has is a NotFoundError that names it and the one that may be meant."""

    @do.action.create(name="charge-card")
    async def charge() -> None: ...

    async with do.worker(unknown_grace="1s"):
        with pytest.raises(NotFoundError) as unknown:
            await do.action.run("charge-cart")
        client = (await do.connection()).client
        description = await client.get_activity_handle(str(unknown.value.execution_id)).describe()
    assert (str(unknown.value), unknown.value.action, description.status.name) == (
        f"no worker of task queue '{do.settings.task_queue}' has an action named 'charge-cart': did you mean 'charge-card'?",
        "charge-cart",
        "FAILED",
    )


async def test_an_unknown_workflow_fails_and_leaves_nothing_running(do: TestDo) -> None:
    """A workflow that no worker has is a NotFoundError; its run has failed."""
    async with do.worker(unknown_grace="1s"):
        execution = await do.workflows.start("nobody-has-this")
        with pytest.raises(NotFoundError) as unknown:
            await execution.result()
        state = (await execution.status()).state
    assert (str(unknown.value), state) == (
        (
            f"no worker of task queue '{do.settings.task_queue}' has a workflow named 'nobody-has-this': "
            "define it in a module that the worker loads"
        ),
        "failed",
    )


async def test_an_unknown_step_can_be_caught(do: TestDo) -> None:
    """In a handler an unknown action, and an unknown child, is a NotFoundError at the call."""

    @do.workflow.create(name="asks")
    async def asks(_: Trigger) -> list[str]:
        missing = []
        for call in (do.action.run("no-action"), do.workflows.execute("no-workflow")):
            try:
                await call
            except NotFoundError as error:
                missing.append(str(error.action or error.workflow))
        return missing

    async with do.worker(unknown_grace="1s"):
        assert await do.workflows.execute("asks") == ["no-action", "no-workflow"]


async def test_an_unknown_version_is_told(do: TestDo) -> None:
    """Asking for a version that is not there names the version; one that is there is served, and is in the status."""

    @do.action.create(name="price", version=1)
    async def first() -> int:
        return 1

    @do.action.create(name="price", version=2)
    async def second() -> int:
        return 2

    async with do.worker(unknown_grace="1s"):
        assert [await do.action.run("price"), await do.action.run("price@1"), await first.execute()] == [2, 1, 1]
        with pytest.raises(NotFoundError, match="has an action named 'price' in version 3: "):
            await do.action.run("price@3")


@pytest.mark.parametrize("kind", ["action", "workflow"])
async def test_a_rolling_deploy_loses_nothing(do: TestDo, dosdk_server: str, kind: str) -> None:
    """While an old worker that lacks a name and a new one that has it share a queue, every call ends well on the new one."""

    @do.action.create(name="new-action", retry=1)
    async def new_action(context: Any) -> int:
        return int(context.attempt)

    @do.workflow.create(name="new-workflow")
    async def new_workflow(_: Trigger) -> int:
        return 1

    old = Do(address=dosdk_server, task_queue=do.settings.task_queue, registry=Registry())
    call = do.action.run if kind == "action" else do.workflows.execute
    async with old.worker(unknown_grace="30s"), do.worker():
        results = await asyncio.gather(*(call(f"new-{kind}") for _ in range(8)))
    assert results == [1] * 8


async def test_with_no_worker_a_start_waits_and_the_caller_is_told_once(
    do: TestDo, caplog: pytest.LogCaptureFixture
) -> None:
    """Runs started while nobody polls, one and several at once, complete once a worker appears; the caller is told so, once."""

    @do.workflow.create(name="patient")
    async def patient(trigger: Trigger) -> Any:
        return trigger.payload

    starts = (do.workflows.start("patient", {"n": n}) for n in range(3))
    runs = [*await asyncio.gather(*starts), await do.workflows.start("patient", {"n": 3})]
    told = [
        record.message
        for record in caplog.records
        if record.name == "dosdk_temporal" and record.levelno == logging.WARNING
    ]
    async with do.worker():
        assert [await run.result() for run in runs] == [{"n": 0}, {"n": 1}, {"n": 2}, {"n": 3}]
    assert told == [
        (
            f"no worker has asked task queue '{do.settings.task_queue}' at {do.settings.address} for work in the last minute; "
            "what is started waits for one: start it with 'dosdk worker MODULE'"
        )
    ]


async def test_what_is_registered_later_is_served(do: TestDo) -> None:
    """A running worker serves an action and a workflow that are defined after its start."""
    async with do.worker():

        @do.action.create(name="later")
        async def later() -> str:
            return "late"

        @do.workflow.create(name="even-later")
        async def even_later(_: Trigger) -> str:
            return str(await do.action.run("later"))

        assert await do.workflows.execute("even-later") == "late"


async def test_a_non_deterministic_change_waits_for_the_right_code(do: TestDo, dosdk_server: str) -> None:
    """A deploy whose handler takes another path does not fail the run; it completes when fitting code is back."""
    definitions = Registry(), Registry()
    clients = [
        Do(address=dosdk_server, task_queue=do.settings.task_queue, registry=registry) for registry in definitions
    ]
    for client, pause in zip(clients, (0, 1), strict=True):

        def define(client: Do = client, pause: int = pause) -> None:
            async def effect() -> str:
                return "done"

            async def handler(_: Trigger) -> Any:
                if pause:
                    await client.sleep("1h")
                first = await client.action.run("effect")
                await client.wait_for_approval("go")
                return first

            client.action.create(name="effect", handler=effect)
            client.workflow.create(name="changes", handler=handler)

        define()
    right, wrong = clients
    async with right.worker():
        execution = await right.workflows.start("changes")
        while not (await execution.status()).waiting_for:
            pass
    handle = (await right.connection()).client.get_workflow_handle(execution.id)
    async with wrong.worker():
        await handle.signal("approve", {"name": "go", "by": "ann"})
        while not (await handle.describe()).raw_description.pending_workflow_task.attempt > 1:
            pass
        assert (await execution.status()).state == "waiting"
    async with right.worker():
        assert await execution.result() == "done"


async def test_a_run_that_is_not_there(do: TestDo) -> None:
    """Every question about an unknown id is a NotFoundError that names the namespace."""
    execution = do.workflows.get("no-such-run")
    for call in (execution.result, execution.status, execution.cancel, execution.terminate):
        with pytest.raises(NotFoundError, match="in namespace 'default'"):
            await call()


def test_work_failed_is_an_error_of_the_run() -> None:
    """A run's NotFoundError is no WorkflowError: nothing of the workflow has run."""
    assert not issubclass(NotFoundError, WorkflowError)
