"""Outside: the work of ``order`` through the SDK."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from benchmarks.order import ACTIONS, Order
from dosdk_temporal import Do, Registry, Trigger

__all__ = ["WORKFLOW", "client", "serving"]

WORKFLOW = "six-actions"


def client(address: str) -> Do:
    """A client with the six actions and their workflow in a registry of its own."""
    do = Do(address=address, task_queue="ours", registry=Registry())
    for handler in ACTIONS:
        do.action.create(name=handler.__name__, handler=handler)

    @do.workflow.create(name=WORKFLOW, input=Order)
    async def six_actions(trigger: Trigger) -> int:
        order, paid = trigger.payload, 0
        for step in ("reserve", "charge", "pack", "label", "ship", "notify"):
            receipt = await do.action.run(step, order)
            paid += receipt.amount
        return paid

    return do


@asynccontextmanager
async def serving(address: str) -> AsyncIterator[Callable[[Order], Awaitable[object]]]:
    """Give what runs one order through the SDK, a worker serving it in this process."""
    async with client(address) as do, do.worker():
        yield lambda order: do.workflows.execute(WORKFLOW, order)
