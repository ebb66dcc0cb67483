"""Outside: the work of ``order`` on temporalio alone."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from uuid import uuid4

from temporalio import activity
from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.worker import UnsandboxedWorkflowRunner, Worker, WorkflowRunner
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner

from benchmarks.by_hand_workflow import SixActions
from benchmarks.order import ACTIONS, Order

__all__ = ["serving"]

_SLOTS = 100
_ACTIVITIES = [activity.defn(name=handler.__name__)(handler) for handler in ACTIONS]


@asynccontextmanager
async def serving(
    address: str, queue: str, *, sandboxed: bool = False, eager: bool = True
) -> AsyncIterator[Callable[[Order], Awaitable[object]]]:
    """Give what runs one order by hand, a worker serving it in this process.

    Args:
        address: of the server.
        queue: the task queue, one for each variant of a run.
        sandboxed: whether workflows run in temporalio's default sandbox.
        eager: whether a start brings the first workflow task back at once, as the SDK's do where worker and client
            share a process.
    """
    client = await Client.connect(address, data_converter=pydantic_data_converter)
    async with Worker(
        client,
        task_queue=queue,
        workflows=[SixActions],
        activities=_ACTIVITIES,
        workflow_runner=_runner(sandboxed=sandboxed),
        max_concurrent_workflow_tasks=_SLOTS,
        max_concurrent_activities=_SLOTS,
        max_concurrent_local_activities=_SLOTS,
    ):

        async def run(order: Order) -> object:
            return await client.execute_workflow(
                SixActions.run, order, id=f"{queue}/{uuid4()}", task_queue=queue, request_eager_start=eager
            )

        yield run


def _runner(*, sandboxed: bool) -> WorkflowRunner:
    return SandboxedWorkflowRunner() if sandboxed else UnsandboxedWorkflowRunner()
