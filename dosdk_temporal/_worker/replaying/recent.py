"""Outside: the histories of runs on a server: those that are named, or the newest."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from temporalio.service import RPCError, RPCStatusCode

from dosdk_temporal._client.connection import translated
from dosdk_temporal._client.listing import quoted
from dosdk_temporal._pure.versions import advice
from dosdk_temporal._worker.replaying.files import recorded_of
from dosdk_temporal._worker.replaying.outcome import Recorded
from dosdk_temporal.errors import DoError, NotFoundError

if TYPE_CHECKING:
    from dosdk_temporal._client.do import Do

__all__ = ["named_history", "recent_histories"]


async def named_history(do: Do, execution_id: str) -> Recorded:
    """The history of the run of that id; where it went on as a new one, of the last.

    Args:
        do: whose server.
        execution_id: the run's, as somebody gave it who may have meant a file.

    Raises:
        NotFoundError: when there is neither.
        ServerUnavailableError: when no server answers.
    """
    try:
        connection = await do.connection()
        with translated(connection.settings):
            return recorded_of(await connection.client.get_workflow_handle(execution_id).fetch_history())
    except DoError as error:
        error.message = f"there is no file or folder {execution_id!r} in {Path.cwd()}, and as a run: {error.message}"
        raise


async def recent_histories(do: Do, workflows: Sequence[str], last: int) -> AsyncIterator[Recorded]:
    """The newest runs of each workflow in the client's task queue, closed or not.

    Args:
        do: whose server, task queue and registry.
        workflows: their names; none for all in the registry.
        last: how many of each.

    Raises:
        NotFoundError: for a name that the registry has not.
    """
    shelf = do.registry.workflows
    for name in workflows:
        if not shelf.versions(name):
            raise NotFoundError(f"no module here has a workflow named {name!r}: {advice(shelf, name, 'give it by -m')}")
    connection = await do.connection()
    client, queue = connection.client, do.settings.task_queue
    for name in workflows or sorted({definition.name for definition in shelf}):
        query = f"WorkflowType = '{quoted(name)}' AND TaskQueue = '{quoted(queue)}'"
        with translated(connection.settings):
            async for run in client.list_workflows(query, limit=last):
                try:
                    history = await client.get_workflow_handle(run.id, run_id=run.run_id).fetch_history()
                except RPCError as error:
                    if error.status == RPCStatusCode.NOT_FOUND:  # its retention ended meanwhile
                        continue
                    raise
                yield recorded_of(history)
