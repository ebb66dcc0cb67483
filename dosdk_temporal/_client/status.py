"""Outside: where a run stands, from what the server recorded alone: its description and its history."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, cast

from temporalio.client import WorkflowHandle

from dosdk_temporal._client.connection import Connection
from dosdk_temporal._client.history import attributes_of
from dosdk_temporal._client.recorded.audit import audit_trail
from dosdk_temporal._client.recorded.figures import metrics_of
from dosdk_temporal._client.recorded.holds import held_states
from dosdk_temporal._client.recorded.origin import begun_version, children_of, trigger_of
from dosdk_temporal._client.recorded.record import RunRecord, read_record
from dosdk_temporal._client.recorded.statuses import progress_of, step_statuses
from dosdk_temporal._client.recorded.steps import read_steps
from dosdk_temporal._client.recorded.trail import read_trail
from dosdk_temporal._client.recorded.values import result_facts, value_of
from dosdk_temporal._client.recorded.wait_steps import recorded_waits
from dosdk_temporal._client.summary import summary_of
from dosdk_temporal._client.timers import read_retries, read_timers
from dosdk_temporal._pure.declared_steps import declared_waits
from dosdk_temporal._pure.failed_step import innermost
from dosdk_temporal._pure.interpreter.retracing import Trail
from dosdk_temporal._pure.status import ErrorStatus, ExecutionStatus, State, StepStatus
from dosdk_temporal._wire.endings import workflow_error
from dosdk_temporal.errors import WorkflowError

__all__ = ["read_status", "status_of"]


async def read_status(
    connection: Connection,
    handle: WorkflowHandle[Any, Any],
    *,
    include_metrics: bool = False,
    include_audit_trail: bool = False,
) -> ExecutionStatus:
    """A run with its steps, input, output and error; all of it of one read of its history."""
    record = await read_record(connection, handle)
    trail = await read_trail(record)
    return await status_of(record, trail, include_metrics=include_metrics, include_audit_trail=include_audit_trail)


async def status_of(
    record: RunRecord, trail: Trail | None, *, include_metrics: bool = False, include_audit_trail: bool = False
) -> ExecutionStatus:
    """What a record tells; ``trail`` is None for a handler's run."""
    recorded = read_steps(record)
    waits = _waits(record, trail)
    steps = step_statuses(recorded, waits, trail, held_states(record))
    status = _with_end(record, await summary_of(record.execution))
    payload = value_of(record.started.input.payloads)
    sleeps, retries = read_timers(record.events, status.closed_at), read_retries(record.pending, status.closed_at)
    status = replace(
        status,
        version=status.version or _version(record, trail),
        steps=steps,
        input=payload,
        waiting_for=(*status.waiting_for, *sleeps, *retries),
        trigger=trigger_of(record, payload),
        children=children_of(record),
        progress=progress_of(None if record.facts.portion else trail, steps),
    )
    if include_metrics:
        status = replace(status, metrics=metrics_of(record, status, recorded, trail))
    if include_audit_trail:
        status = replace(status, audit_trail=audit_trail(record, status, recorded, trail))
    return status


def _waits(record: RunRecord, trail: Trail | None) -> Sequence[StepStatus]:
    """What the run waited for: a definition's under the ids of its steps."""
    if trail is None or not trail.is_sound:
        return recorded_waits(record)
    return tuple(declared_waits(trail, record.execution.close_time))


def _with_end(record: RunRecord, status: ExecutionStatus) -> ExecutionStatus:
    """The status with what the run's last event says: its output and version, or what ended it."""
    kind, last = attributes_of(record.events[-1])
    if kind == "workflow_execution_completed":
        payloads = last.result.payloads
        return replace(status, output=value_of(payloads), version=result_facts(payloads).version)
    if kind == "workflow_execution_failed":
        own = workflow_error(record.error(last.failure), status.name, status.id)
        ended_by = innermost(own)
        error = ErrorStatus(ended_by.type, ended_by.message, own.step, own.action, own.attempts)
        return replace(
            status, error=error, state=cast(State, own.state) if isinstance(own, WorkflowError) else "failed"
        )
    return status


def _version(record: RunRecord, trail: Trail | None) -> str | None:
    if trail is not None:
        return trail.definition.version
    return record.facts.version or begun_version(record)
