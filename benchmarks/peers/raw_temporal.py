"""The approval with Temporal's own SDK: only the approver may decide, once, in time, and learns whether it counted."""

from __future__ import annotations

import asyncio
import sys
from dataclasses import dataclass
from datetime import timedelta

from temporalio import workflow
from temporalio.client import Client
from temporalio.exceptions import ApplicationError
from temporalio.worker import Worker


# begin worker
@dataclass
class Decision:
    approved: bool
    by: str


@workflow.defn(name="fulfil-order")
class FulfilOrder:
    def __init__(self) -> None:
        self._decision: Decision | None = None

    @workflow.run
    async def run(self, order_id: str) -> dict[str, str | None]:
        try:
            await workflow.wait_condition(lambda: self._decision is not None, timeout=timedelta(days=3))
        except asyncio.TimeoutError:
            return {"status": "rejected", "by": None}
        assert self._decision is not None
        return {"status": "approved" if self._decision.approved else "rejected", "by": self._decision.by}

    @workflow.update
    def decide(self, decision: Decision) -> None:
        self._decision = decision

    @decide.validator
    def check(self, decision: Decision) -> None:
        if decision.by != "ann":
            raise ApplicationError(f"{decision.by} may not decide")
        if self._decision is not None:
            raise ApplicationError("decided already")


async def serve(address: str) -> None:
    client = await Client.connect(address)
    await Worker(client, task_queue="orders", workflows=[FulfilOrder]).run()


# end worker


# begin decider
async def approve(address: str, execution_id: str) -> None:
    client = await Client.connect(address)
    handle = client.get_workflow_handle(execution_id)
    await handle.execute_update(FulfilOrder.decide, Decision(approved=True, by="ann"))


# end decider

if __name__ == "__main__":
    asyncio.run(approve(*sys.argv[1:]))
