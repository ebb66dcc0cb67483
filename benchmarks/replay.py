"""Outside: what the workflow side alone costs a worker, by replaying finished histories.

Method: runs of both variants are finished once, then their histories are replayed in alternating chunks and the CPU
of this process is read around each. No server and no activity takes part, so this is the steadiest figure of all; it
holds the handler's guard, the options, the facts beside each payload, and decoding. It is told and not judged: the
bound is on the whole of a run, of which this is a small part.
"""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence

from temporalio.client import Client, WorkflowHistory
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.worker import Replayer, UnsandboxedWorkflowRunner
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner

from benchmarks import by_hand, ours
from benchmarks.by_hand_workflow import SixActions
from benchmarks.figures import Figure
from benchmarks.samples import alternate, ratio_of_totals, told
from benchmarks.work import orders
from dosdk_temporal._server import EmbeddedServer
from dosdk_temporal._worker.plugin import DoPlugin

__all__ = ["measure", "replayers"]

_RUNS = 20


async def measure(*, quick: bool) -> list[Figure]:
    """The workflow side of the SDK beside that of temporalio by hand."""
    mine, theirs = await histories(_RUNS)
    chunks = {
        name: _chunk(make, theirs if name != "ours" else mine, passes=1 if quick else 3)
        for name, make in replayers().items()
    }
    samples = await alternate(chunks, rounds=8 if quick else 30)
    return [
        ratio_of_totals(samples, "by hand again", "by hand", "replay of six actions: by hand / the same again (noise)"),
        ratio_of_totals(
            samples, "ours", ("by hand", "by hand again"), "replay of six actions: SDK / by hand, same runner"
        ),
        ratio_of_totals(samples, "ours", "naive", "replay of six actions: SDK / naive, default sandbox"),
        told([value * 1000 for value in samples["ours"]], "replay of six actions through the SDK, worker", unit="ms"),
    ]


async def histories(count: int) -> tuple[list[WorkflowHistory], list[WorkflowHistory]]:
    """Finished runs of the SDK, and as many by hand."""
    async with EmbeddedServer(ui=False) as server:
        async with ours.serving(server.address) as run, by_hand.serving(server.address, "by-hand") as run_by_hand:
            await orders(run, count)
            await orders(run_by_hand, count)
        client = await Client.connect(server.address)
        return await _fetch(client, "ours"), await _fetch(client, "by-hand")


def replayers() -> dict[str, Callable[[], Replayer]]:
    """What replays each variant."""
    registry = ours.client("nowhere:1").registry

    def by_hand_unsandboxed() -> Replayer:
        return Replayer(
            workflows=[SixActions], data_converter=pydantic_data_converter, workflow_runner=UnsandboxedWorkflowRunner()
        )

    return {
        "by hand": by_hand_unsandboxed,
        "ours": lambda: Replayer(
            workflows=[],
            workflow_runner=UnsandboxedWorkflowRunner(),
            plugins=[DoPlugin(registry)],
        ),
        "by hand again": by_hand_unsandboxed,
        "naive": lambda: Replayer(
            workflows=[SixActions], data_converter=pydantic_data_converter, workflow_runner=SandboxedWorkflowRunner()
        ),
    }


async def _fetch(client: Client, queue: str) -> list[WorkflowHistory]:
    found = client.list_workflows(f"TaskQueue = '{queue}' AND ExecutionStatus = 'Completed'")
    return [await client.get_workflow_handle(run.id, run_id=run.run_id).fetch_history() async for run in found]


def _chunk(
    make: Callable[[], Replayer], finished: Sequence[WorkflowHistory], passes: int
) -> Callable[[], Awaitable[float]]:
    async def sample() -> float:
        before = time.process_time()
        for _ in range(passes):
            await make().replay_workflows(_each(finished))
        return (time.process_time() - before) / (passes * len(finished))

    return sample


async def _each(finished: Sequence[WorkflowHistory]) -> AsyncIterator[WorkflowHistory]:
    for history in finished:
        yield history
