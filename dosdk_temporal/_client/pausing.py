"""Outside: pausing a run and letting it go on."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager

import temporalio.api.workflowservice.v1 as service
from temporalio.service import RPCError, RPCStatusCode

from dosdk_temporal._client.connection import Connection
from dosdk_temporal._client.steering import steered
from dosdk_temporal.errors import ConflictError, DoError

__all__ = ["pause_run", "resume_run"]


async def pause_run(connection: Connection, execution_id: str, reason: str) -> None:
    """Pause a run; see ``Execution.pause``."""
    with _told(connection, execution_id, "pause", "paused already"):
        await connection.client.workflow_service.pause_workflow_execution(
            service.PauseWorkflowExecutionRequest(**_fields(connection, execution_id, reason))
        )


async def resume_run(connection: Connection, execution_id: str, reason: str) -> None:
    """Let a paused run go on; see ``Execution.resume``."""
    with _told(connection, execution_id, "resume", "not paused"):
        await connection.client.workflow_service.unpause_workflow_execution(
            service.UnpauseWorkflowExecutionRequest(**_fields(connection, execution_id, reason))
        )


def _fields(connection: Connection, execution_id: str, reason: str) -> dict[str, str]:
    """What either request says."""
    return {
        "namespace": connection.settings.namespace,
        "workflow_id": execution_id,
        "identity": connection.client.identity,
        "reason": reason,
        "request_id": str(uuid.uuid4()),
    }


@contextmanager
def _told(connection: Connection, execution_id: str, verb: str, otherwise: str) -> Iterator[None]:
    with steered(connection, execution_id, verb):
        try:
            yield
        except RPCError as error:
            if error.status == RPCStatusCode.FAILED_PRECONDITION:
                raise ConflictError(f"the run {execution_id!r} is {otherwise}", execution_id=execution_id) from None
            if error.status == RPCStatusCode.UNIMPLEMENTED:
                raise DoError(
                    "this Temporal server does not pause runs: it is version 1.30 or later, with "
                    "frontend.WorkflowPauseEnabled set, that does"
                ) from None
            raise
