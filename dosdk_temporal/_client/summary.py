"""Outside: a run as a list shows it, of what the server's index says; a list needs nothing of what reads histories."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Any, Final

from temporalio.client import WorkflowExecution

from dosdk_temporal._pure.status import ExecutionStatus, State
from dosdk_temporal._pure.waits import Wait, read_waits

__all__ = ["summary_of"]

_STATES: Final[dict[str, State]] = {
    "RUNNING": "running",
    "COMPLETED": "completed",
    "FAILED": "failed",
    "CANCELED": "cancelled",
    "TERMINATED": "terminated",
    "TIMED_OUT": "timed_out",
    "CONTINUED_AS_NEW": "completed",
    "PAUSED": "paused",
}


async def summary_of(
    execution: WorkflowExecution,
    memo: Callable[[WorkflowExecution], Awaitable[Mapping[str, Any]]] = WorkflowExecution.memo,
) -> ExecutionStatus:
    """A run as a list shows it: without steps, input and output.

    Args:
        execution: as the server tells of it.
        memo: reads what it wrote down.
    """
    state = state_of(execution)
    waits = read_waits(await memo(execution)) if execution.close_time is None else ()
    return ExecutionStatus(
        id=execution.id,
        run_id=execution.run_id,
        name=execution.workflow_type,
        version=None,
        state=_waiting_state(waits) if waits and state == "running" else state,
        started_at=execution.start_time,
        closed_at=execution.close_time,
        waiting_for=waits,
        parent=execution.parent_id,
    )


def _waiting_state(waits: Iterable[Wait]) -> State:
    """Of a run that waits: a step that failed and that a person must see to comes before all else."""
    return "held" if any(wait.kind == "decision" for wait in waits) else "waiting"


def state_of(execution: WorkflowExecution) -> State:
    """Its state as the server says; what it waits for says more."""
    return _STATES[execution.status.name] if execution.status is not None else "running"
