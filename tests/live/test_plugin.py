"""The SDK beside a team's own Temporal code."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.worker import Replayer, Worker

from dosdk_temporal import Trigger
from dosdk_temporal.plugin import DoPlugin
from dosdk_temporal.testing import TestDo


@activity.defn
async def own_activity(name: str) -> str:
    """A team's own activity."""
    return f"own {name}"


@workflow.defn
class OwnWorkflow:
    """A team's own workflow, in Temporal's sandbox."""

    @workflow.run
    async def run(self, name: str) -> str:
        """Call the team's own activity."""
        return await workflow.execute_activity(own_activity, name, start_to_close_timeout=timedelta(seconds=10))


async def test_a_teams_own_worker_serves_both(do: TestDo, dosdk_server: str) -> None:
    """A worker of the team's own with the plugin runs its workflow and activity, and the SDK's workflow and action."""

    @do.action.create(name="add")
    async def add(a: int) -> int:
        return a + 1

    @do.workflow.create(name="adds")
    async def adds(trigger: Trigger) -> Any:
        return await do.action.run("add", trigger.payload)

    client = await Client.connect(dosdk_server, plugins=[DoPlugin(do.registry)])
    queue = do.settings.task_queue
    async with Worker(client, task_queue=queue, workflows=[OwnWorkflow], activities=[own_activity]):
        assert await do.workflows.execute("adds", {"a": 1}) == 2
        assert await client.execute_workflow(OwnWorkflow.run, "x", id=f"own-{do.uuid()}", task_queue=queue) == "own x"


async def test_a_recorded_history_replays_offline(do: TestDo) -> None:
    """A run's history replays against the code without a server, and a changed handler is found."""
    steps = ["one", "two"]

    @do.action.create(name="effect")
    async def effect(name: str) -> str:
        return name

    @do.workflow.create(name="recorded")
    async def recorded(_: Trigger) -> list[str]:
        return [await do.action.run("effect", {"name": name}, retry=1) for name in steps]

    async with do.worker():
        execution = await do.workflows.start("recorded")
        await execution.result()
    history = await (await do.connection()).client.get_workflow_handle(execution.id).fetch_history()
    replayer = Replayer(workflows=[OwnWorkflow], plugins=[DoPlugin(do.registry)])
    assert (await replayer.replay_workflow(history)).replay_failure is None
    steps.insert(0, "zero")
    found = await replayer.replay_workflow(history, raise_on_replay_failure=False)
    assert "[TMPRL1100]" in str(found.replay_failure)
