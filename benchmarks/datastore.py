"""Outside: what a workflow's read of the Datastore costs, beside a local activity that does nothing.

Method: one server as ``dosdk dev`` starts it and one process with a worker for each variant, all at once. A run makes
so many calls one after the other, in one workflow task: what it costs to start and end a run is shared out among them.
Chunks of runs are alternated, and the CPU of both processes is read around each; the empty one runs twice under two
names, and the ratio of the two is the noise. The empty local activity is written on temporalio alone; the SDK's own,
an action with ``local=True`` that does nothing, is told beside it.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final
from uuid import uuid4

from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

from benchmarks.cpu import cpu_spent
from benchmarks.figures import Bound, Figure
from benchmarks.samples import Samples, alternate, ratio_of_totals, told
from dosdk_temporal import Do, Registry, Trigger
from dosdk_temporal._server import EmbeddedServer

__all__ = ["measure"]

_BOUND: Final = Bound("≤", 1.3)
_RUNS: Final = 10
_CALLS: Final = 20
_EMPTY: Final = ("empty", "empty again")
_RECORD: Final = {"userId": "usr_12345", "status": "registered", "welcomeEmailSent": False, "profileSetup": False}

Run = Callable[[], Awaitable[object]]


@activity.defn
async def empty() -> None:
    """Do nothing."""


@workflow.defn(sandboxed=False)
class Empty:
    """A run of local activities that do nothing."""

    @workflow.run
    async def run(self, calls: int) -> None:
        """One after the other."""
        for _ in range(calls):
            await workflow.execute_local_activity(empty, start_to_close_timeout=timedelta(seconds=2))


async def measure(*, quick: bool) -> list[Figure]:
    """A get beside an empty local activity."""
    samples = await _sample(rounds=8 if quick else 40)
    each = [value / _RUNS / _CALLS * 1000 for value in samples["get"]]
    return [
        ratio_of_totals(
            samples, _EMPTY[1], _EMPTY[0], "CPU of an empty local activity: by hand / the same again (noise)"
        ),
        ratio_of_totals(samples, "get", _EMPTY, "CPU of a workflow's get / an empty local activity by hand", _BOUND),
        ratio_of_totals(samples, "get", "local action", "CPU of a workflow's get / an empty local action"),
        told(each, "CPU of a workflow's get, server and worker", unit="ms"),
    ]


async def _sample(rounds: int) -> Samples:
    with TemporaryDirectory() as folder:
        async with EmbeddedServer(data_dir=Path(folder)) as server, AsyncExitStack() as workers:
            ours = await workers.enter_async_context(_ours(server.address, Path(folder)))
            runs: dict[str, Run] = {
                "empty": await workers.enter_async_context(_by_hand(server.address, "empty")),
                "get": ours["reads"],
                "empty again": await workers.enter_async_context(_by_hand(server.address, "empty-again")),
                "local action": ours["does-nothing"],
            }
            return await alternate({name: _chunk(run, server.pid) for name, run in runs.items()}, rounds)


def _chunk(run: Run, server: int) -> Callable[[], Awaitable[float]]:
    async def many() -> None:
        await asyncio.gather(*(run() for _ in range(_RUNS)))

    return lambda: cpu_spent(many, server, os.getpid())


@asynccontextmanager
async def _ours(address: str, folder: Path) -> AsyncIterator[dict[str, Run]]:
    url = f"sqlite:///{folder / 'datastore.db'}"
    async with Do(address=address, task_queue="datastore", datastore_url=url, registry=Registry()) as do:

        @do.action.create(name="nothing", local=True)
        async def nothing() -> None: ...

        @do.workflow.create(name="reads")
        async def reads(trigger: Trigger) -> None:
            for _ in range(_CALLS):
                await do.datastore.get("user")

        @do.workflow.create(name="does-nothing")
        async def does_nothing(trigger: Trigger) -> None:
            for _ in range(_CALLS):
                await do.action.run("nothing")

        await do.datastore.set("user", _RECORD)
        async with do.worker():
            yield {
                name: (lambda name=name: do.workflows.execute(name))  # type: ignore[misc]
                for name in ("reads", "does-nothing")
            }


@asynccontextmanager
async def _by_hand(address: str, queue: str) -> AsyncIterator[Run]:
    client = await Client.connect(address, data_converter=pydantic_data_converter)
    async with Worker(
        client, task_queue=queue, workflows=[Empty], activities=[empty], workflow_runner=UnsandboxedWorkflowRunner()
    ):
        yield lambda: client.execute_workflow(
            Empty.run, _CALLS, id=f"{queue}/{uuid4()}", task_queue=queue, request_eager_start=True
        )
