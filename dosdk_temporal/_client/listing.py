"""Outside: lists of runs."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, get_args

from temporalio.service import RPCError, RPCStatusCode

from dosdk_temporal._client.connection import Connection, translated
from dosdk_temporal._client.memos import Memos
from dosdk_temporal._client.summary import summary_of
from dosdk_temporal._pure.free_text import check_free_text
from dosdk_temporal._pure.option_types import check_count, check_texts
from dosdk_temporal._pure.place import current_place
from dosdk_temporal._pure.status import ExecutionStatus, State
from dosdk_temporal._wire.search_attributes import APPROVERS, WAITING_FOR
from dosdk_temporal.errors import InputError

if TYPE_CHECKING:
    from dosdk_temporal._client.do import Do

__all__ = ["list_executions", "quoted"]

_log = logging.getLogger("dosdk_temporal")

_STATUS: Final[Mapping[State, str]] = MappingProxyType(
    {
        "running": "Running",
        "waiting": "Running",
        "held": "Running",
        "paused": "Paused",
        "completed": "Completed",
        "failed": "Failed",
        "cancelled": "Canceled",
        "terminated": "Terminated",
        "timed_out": "TimedOut",
    }
)
"""The server's word for each state."""

_INDEXED: Final[Mapping[State, str]] = MappingProxyType(
    {
        "running": f"{WAITING_FOR} IS NULL",
        "waiting": f"{WAITING_FOR} IS NOT NULL",
        "held": f"{APPROVERS} IS NOT NULL",
    }
)
"""What narrows those that the server has one word for, where the namespace has the SDK's search attributes."""


async def list_executions(do: Do, workflow: str | None, state: str | None, limit: int) -> list[ExecutionStatus]:
    """The newest runs of that workflow in that state, at most ``limit``.

    What a run waits for decides between running, waiting and held. Where the namespace lacks the search attributes that tell of
    it, every open run is looked at instead; that is said in the log.

    Raises:
        InputError: when there is no such state, or an argument cannot be meant.
    """
    known = _checked(workflow, state, limit)
    place = current_place()
    if place is not None and place.kind == "workflow":
        place.refuse("list runs")
    conditions = [] if workflow is None else [f"WorkflowType = '{quoted(workflow)}'"]
    if known is not None:
        conditions.append(f"ExecutionStatus = '{_STATUS[known]}'")
    connection = await do.connection()
    with translated(connection.settings):
        if known is None or known not in _INDEXED:
            return await _found(connection, conditions, known, limit)
        try:
            return await _found(connection, [*conditions, _INDEXED[known]], known, limit)
        except RPCError as error:
            if error.status != RPCStatusCode.INVALID_ARGUMENT:
                raise
            _log.warning(
                "namespace %r lacks the search attributes of what waits, so every open run is looked at: 'dosdk setup' adds them",
                connection.settings.namespace,
            )
            return await _found(connection, conditions, known, limit)


def _checked(workflow: str | None, state: str | None, limit: int) -> State | None:
    check_count("limit", limit, error=InputError)
    check_texts(InputError, workflow=workflow, state=state)
    check_free_text(workflow or "", "workflow")
    known = next((one for one in get_args(State) if one == state), None)
    if known is None and state is not None:
        raise InputError(f"state={state!r} is none of {', '.join(get_args(State))}")
    return known


async def _found(
    connection: Connection, conditions: list[str], state: State | None, limit: int
) -> list[ExecutionStatus]:
    """The first runs that the server finds whose own word for their state is the one asked for."""
    found: list[ExecutionStatus] = []
    with Memos.read_for_a_list() as memos:
        async for execution in connection.client.list_workflows(" AND ".join(conditions)):
            run = await summary_of(execution, memos.of)
            if state is None or run.state == state:
                found.append(run)
            if len(found) == limit:
                break
    return found


def quoted(text: str) -> str:
    """A text as it stands between the quotes of a query."""
    return text.replace("\\", "\\\\").replace("'", "\\'")
