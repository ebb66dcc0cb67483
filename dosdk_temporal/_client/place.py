"""Outside: client code as the place of a call: an action is a standalone execution, a workflow a run."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Literal

from temporalio.client import ActivityFailureError, WorkflowFailureError, WorkflowHandle
from temporalio.common import (
    RawValue,
    WorkflowIDConflictPolicy,
    WorkflowIDReusePolicy,
)

from dosdk_temporal._client.connection import Connection, translated
from dosdk_temporal._client.emitting import emit
from dosdk_temporal._client.execution import Execution
from dosdk_temporal._client.polling import tell_when_nobody_asks, watched
from dosdk_temporal._client.signalling import send_signal
from dosdk_temporal._outside.await_run import check_digest
from dosdk_temporal._outside.compat import was_there
from dosdk_temporal._outside.database.database import Database
from dosdk_temporal._pure.calls import ActionCall, ActionResult, WorkflowCall
from dosdk_temporal._pure.datastore import StoreCall
from dosdk_temporal._pure.datastore_changes import answer_of
from dosdk_temporal._pure.definitions import needs_a_run
from dosdk_temporal._pure.events import Emission, EventCall
from dosdk_temporal._pure.facts import CallFacts
from dosdk_temporal._pure.metrics import Figures
from dosdk_temporal._pure.names import ALONE_PREFIX, keyed_id
from dosdk_temporal._pure.options import Options, merge
from dosdk_temporal._pure.priority import MIDDLE
from dosdk_temporal._pure.real_time import RealTime
from dosdk_temporal._pure.values import decode
from dosdk_temporal._wire.endings import ended_for_others
from dosdk_temporal._wire.failures import ALREADY_STARTED, error_of
from dosdk_temporal._wire.outcomes import was_undone
from dosdk_temporal._wire.payloads import raw_value, result_of
from dosdk_temporal._wire.priority import to_temporal
from dosdk_temporal._wire.schedule import DELIVERY, ONE_ACTION, summary_of
from dosdk_temporal.errors import ConflictError

if TYPE_CHECKING:
    from temporalio.client import Client

    from dosdk_temporal._outside.datastore.rows import RowStore

__all__ = ["OutsidePlace"]

_log = logging.getLogger("dosdk_temporal")


class OutsidePlace(RealTime):
    """Client code.

    Args:
        connect: gives the connection of the running event loop.
        database: where the Datastore is.
        encrypts: whether payloads are encrypted.
    """

    kind: Literal["outside"] = "outside"

    def __init__(
        self, connect: Callable[[], Awaitable[Connection]], database: Database, encrypts: Callable[[], bool]
    ) -> None:
        self._connect, self._database, self._encrypts = connect, database, encrypts
        self._store: RowStore | None = None

    async def run_action(self, call: ActionCall) -> ActionResult:
        """One durable execution of its own; where the server has none without a workflow, a run of one action.

        Cancelling the await leaves the execution running.
        """
        connection = await self._connect()
        await tell_when_nobody_asks(connection)
        if call.idempotency_key is not None or _needs_a_run(call) or not connection.standalone:
            return await self._run_as_workflow(connection, call)
        execution_id = f"{ALONE_PREFIX}{uuid.uuid4()}"
        own = call.definition.options if call.definition else Options()
        began = datetime.now(UTC)
        with translated(connection.settings), watched(connection):
            try:
                raw = await connection.client.execute_activity(
                    call.name,
                    raw_value(call.data, CallFacts(kind="alone", version=call.version, options=call.options.to_wire())),
                    id=execution_id,
                    task_queue=connection.settings.task_queue,
                    result_type=RawValue,
                    start_to_close_timeout=DELIVERY.start_to_close,
                    heartbeat_timeout=merge(own, call.options).heartbeat,
                    retry_policy=DELIVERY.again(),
                    summary=summary_of(call.name),
                )
            except ActivityFailureError as failure:
                raise error_of(failure.cause, action=call.name, execution_id=execution_id) from None
        _, told = result_of(raw)
        if told.handed_over is not None:  # this process did not know that the action needs a run around it
            handle = connection.client.get_workflow_handle(told.handed_over, result_type=RawValue)
            return await self._result(connection, handle, call, began)
        return _result(call, execution_id, raw, began)

    async def run_workflow(self, call: WorkflowCall) -> Any:
        """One run, to its end. Cancelling the await leaves it running."""
        execution = await self.start_workflow(call)
        return await execution.result()

    async def start_workflow(self, call: WorkflowCall) -> Execution:
        """One run; an id in use attaches to a running one and may start a failed one again.

        Raises:
            ConflictError: when a run of that id has completed, or the key was used with another input.
        """
        connection = await self._connect()
        await tell_when_nobody_asks(connection)
        execution_id = call.id or f"{call.name}/{uuid.uuid4()}"
        facts = call.pinned(CallFacts(kind="workflow", version=call.version, digest=call.digest))
        description = call.definition.description if call.definition else ""
        handle = await self._start(connection, call.name, raw_value(call.data, facts), execution_id, call, description)
        if call.digest is not None:
            with translated(connection.settings):
                await check_digest(connection.client, handle, call.digest, of_action=False)
        known: dict[str, Any] = {"name": call.name, "result_type": call.result_type, "encrypts": self._encrypts}
        return Execution(execution_id, self._connect, **known, joined=was_there(handle))

    async def emit(self, call: EventCall) -> Emission:
        """One durable dispatch of its own."""
        connection = await self._connect()
        await tell_when_nobody_asks(connection)
        with watched(connection):
            return await emit(connection, call)

    async def signal(self, execution_id: str, name: str, data: bytes) -> None:
        """Send a run a signal."""
        await send_signal(await self._connect(), execution_id, name, data)

    async def use_datastore(self, call: StoreCall) -> Any:
        """One transaction in the database, once it is known to be the namespace's. Cancelling the await undoes nothing."""
        store = await self._own_store()
        return answer_of(await store.carry_out(call))

    async def _own_store(self) -> RowStore:
        if self._store is None:
            from dosdk_temporal._outside.database.belonging import Belonging  # noqa: PLC0415 - SQLAlchemy, when needed
            from dosdk_temporal._outside.datastore.rows import RowStore  # noqa: PLC0415

            connection = await self._connect()
            await Belonging(self._database).check(connection.client)
            self._store = RowStore(self._database, connection.settings.namespace)
        return self._store

    def record_metric(self, name: str, value: Any) -> None:
        """Check the figure, and say that it is kept nowhere: a handler called by itself, as in a unit test, has no run."""
        Figures().record(name, value)
        _log.warning("the metric %r is kept nowhere: it was recorded outside of a workflow's or action's run", name)

    def refuse(self, what: str) -> None:
        """Nothing is refused outside."""

    async def _run_as_workflow(self, connection: Connection, call: ActionCall) -> ActionResult:
        key = call.idempotency_key
        execution_id = keyed_id(call.name, key) if key else f"{ALONE_PREFIX}{uuid.uuid4()}"
        digest = call.digest if key else None
        facts = CallFacts(
            kind=ONE_ACTION,
            version=call.version,
            key=key and execution_id,
            options=call.options.to_wire(),
            digest=digest,
            compensate=call.compensate if isinstance(call.compensate, str) else None,
        )
        began = datetime.now(UTC)
        while True:
            handle = await self._start(connection, call.name, raw_value(call.data, facts), execution_id)
            if digest:
                with translated(connection.settings):
                    await check_digest(connection.client, handle, digest, of_action=True)
            with suppress(_UndoneMeanwhileError):
                return await self._result(connection, handle, call, began)

    async def _result(
        self, connection: Connection, handle: WorkflowHandle[Any, Any], call: ActionCall, began: datetime
    ) -> ActionResult:
        """Of the run that is one action."""
        with translated(connection.settings), watched(connection):
            try:
                raw = await handle.result()
            except WorkflowFailureError as failure:
                if was_undone(failure.cause):
                    raise _UndoneMeanwhileError from None
                ended = ended_for_others(failure.cause, handle.id, action=call.name, execution_id=handle.id)
                raise ended or error_of(failure.cause, action=call.name, execution_id=handle.id) from None
        return _result(call, handle.id, raw, began)

    async def _start(
        self,
        connection: Connection,
        name: str,
        arg: RawValue,
        execution_id: str,
        call: WorkflowCall | None = None,
        description: str = "",
    ) -> WorkflowHandle[Any, Any]:
        client: Client = connection.client
        with translated(connection.settings):
            try:
                return await client.start_workflow(
                    name,
                    arg,
                    id=execution_id,
                    task_queue=connection.settings.task_queue,
                    result_type=RawValue,
                    id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE_FAILED_ONLY,
                    id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
                    start_delay=call.delay if call else None,
                    priority=to_temporal(call.priority if call else MIDDLE),
                    static_summary=summary_of(description),
                    request_eager_start=connection.settings.task_queue in connection.served
                    and not (call and call.delay),
                )
            except ALREADY_STARTED:
                if call is None or call.idempotency_key is not None:  # a key's completed run: its result is the answer
                    return client.get_workflow_handle(execution_id, result_type=RawValue)
                raise ConflictError(
                    f"a run with the id {execution_id!r} has completed: choose another id", execution_id=execution_id
                ) from None


class _UndoneMeanwhileError(Exception):
    """What was waited for only marks that the key is free: the call is made anew."""


def _needs_a_run(call: ActionCall) -> bool:
    return call.compensate is not None or needs_a_run(call.definition, call.options)


def _result(call: ActionCall, execution_id: str, raw: RawValue, began: datetime) -> ActionResult:
    data, facts = result_of(raw)
    return ActionResult(
        id=execution_id,
        name=call.name,
        status="completed",
        output=decode(data, call.result_type, f"action {call.name!r}"),
        attempts=facts.attempts,
        started_at=datetime.fromisoformat(facts.started_at) if facts.started_at else began,
        closed_at=datetime.fromisoformat(facts.closed_at) if facts.closed_at else None,
    )
