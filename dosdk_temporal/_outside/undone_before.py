"""Outside: whether the runs that a retried run goes on from had undone one of its steps, as their histories tell."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from temporalio.api.common.v1 import Payload
from temporalio.api.enums.v1 import WorkflowTaskFailedCause
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from dosdk_temporal._pure.interpreter.asides import COMPENSATION

__all__ = ["undone_before"]

_LOCAL: Final = "core_local_activity"
"""The name of a marker that tells of a local activity."""


@dataclass
class _Told:
    """What one run's history tells.

    Attributes:
        goes_on_from: the run that it goes on from; None where it does from none.
        undone: the steps that it undid.
    """

    goes_on_from: str | None = None
    undone: set[str] = field(default_factory=set)


async def undone_before(client: Client, execution_id: str, run_id: str, step: str) -> str | None:
    """The last of the runs that a run goes on from which had undone the step; None where none had.

    All of them have ended, so whoever asks for the same run is told the same.

    Args:
        client: of the worker.
        execution_id: of all of these runs.
        run_id: of the run that goes on.
        step: its id.
    """
    run: str | None = (await _told(client, execution_id, run_id)).goes_on_from
    while run is not None:
        told = await _told(client, execution_id, run)
        if step in told.undone:
            return run
        run = told.goes_on_from
    return None


async def _told(client: Client, execution_id: str, run_id: str) -> _Told:
    told, scheduled = _Told(), dict[int, str]()
    async for event in _events(client, execution_id, run_id):
        if event.HasField("workflow_task_failed_event_attributes"):
            failed = event.workflow_task_failed_event_attributes
            if failed.cause == WorkflowTaskFailedCause.WORKFLOW_TASK_FAILED_CAUSE_RESET_WORKFLOW:
                told.goes_on_from = failed.base_run_id
        elif event.HasField("activity_task_scheduled_event_attributes"):
            scheduled[event.event_id] = event.activity_task_scheduled_event_attributes.activity_id
        elif event.HasField("activity_task_completed_event_attributes"):
            _note(told, scheduled[event.activity_task_completed_event_attributes.scheduled_event_id])
        elif event.HasField("marker_recorded_event_attributes"):
            marker = event.marker_recorded_event_attributes
            if marker.marker_name == _LOCAL and not marker.HasField("failure"):
                (data,) = await _decoded(client, marker.details["data"].payloads)
                _note(told, json.loads(data.data)["activity_id"])
    return told


async def _events(client: Client, execution_id: str, run_id: str) -> AsyncIterator[Any]:
    """Of a run that the server has forgotten, none: whom its steps' keys were handed to has forgotten them before."""
    try:
        async for event in client.get_workflow_handle(execution_id, run_id=run_id).fetch_history_events():
            yield event
    except RPCError as error:
        if error.status != RPCStatusCode.NOT_FOUND:
            raise


async def _decoded(client: Client, payloads: Sequence[Payload]) -> Sequence[Payload]:
    codec = client.data_converter.payload_codec
    return payloads if codec is None else await codec.decode(payloads)


def _note(told: _Told, activity_id: str) -> None:
    step, marked, _ = activity_id.rpartition(COMPENSATION)
    if marked:
        told.undone.add(step)
