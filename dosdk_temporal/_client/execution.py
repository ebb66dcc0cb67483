"""Outside: one run, as a client holds it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from temporalio.client import WorkflowFailureError, WorkflowHandle
from temporalio.common import RawValue

from dosdk_temporal._client.connection import Connection, translated
from dosdk_temporal._client.deciding import decide, resolve
from dosdk_temporal._client.polling import watched
from dosdk_temporal._client.sending import sent_where
from dosdk_temporal._client.signalling import send_signal
from dosdk_temporal._client.steering import has_ended, steered
from dosdk_temporal._pure.awaiting import to_be_awaited
from dosdk_temporal._pure.decisions import new_request
from dosdk_temporal._pure.durations import Duration, parse_duration
from dosdk_temporal._pure.free_text import check_free_text
from dosdk_temporal._pure.option_types import check_flag, check_texts
from dosdk_temporal._pure.place import current_place
from dosdk_temporal._pure.resolutions import Resolution, new_resolution
from dosdk_temporal._pure.values import decode, encode_input
from dosdk_temporal._wire.endings import workflow_error
from dosdk_temporal._wire.payloads import result_of
from dosdk_temporal._wire.signals import check_signal
from dosdk_temporal.errors import InputError

if TYPE_CHECKING:
    from dosdk_temporal._pure.decisions import DecisionAnswer
    from dosdk_temporal._pure.explaining import Explanation
    from dosdk_temporal._pure.resolutions import ResolutionAnswer
    from dosdk_temporal._pure.status import ExecutionStatus

__all__ = ["Execution"]


@to_be_awaited("execution")
class Execution:
    """One run of a workflow. Made without a call to the server; its methods raise ``NotFoundError`` where there is none.

    Attributes:
        id: the execution id, which is Temporal's workflow id.
        joined: whether a start found the run there already: it began nothing, and its input was not used.
    """

    def __init__(
        self,
        execution_id: str,
        connect: Callable[[], Awaitable[Connection]],
        *,
        encrypts: Callable[[], bool],
        name: str | None = None,
        result_type: Any = Any,
        joined: bool = False,
    ) -> None:
        self.id, self.joined, self._encrypts = execution_id, joined, encrypts
        self._connect, self._name, self._result_type = connect, name, result_type

    def __repr__(self) -> str:
        return f"<Execution {self.id!r}>"

    async def result(self, *, timeout: Duration | None = None) -> Any:  # noqa: ASYNC109 - the contract's argument
        """Wait for the run's end and give its result. Cancelling the await leaves the run as it is.

        Args:
            timeout: how long to wait; None for as long as it takes.

        Raises:
            WorkflowError: when the run did not complete.
            TimeoutError: when ``timeout`` passed; the run goes on.
            NotFoundError: when there is no such run.
        """
        limit = None if timeout is None else parse_duration(timeout, what="timeout").total_seconds()
        connection, handle = await self._handle()
        with translated(connection.settings), watched(connection):
            try:
                raw = await asyncio.wait_for(handle.result(), limit)
            except WorkflowFailureError as failure:
                name = self._name or (await handle.describe()).workflow_type
                raise workflow_error(failure.cause, name, self.id) from None
            except TimeoutError:
                raise TimeoutError(f"the run {self.id!r} has not ended within {timeout}; it goes on") from None
        data, _ = result_of(raw)
        return decode(data, self._result_type, f"run {self.id!r}")

    async def status(self, *, include_metrics: bool = False, include_audit_trail: bool = False) -> ExecutionStatus:
        """Where the run stands, with its steps; of a run that went on as a new one, the last.

        Args:
            include_metrics: whether to give ``.metrics``: how long it and its steps took, and the figures of the business.
            include_audit_trail: whether to give ``.audit_trail``: all that happened, in order.

        Raises:
            NotFoundError: when there is no such run.
        """
        check_flag("include_metrics", include_metrics, InputError)
        check_flag("include_audit_trail", include_audit_trail, InputError)
        from dosdk_temporal._client.status import read_status  # noqa: PLC0415 - the other way round, it needs executions

        connection, handle = await self._handle()
        return await read_status(
            connection, handle, include_metrics=include_metrics, include_audit_trail=include_audit_trail
        )

    async def approve(
        self, name: str | None = None, *, by: str | None = None, comment: str = "", form: Any = None
    ) -> DecisionAnswer:
        """Approve what the run waits for; see ``do.approvals.decide``."""
        with sent_where(self._encrypts):
            return await decide(self._connect, self.id, new_request(name, True, by, comment, form))

    async def reject(
        self, name: str | None = None, *, by: str | None = None, comment: str = "", form: Any = None
    ) -> DecisionAnswer:
        """Reject what the run waits for; see ``do.approvals.decide``."""
        with sent_where(self._encrypts):
            return await decide(self._connect, self.id, new_request(name, False, by, comment, form))

    async def resolve(
        self, step: str | None, resolution: Resolution, *, value: Any = None, by: str | None = None, comment: str = ""
    ) -> ResolutionAnswer:
        """Say what becomes of a step that is held; see ``do.approvals.resolve``."""
        with sent_where(self._encrypts):
            return await resolve(self._connect, self.id, new_resolution(resolution, step, value, by, comment))

    async def signal(self, name: str, payload: Any = None) -> None:
        """Send the run a signal, which its handler reads by ``do.signals(name)``, also what came before it began to read.

        Args:
            name: of the signal.
            payload: plain JSON, models, dataclasses.

        Raises:
            InputError: when the name or payload cannot be one.
            NotFoundError: when there is no such run, or it has ended.
            ActionNestingError: in an action.
        """
        place, what = current_place(), f"signal {check_signal(name)!r}"
        with sent_where(self._encrypts):
            data = encode_input(payload, what)
        if place is not None:
            await place.signal(self.id, name, data)
        else:
            await send_signal(await self._connect(), self.id, name, data)

    async def cancel(self, reason: str = "") -> None:
        """Ask the run to end; its handler sees ``asyncio.CancelledError``.

        Raises:
            InputError: when the reason cannot be written down.
            NotFoundError: when there is no such run, or it has ended.
        """
        self._steer("cancel a run", reason)
        connection, handle = await self._handle()
        with steered(connection, self.id, "cancel"):
            # The server takes a cancel of some runs that have ended, for nothing.
            if (await handle.describe()).close_time is not None:
                raise has_ended(self.id, "cancel")
            await handle.cancel(reason=reason)

    async def terminate(self, reason: str = "") -> None:
        """End the run at once; its handler does not see it and undoes nothing.

        Raises:
            InputError: when the reason cannot be written down.
            NotFoundError: when there is no such run, or it has ended.
        """
        self._steer("terminate a run", reason)
        connection, handle = await self._handle()
        with steered(connection, self.id, "terminate"):
            await handle.terminate(reason=reason or None)

    async def retry(self, from_step: str | None = None, *, reason: str = "") -> Execution:
        """Do the run again from a step: what completed before it stands, decisions and signals too. Same id, new Temporal run.

        That step and all that had not completed run again, and so does what began in the same moment; steps with an idempotency
        key, and those with a transaction, answer from their record. A run that goes on is stopped at that point first.

        Args:
            from_step: the step's id; default the one that failed, else where the run ended.
            reason: why; kept in the run's record.

        Raises:
            InputError: when the run goes on or has completed, and ``from_step`` is not given, or the reason cannot be
                written down.
            ConflictError: when what the run has undone would be taken for done, or the run has passed its own ``timeout``.
            NotFoundError: when there is no such run or step.
            ActionNestingError: in an action.
        """
        check_texts(InputError, from_step=from_step)
        from dosdk_temporal._client.retrying import retry_run  # noqa: PLC0415 - few programs retry runs

        self._steer("retry a run", reason)
        await retry_run(await self._connect(), self.id, from_step, reason)
        return self

    async def explain(self) -> Explanation:
        """Where the run stands and what can be done, in plain sentences.

        Raises:
            NotFoundError: when there is no such run.
        """
        from dosdk_temporal._client.explaining import explain_run  # noqa: PLC0415 - few programs explain runs

        connection, _ = await self._handle()
        return await explain_run(connection, self.id)

    async def pause(self, reason: str = "") -> None:
        """Pause the run: what it has scheduled ends, nothing new begins, and what comes for it is kept.

        Raises:
            InputError: when the reason cannot be written down.
            ConflictError: when it is paused already.
            NotFoundError: when there is no such run, or it has ended.
        """
        from dosdk_temporal._client.pausing import pause_run  # noqa: PLC0415 - few programs pause runs

        self._steer("pause a run", reason)
        await pause_run(await self._connect(), self.id, reason)

    async def resume(self, reason: str = "") -> None:
        """Let a paused run go on.

        Raises:
            InputError: when the reason cannot be written down.
            ConflictError: when it is not paused.
            NotFoundError: when there is no such run, or it has ended.
        """
        from dosdk_temporal._client.pausing import resume_run  # noqa: PLC0415 - few programs pause runs

        self._steer("resume a run", reason)
        await resume_run(await self._connect(), self.id, reason)

    def _steer(self, what: str, reason: str) -> None:
        check_free_text(reason, "reason")
        place = current_place()
        if place is not None:
            place.refuse(what)

    async def _handle(self) -> tuple[Connection, WorkflowHandle[Any, Any]]:
        place = current_place()
        if place is not None and place.kind == "workflow":
            place.refuse("ask the server about a run")
        connection = await self._connect()
        return connection, connection.client.get_workflow_handle(self.id, result_type=RawValue)
