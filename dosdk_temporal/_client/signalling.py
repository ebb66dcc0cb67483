"""Outside: sending a run a signal."""

from __future__ import annotations

from dosdk_temporal._client.connection import Connection
from dosdk_temporal._client.steering import steered
from dosdk_temporal._pure.facts import CallFacts
from dosdk_temporal._wire.payloads import raw_value

__all__ = ["send_signal"]


async def send_signal(
    connection: Connection, execution_id: str, name: str, data: bytes, *, run_id: str | None = None
) -> None:
    """Send a signal; the server keeps it until a worker takes it to the run.

    Args:
        connection: to the server.
        execution_id: the run's.
        name: of the signal.
        data: its payload as JSON.
        run_id: this very run only; None for whichever has the id now.

    Raises:
        NotFoundError: when there is no such run, or it has ended.
    """
    handle = connection.client.get_workflow_handle(execution_id, run_id=run_id)
    with steered(connection, execution_id, "signal"):
        await handle.signal(name, raw_value(data, CallFacts(kind="signal")))
