"""Outside: the runs of a chain that went on as new ones, each with its trail."""

from __future__ import annotations

from temporalio.client import Client

from dosdk_temporal._client.connection import Connection, translated
from dosdk_temporal._client.status import read_status
from dosdk_temporal._pure.status import ExecutionStatus
from dosdk_temporal.errors import NotFoundError

__all__ = ["read_chain"]


async def read_chain(connection: Connection, execution_id: str) -> list[ExecutionStatus]:
    """The runs of an execution id, the oldest that the server still has first.

    Raises:
        NotFoundError: when there is no such run.
    """
    found: list[ExecutionStatus] = []
    run_id: str | None = None
    while run_id is not None or not found:
        handle = connection.client.get_workflow_handle(execution_id, run_id=run_id)
        try:
            found.append(await read_status(connection, handle, include_audit_trail=True))
        except NotFoundError:
            if not found:
                raise
            break  # closed longer ago than the namespace keeps runs
        with translated(connection.settings):
            run_id = await _before(connection.client, found[-1])
    return found[::-1]


async def _before(client: Client, run: ExecutionStatus) -> str | None:
    """The id of the run that it goes on from; None for the first."""
    handle = client.get_workflow_handle(run.id, run_id=run.run_id)
    async for event in handle.fetch_history_events(page_size=1):
        return event.workflow_execution_started_event_attributes.continued_execution_run_id or None
    return None
