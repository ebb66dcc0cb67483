"""Outside: lists of runs."""

from __future__ import annotations

from typing import Final

from dosdk_temporal._client.connection import Connection, translated
from dosdk_temporal._client.summary import summary_of
from dosdk_temporal._pure.status import ExecutionStatus
from dosdk_temporal.errors import InputError

__all__ = ["list_executions", "quoted"]

_QUERY: Final = {
    "running": "Running",
    "paused": "Paused",
    "completed": "Completed",
    "failed": "Failed",
    "cancelled": "Canceled",
    "terminated": "Terminated",
    "timed_out": "TimedOut",
}


async def list_executions(
    connection: Connection, workflow: str | None, state: str | None, limit: int
) -> list[ExecutionStatus]:
    """The newest runs of that workflow in that state, at most ``limit``."""
    if state is not None and state not in _QUERY:
        raise InputError(f"state={state!r} is none of {', '.join(_QUERY)}")
    conditions = []
    if workflow is not None:
        conditions.append(f"WorkflowType = '{quoted(workflow)}'")
    if state is not None:
        conditions.append(f"ExecutionStatus = '{_QUERY[state]}'")
    with translated(connection.settings):
        found = connection.client.list_workflows(" AND ".join(conditions), limit=limit)
        return [await summary_of(execution) async for execution in found]


def quoted(text: str) -> str:
    """A text as it stands between the quotes of a query."""
    return text.replace("\\", "\\\\").replace("'", "\\'")
