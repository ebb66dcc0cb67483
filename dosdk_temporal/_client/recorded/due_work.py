"""Outside: what of a run lies there for a worker, or is in the hands of a silent one, by the server's own description."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from temporalio.api.enums.v1 import PendingActivityState, PendingWorkflowTaskState, TaskQueueKind
from temporalio.api.workflow.v1 import PendingActivityInfo

from dosdk_temporal._client.history import attributes_of, time_of
from dosdk_temporal._client.recorded.record import RunRecord
from dosdk_temporal._pure.due_work import Due, Silence

__all__ = ["due_work", "silences"]

_STICKY: Final = timedelta(seconds=20)
"""Twice as long as a run is kept for the worker that has it in memory; only then may any other one take it."""


def due_work(record: RunRecord, now: datetime) -> Iterator[Due]:
    """What a worker is to take: the run itself, and its steps; none whose next attempt is due later.

    Args:
        record: of a run.
        now: the time.
    """
    if record.execution.close_time is not None:
        return
    task = record.execution.raw_description.pending_workflow_task
    if task.state == PendingWorkflowTaskState.PENDING_WORKFLOW_TASK_STATE_SCHEDULED:
        since = time_of(task.scheduled_time)
        yield Due(None, since, _STICKY) if _is_kept(record) else Due(None, since)
    for activity in record.pending:
        if activity.state == PendingActivityState.PENDING_ACTIVITY_STATE_SCHEDULED:
            since = time_of(activity.scheduled_time)
            if since <= now and not activity.paused:
                yield Due(activity.activity_id, since)


def silences(record: RunRecord, now: datetime) -> Iterator[Silence]:
    """The steps that run and whose worker has not been heard of for too long.

    Args:
        record: of a run.
        now: the time.
    """
    for activity in record.pending:
        limit = activity.activity_options.heartbeat_timeout.ToTimedelta()
        if activity.state == PendingActivityState.PENDING_ACTIVITY_STATE_STARTED and limit:
            silence = Silence.of(activity.activity_id, _heard_at(activity), limit, now)
            if silence is not None:
                yield silence


def _heard_at(activity: PendingActivityInfo) -> datetime:
    # The last heartbeat may be that of an earlier attempt.
    return max(time_of(activity.last_started_time), time_of(activity.last_heartbeat_time))


def _is_kept(record: RunRecord) -> bool:
    """Whether the run's task lies where only the worker looks that has the run in memory."""
    scheduled = (
        told for kind, told in map(attributes_of, reversed(record.events)) if kind == "workflow_task_scheduled"
    )
    last = next(scheduled, None)
    return last is not None and last.task_queue.kind == TaskQueueKind.TASK_QUEUE_KIND_STICKY
