"""The program in Temporal's own SDK that the comparison counts does what it is said to do."""

from __future__ import annotations

from uuid import uuid4

from temporalio.client import Client
from temporalio.worker import Worker

from benchmarks.peers.raw_temporal import FulfilOrder, approve


async def test_the_raw_approval_runs(dosdk_server: str) -> None:
    """The decision arrives from a client that knows only the run's id."""
    client = await Client.connect(dosdk_server)
    queue, execution_id = f"peer-{uuid4()}", f"peer/{uuid4()}"
    async with Worker(client, task_queue=queue, workflows=[FulfilOrder]):
        run = await client.start_workflow("fulfil-order", "o-17", id=execution_id, task_queue=queue)
        await approve(dosdk_server, execution_id)
        assert await run.result() == {"status": "approved", "by": "ann"}
