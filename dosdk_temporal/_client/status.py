"""Outside: where a run stands, from what the server recorded alone: its description and its history."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, cast

from temporalio.api.common.v1 import Payload
from temporalio.api.failure.v1 import Failure
from temporalio.client import WorkflowExecution, WorkflowExecutionStatus, WorkflowHandle
from temporalio.common import RawValue
from temporalio.converter import DataConverter

from dosdk_temporal._client.connection import Connection, translated
from dosdk_temporal._client.declared_text import text_of_run
from dosdk_temporal._client.history import Step, read_steps
from dosdk_temporal._client.timers import read_retries, read_timers
from dosdk_temporal._pure.declared import declared_of
from dosdk_temporal._pure.declared_steps import declared_steps
from dosdk_temporal._pure.facts import CallFacts, ResultFacts
from dosdk_temporal._pure.status import ErrorStatus, ExecutionStatus, State, StepStatus
from dosdk_temporal._pure.values import decode
from dosdk_temporal._pure.waits import read_waits
from dosdk_temporal._wire.failures import error_of, workflow_error
from dosdk_temporal._wire.payloads import call_of, result_of
from dosdk_temporal.errors import WorkflowError

__all__ = ["read_status", "summary_of"]

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


async def summary_of(execution: WorkflowExecution) -> ExecutionStatus:
    """A run as a list shows it: without steps, input and output."""
    state = _state(execution.status)
    waits = read_waits(await execution.memo()) if execution.close_time is None else ()
    return ExecutionStatus(
        id=execution.id,
        run_id=execution.run_id,
        name=execution.workflow_type,
        version=None,
        state="waiting" if waits and state == "running" else state,
        started_at=execution.start_time,
        closed_at=execution.close_time,
        waiting_for=waits,
    )


async def read_status(connection: Connection, handle: WorkflowHandle[Any, Any]) -> ExecutionStatus:
    """A run with its steps, input, output and error."""
    converter = connection.client.data_converter
    with translated(connection.settings):
        described = await handle.describe()
        pinned = connection.client.get_workflow_handle(described.id, run_id=described.run_id)
        history = await pinned.fetch_history()
    base = await summary_of(described)
    started = history.events[0].workflow_execution_started_event_attributes
    data, call = await _call(converter, started.input.payloads)
    last = history.events[-1]
    output, version, error, state = None, call.version, None, base.state
    if last.HasField("workflow_execution_completed_event_attributes"):
        payloads = last.workflow_execution_completed_event_attributes.result.payloads
        output, facts = await _result(converter, payloads)
        version = facts.version or version
    elif last.HasField("workflow_execution_failed_event_attributes"):
        failure = last.workflow_execution_failed_event_attributes.failure
        error, state = await _error(converter, failure, base)
    pending = described.raw_description.pending_activities
    steps: Sequence[StepStatus] = [await _step(converter, step) for step in read_steps(history.events, pending)]
    text = await text_of_run(history.events, call, converter)
    if text is not None and not call.portion:
        declared = declared_of(text)
        version = version or declared.version
        steps = declared_steps(declared.definition, steps, base.closed_at if state == "completed" else None)
    return ExecutionStatus(
        id=base.id,
        run_id=base.run_id,
        name=base.name,
        version=version,
        state=state,
        started_at=base.started_at,
        closed_at=base.closed_at,
        steps=tuple(steps),
        input=decode(data, Any, "the run"),
        output=output,
        error=error,
        waiting_for=(
            *base.waiting_for,
            *read_timers(history.events, base.closed_at),
            *read_retries(pending, base.closed_at),
        ),
    )


async def _call(converter: DataConverter, payloads: Sequence[Payload]) -> tuple[bytes, CallFacts]:
    return call_of([RawValue(payload) for payload in await _decoded(converter, payloads)][:1])


async def _result(converter: DataConverter, payloads: Sequence[Payload]) -> tuple[Any, ResultFacts]:
    (payload,) = await _decoded(converter, payloads) or [Payload(metadata={"encoding": b"binary/null"})]
    data, facts = result_of(RawValue(payload))
    return decode(data, Any, "the run"), facts


async def _decoded(converter: DataConverter, payloads: Sequence[Payload]) -> list[Payload]:
    if converter.payload_codec is None:
        return list(payloads)
    return await converter.payload_codec.decode(payloads)


async def _error(converter: DataConverter, failure: Failure, run: ExecutionStatus) -> tuple[ErrorStatus, State]:
    own = workflow_error(await converter.decode_failure(failure), run.name, run.id)
    ended_by = own.cause if isinstance(own, WorkflowError) and own.cause is not None else own
    status = ErrorStatus(ended_by.type, ended_by.message, ended_by.step, ended_by.action, ended_by.attempts)
    return status, cast(State, own.state) if isinstance(own, WorkflowError) else "failed"


async def _step(converter: DataConverter, step: Step) -> StepStatus:
    attempts, error = step.attempts, None
    if step.result is not None:
        _, facts = await _result(converter, step.result)
        attempts = facts.attempts or attempts
    if step.failure is not None:
        own = error_of(await converter.decode_failure(step.failure), action=step.name, step=step.id)
        attempts = own.attempts or attempts
        error = ErrorStatus(own.type, own.message, step.id, own.action, attempts)
    return StepStatus(step.id, step.name, step.kind, step.state, attempts, step.started_at, step.closed_at, error)


def _state(status: WorkflowExecutionStatus | None) -> State:
    return _STATES[status.name] if status is not None else "running"
