"""Outside: what an explanation of a run is made of, asked of the server."""

from __future__ import annotations

from typing import Final

from temporalio.api.enums.v1 import WorkflowTaskFailedCause
from temporalio.api.failure.v1 import Failure

from dosdk_temporal._client.connection import Connection
from dosdk_temporal._client.history import attributes_of
from dosdk_temporal._client.polling import Now, look_at, utc_now
from dosdk_temporal._client.recorded.due_work import due_work, silences
from dosdk_temporal._client.recorded.record import RunRecord, read_record
from dosdk_temporal._client.recorded.steps import read_steps
from dosdk_temporal._client.retrying import failed_step
from dosdk_temporal._client.status import read_status
from dosdk_temporal._client.summary import state_of
from dosdk_temporal._pure.changed_run import changed_run
from dosdk_temporal._pure.explaining import Explanation, explanation_of
from dosdk_temporal._pure.polling import QueueSight
from dosdk_temporal._pure.sealing import ChangedError
from dosdk_temporal._pure.standing import Standing, TaskTrouble
from dosdk_temporal._pure.task_trouble import plain_trouble
from dosdk_temporal._pure.undone_keys import UNDONE

__all__ = ["explain_run"]

_MISFIT: Final = "TMPRL1100"
"""How Temporal marks code that does not fit a history."""


async def explain_run(connection: Connection, execution_id: str, now: Now = utc_now) -> Explanation:
    """Where a run stands and what can be done; see ``Execution.explain``."""
    try:
        return await _explained(connection, execution_id, now)
    except ChangedError as error:
        execution = await connection.client.get_workflow_handle(execution_id).describe()
        return changed_run(execution_id, state_of(execution), error.message)


async def _explained(connection: Connection, execution_id: str, now: Now) -> Explanation:
    handle = connection.client.get_workflow_handle(execution_id)
    status = await read_status(connection, handle, include_audit_trail=True)
    record = await read_record(connection, connection.client.get_workflow_handle(execution_id, run_id=status.run_id))
    task_queue = record.execution.task_queue
    is_open = record.execution.close_time is None
    queue = await look_at(connection, task_queue, now) if is_open else QueueSight(task_queue, now())
    steps = read_steps(record)
    trouble = _trouble(record)
    is_mark = record.facts.kind == UNDONE
    runs = {step.id: step.execution_id for step in steps if step.execution_id is not None}
    return explanation_of(
        Standing(
            status,
            queue,
            failed_step(record, steps),
            trouble,
            runs,
            tuple(work for work in due_work(record, queue.at) if work.step is not None or trouble is None),
            tuple(silences(record, queue.at)),
            status.parent if is_mark else None,
        ),
    )


def _trouble(record: RunRecord) -> TaskTrouble | None:
    """Of a run whose last workflow task has failed; the history has its first failure, and the server counts the rest."""
    if record.execution.close_time is not None:
        return None
    pending = record.execution.raw_description.pending_workflow_task
    for event in reversed(record.events):
        kind, told = attributes_of(event)
        if kind == "workflow_task_completed":
            return None
        if (
            kind == "workflow_task_failed"
            and told.cause != WorkflowTaskFailedCause.WORKFLOW_TASK_FAILED_CAUSE_RESET_WORKFLOW
        ):
            message = _innermost(told.failure)
            return TaskTrouble(plain_trouble(message), max(pending.attempt - 1, 1), _MISFIT in message)
    return None


def _innermost(failure: Failure) -> str:
    while failure.HasField("cause"):
        failure = failure.cause
    return failure.message
