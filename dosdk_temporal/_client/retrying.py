"""Outside: doing a run again from one of its steps, as Temporal's reset: what was done before stands, decisions too."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import temporalio.api.common.v1 as common
import temporalio.api.workflowservice.v1 as service
from temporalio.api.enums.v1 import ResetReapplyExcludeType
from temporalio.client import WorkflowHandle
from temporalio.service import RPCError, RPCStatusCode

from dosdk_temporal._client.connection import Connection, translated
from dosdk_temporal._client.history import attributes_of
from dosdk_temporal._client.recorded.record import RunRecord, read_record
from dosdk_temporal._client.recorded.steps import RecordedStep, read_steps
from dosdk_temporal._client.recorded.values import call_facts
from dosdk_temporal._pure.interpreter.asides import is_aside, owner_of
from dosdk_temporal._pure.names import RESERVED_PREFIX
from dosdk_temporal._pure.similar import similar
from dosdk_temporal._pure.undone_keys import UNDONE
from dosdk_temporal._wire.endings import workflow_error
from dosdk_temporal._wire.schedule import AWAIT_RUN, ONE_ACTION
from dosdk_temporal._wire.signals import RETRIED
from dosdk_temporal.errors import ConflictError, DoError, InputError, NotFoundError, WorkflowError

__all__ = ["failed_step", "retry_run"]

_LOCAL: Final = "core_local_activity"
"""The name of a marker that tells of a local activity."""

_SHOWN: Final = 20
"""Steps that a message lists."""


@dataclass(frozen=True)
class _Begun:
    """A step as it was begun.

    Attributes:
        step: its id.
        task: the workflow task that began it: the event that a reset goes back to.
    """

    step: str
    task: int


async def retry_run(connection: Connection, execution_id: str, from_step: str | None, reason: str) -> None:
    """Do a run again from a step; see ``Execution.retry``."""
    record = await read_record(connection, connection.client.get_workflow_handle(execution_id))
    _refuse_mark(record)
    begun = list(_begun(record))
    step = _default_step(record, begun) if from_step is None else from_step
    task = _last_task(record) if step is None else _task_of(step, begun, record)
    if from_step is None:
        task = min(task, _last_task(record))  # a step that cleaned up after a cancellation is not where to go on
    _refuse_undone(task, begun, record)
    where = "where it ended" if step is None else f"step {step!r}"
    told = f"retried from {where} by {connection.client.identity}"
    with translated(connection.settings):
        again = await connection.client.workflow_service.reset_workflow_execution(
            service.ResetWorkflowExecutionRequest(
                namespace=connection.settings.namespace,
                workflow_execution=common.WorkflowExecution(workflow_id=execution_id, run_id=record.execution.run_id),
                reason=f"{told}: {reason}" if reason else told,
                workflow_task_finish_event_id=task,
                request_id=str(uuid.uuid4()),
                # What asked the run to end before is answered by this.
                reset_reapply_exclude_types=[
                    ResetReapplyExcludeType.RESET_REAPPLY_EXCLUDE_TYPE_CANCEL_REQUEST,
                ],
            )
        )
        await _tell(connection.client.get_workflow_handle(execution_id, run_id=again.run_id))


async def _tell(goes_on: WorkflowHandle[Any, Any]) -> None:
    """Tell the run that goes on of its retry; one that has ended meanwhile needs no word."""
    try:
        await goes_on.signal(RETRIED)
    except RPCError as error:
        if error.status != RPCStatusCode.NOT_FOUND:
            raise


def failed_step(record: RunRecord, steps: list[RecordedStep]) -> str | None:
    """The step that a run ended with: the one that its error names, else the last that did not complete; None for none."""
    error = _error_of(record)
    if error is not None and (named := _step_of(error)) is not None and any(step.id == named for step in steps):
        return named
    unfinished = [step.id for step in steps if step.state != "completed" and not is_aside(step.id)]
    return unfinished[-1] if unfinished else None


def _step_of(error: DoError) -> str | None:
    return None if error.step is None else owner_of(error.step)


def _error_of(record: RunRecord) -> DoError | None:
    """What a run failed with; None for one that did not fail."""
    kind, last = attributes_of(record.events[-1])
    if kind != "workflow_execution_failed":
        return None
    return workflow_error(record.error(last.failure), record.execution.workflow_type, record.execution.id)


def _default_step(record: RunRecord, begun: list[_Begun]) -> str | None:
    closed = attributes_of(record.events[-1])[0]
    if record.execution.close_time is None or closed == "workflow_execution_completed":
        how = "has completed" if record.execution.close_time else "goes on"
        raise InputError(
            f"the run {record.execution.id!r} {how}: no step of it has failed for good; "
            f"from_step= names the one to do again, of {_listed(begun)}",
        )
    return failed_step(record, read_steps(record))


def _begun(record: RunRecord) -> Iterator[_Begun]:
    """The steps as they were begun, in order; one that was begun twice is there twice."""
    owner = f"{record.execution.id}/"
    for event in record.events:
        kind, told = attributes_of(event)
        if kind == "activity_task_scheduled":
            if told.activity_type.name == AWAIT_RUN:
                continue  # its step began when it asked for the run that this one waits for
            yield _Begun(told.activity_id, told.workflow_task_completed_event_id)
        elif kind == "start_child_workflow_execution_initiated":
            facts = call_facts(told.input.payloads)
            if facts.kind == UNDONE:
                continue  # it says of a step that it was undone
            yield _Begun(facts.step or told.workflow_id.removeprefix(owner), told.workflow_task_completed_event_id)
        elif kind == "marker_recorded" and told.marker_name == _LOCAL:
            local = json.loads(told.details["data"].payloads[0].data)
            if not local["activity_type"].startswith(RESERVED_PREFIX):
                yield _Begun(local["activity_id"], told.workflow_task_completed_event_id)


def _task_of(step: str, begun: list[_Begun], record: RunRecord) -> int:
    """The task that began a step last.

    Raises:
        NotFoundError: when the run has no such step.
        InputError: when it follows another step, and is nothing to begin with.
    """
    if is_aside(step):
        raise InputError(f"step {step!r} follows the failure of another: name that one as from_step=")
    tasks = [one.task for one in begun if one.step == step]
    if tasks:
        return tasks[-1]
    near = similar(step, {one.step for one in begun})
    earlier = bool(record.started.continued_execution_run_id)
    went_on = "; it has gone on as a new run since its start, and what was before that stands" if earlier else ""
    advice = f"did you mean {near!r}?" if near else f"there are {_listed(begun)}"
    raise NotFoundError(
        f"the run {record.execution.id!r} has begun no step {step!r}: {advice}{went_on}",
        execution_id=record.execution.id,
    )


def _last_task(record: RunRecord) -> int:
    """The last task that began before the run was asked to end, or its time was over: what is kept would end it again.

    Raises:
        ConflictError: when there was none.
    """
    told = [(event.event_id, *attributes_of(event)) for event in record.events]
    asked = next((number for number, kind, _ in told if kind == "workflow_execution_cancel_requested"), len(told))
    asked = min(asked, _time_over(record))
    tasks = [
        number for number, kind, task in told if kind == "workflow_task_completed" and task.started_event_id < asked
    ]
    if not tasks:
        raise ConflictError(
            f"the run {record.execution.id!r} ended before it did anything: start it again",
            execution_id=record.execution.id,
        )
    return tasks[-1]


def _time_over(record: RunRecord) -> int:
    """The event at which a run passed its own timeout; behind the last for one that did not.

    Of its timers that is the longest that fired, the last of several: all others that it saw fire began later and ended before.
    """
    error = _error_of(record)
    if not isinstance(error, WorkflowError) or error.state != "timed_out":
        return len(record.events)
    told = [(event.event_id, *attributes_of(event)) for event in record.events]
    lengths = {
        number: timer.start_to_fire_timeout.ToTimedelta() for number, kind, timer in told if kind == "timer_started"
    }
    fired = [(lengths[timer.started_event_id], number) for number, kind, timer in told if kind == "timer_fired"]
    return max(fired)[1] if fired else len(told)


def _refuse_undone(task: int, begun: list[_Begun], record: RunRecord) -> None:
    """Refuse to go on from a point before which something was undone after it: it would be taken for done."""
    first: dict[str, int] = {}
    for one in begun:
        first.setdefault(one.step, one.task)
    steps = read_steps(record)
    undone = [
        step.owner
        for step in steps
        if step.aside == "compensation" and first.get(step.id, 0) >= task > first.get(step.owner, task)
    ]
    if undone:
        raise ConflictError(
            f"the run {record.execution.id!r} has undone {', '.join(map(repr, undone))}, which would be taken for done: "
            f"retry it from {undone[-1]!r} or before, or start it anew",
            execution_id=record.execution.id,
        )
    again = {name for name, began in first.items() if began >= task}
    _refuse_undone_keys([step for step in steps if step.owner in again], record)


def _refuse_undone_keys(again: list[RecordedStep], record: RunRecord) -> None:
    """Refuse to do again what an idempotency key answers for that the run has not freed: as where it was terminated before."""
    undone = {step.owner for step in again if step.aside == "compensation" and step.state == "completed"}
    freed = set(_freed(record))
    keyed = next((step for step in again if step.id in undone and step.facts.kind == ONE_ACTION), None)
    if keyed is not None and keyed.execution_id not in freed:
        raise ConflictError(
            f"the run {record.execution.id!r} has undone {keyed.id!r}, and its idempotency key would answer with what was "
            "undone: start a new run, with another key",
            execution_id=record.execution.id,
        )


def _freed(record: RunRecord) -> Iterator[str]:
    """The ids of the keys' runs that it has marked as undone."""
    for event in record.events:
        kind, told = attributes_of(event)
        if kind == "start_child_workflow_execution_initiated" and call_facts(told.input.payloads).kind == UNDONE:
            yield told.workflow_id


def _refuse_mark(record: RunRecord) -> None:
    if record.facts.kind == UNDONE:
        raise ConflictError(
            f"the last run of {record.execution.id!r} only marks that its effect was undone: there is nothing to retry, and a "
            "call with its key runs anew",
            execution_id=record.execution.id,
        )


def _listed(begun: list[_Begun]) -> str:
    names = list(dict.fromkeys(one.step for one in begun if not is_aside(one.step)))
    more = ", ..." if len(names) > _SHOWN else ""
    return ", ".join(map(repr, names[:_SHOWN])) + more or "none"
