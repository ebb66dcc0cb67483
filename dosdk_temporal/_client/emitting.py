"""Outside: emitting an event from client code: its dispatch is one durable execution, its id made of the event's."""

from __future__ import annotations

import uuid
from typing import Any

from temporalio.client import ActivityFailureError, ActivityHandle, WorkflowFailureError, WorkflowHandle
from temporalio.common import ActivityIDReusePolicy, RawValue, WorkflowIDReusePolicy

from dosdk_temporal._client.connection import Connection, translated
from dosdk_temporal._pure.events import Emission, EventCall
from dosdk_temporal._pure.facts import CallFacts
from dosdk_temporal._wire.events import DISPATCH, LOST_AFTER, dispatch_id, emission_of
from dosdk_temporal._wire.failures import ALREADY_STARTED, error_of
from dosdk_temporal._wire.payloads import raw_value
from dosdk_temporal._wire.schedule import DELIVERY, ONE_ACTION, summary_of

__all__ = ["emit"]


async def emit(connection: Connection, call: EventCall) -> Emission:
    """Dispatch one event and tell what became of it. Cancelling the await leaves the dispatch running.

    Raises:
        ConflictError: when an event of that name and id has another payload.
        InputError: when there are workflows that it starts, and it fits none.
    """
    event_id = call.id or str(uuid.uuid4())
    execution_id = dispatch_id(call.name, event_id)
    start = _start_alone if connection.standalone else _start_run
    with translated(connection.settings):
        handle, is_new = await start(connection, execution_id, call.to_wire(event_id))
        try:
            raw: RawValue = await handle.result()
        except (ActivityFailureError, WorkflowFailureError) as failure:
            raise error_of(failure.cause, execution_id=execution_id) from None
    return emission_of(raw, call, is_new=is_new)


async def _start_alone(connection: Connection, execution_id: str, data: bytes) -> tuple[ActivityHandle[Any], bool]:
    try:
        handle = await connection.client.start_activity(
            DISPATCH,
            raw_value(data, CallFacts(kind="alone")),
            id=execution_id,
            task_queue=connection.settings.task_queue,
            result_type=RawValue,
            id_reuse_policy=ActivityIDReusePolicy.ALLOW_DUPLICATE_FAILED_ONLY,
            start_to_close_timeout=DELIVERY.start_to_close,
            heartbeat_timeout=LOST_AFTER,
            retry_policy=DELIVERY.again(),
            summary=summary_of(execution_id),
        )
    except ALREADY_STARTED:
        return connection.client.get_activity_handle(execution_id, result_type=RawValue), False
    return handle, True


async def _start_run(connection: Connection, execution_id: str, data: bytes) -> tuple[WorkflowHandle[Any, Any], bool]:
    """Where the server runs no activity without a workflow: a run that is this activity."""
    try:
        handle = await connection.client.start_workflow(
            DISPATCH,
            raw_value(data, CallFacts(kind=ONE_ACTION)),
            id=execution_id,
            task_queue=connection.settings.task_queue,
            result_type=RawValue,
            id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE_FAILED_ONLY,
        )
    except ALREADY_STARTED:
        return connection.client.get_workflow_handle(execution_id, result_type=RawValue), False
    return handle, True
