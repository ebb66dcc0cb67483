"""The command line against a real server: held steps, listed, shown and resolved."""

from __future__ import annotations

import asyncio
import json

from dosdk_temporal import Retry, Trigger
from dosdk_temporal.testing import TestDo
from tests.live.command_line import dosdk


async def test_a_held_step_is_found_and_resolved(do: TestDo) -> None:
    """'approvals' and 'status' show it and the command; 'resolve' says what becomes of it, or why that is refused."""
    queue = do.settings.task_queue

    @do.action.create(name="charge", retry=Retry(1, on_exhausted="hold"))
    async def charge(amount: int) -> int:
        raise OSError("the bank is away")

    @do.workflow.create(name=f"sale-{queue}")
    async def sale(trigger: Trigger) -> int:
        return int(await do.action.run("charge", amount=7))

    async with do.worker():
        execution = await do.workflows.start(f"sale-{queue}", id=f"{queue}/sale")
        while not await do.approvals.list(workflow=f"sale-{queue}"):  # noqa: ASYNC110 - the server's index
            await asyncio.sleep(0.1)
        (listed,) = json.loads((await dosdk(do, "approvals", "--workflow", f"sale-{queue}", "--json")).out)
        assert (listed["kind"], listed["name"], listed["execution_id"]) == ("decision", "charge", execution.id)
        shown = (await dosdk(do, "status", execution.id)).out
        assert f"! {execution.id}  held" in shown
        assert f"dosdk resolve {execution.id} charge --retry --by YOU" in shown
        refused = await dosdk(do, "resolve", execution.id, "--skip", '"much"', "--by", "ann")
        assert (refused.status, refused.out) == (1, "")
        assert refused.err.startswith("dosdk: error: the value cannot be the output of the step")
        done = await dosdk(do, "resolve", execution.id, "charge", "--skip", "7", "--by", "ann")
        assert (done.status, done.err) == (0, "")
        assert done.out.startswith(f"{execution.id} charge is skipped by ann at ")
        assert await execution.result() == 7
