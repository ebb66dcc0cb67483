"""Outside: one attempt of one action: the handler run once, and what follows when it fails."""

from __future__ import annotations

import asyncio
import inspect
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import structlog
from temporalio import activity
from temporalio.common import RawValue
from temporalio.exceptions import ApplicationError

from dosdk_temporal._outside.context import ActionContext
from dosdk_temporal._outside.handlers import HandlerThreads, Running
from dosdk_temporal._outside.nesting import ActionPlace
from dosdk_temporal._outside.record import Record
from dosdk_temporal._pure.definitions import ActionDefinition
from dosdk_temporal._pure.facts import CallFacts, ResultFacts
from dosdk_temporal._pure.options import Options, merge
from dosdk_temporal._pure.place import CURRENT
from dosdk_temporal._pure.values import encode_output
from dosdk_temporal._wire.failures import cause_of, failure_of
from dosdk_temporal._wire.payloads import raw_value
from dosdk_temporal.errors import ActionError, ActionTimeoutError, DoError

__all__ = ["Attempt"]

_BEAT: Final = 5.0
"""Seconds between the SDK's own signs of life; sooner where the heartbeat time-out is short."""


class Attempt:
    """One attempt of one action."""

    def __init__(self, definition: ActionDefinition, facts: CallFacts, record: Record, threads: HandlerThreads) -> None:
        self._info = activity.info()
        self._definition, self._facts, self._record, self._threads = definition, facts, record, threads
        workflow, call = Options.from_wire(facts.workflow_options), Options.from_wire(facts.options)
        self._options = merge(workflow, definition.options, call)
        self._number = record.attempt(self._info)
        self._started = datetime.now(UTC)
        self._execution = self._info.workflow_id or self._info.activity_id
        self._step = self._info.activity_id if self._info.workflow_id and facts.kind == "step" else None
        self._beating: asyncio.TimerHandle | None = None

    async def run(self, data: bytes) -> RawValue:
        """Run the handler once; raise the failure that says whether and when it is tried again."""
        try:
            self._check_not_spent()
            arguments = self._definition.signature.validate(data)
            output = await self._run_handler(arguments)
            encoded = encode_output(output, f"action {self._definition.name!r}")
        except _HandedBackError as error:
            raise self._deliver_again(error) from None
        except Exception as error:  # noqa: BLE001 - whatever a handler raises is told to its caller
            raise self._failure(error) from cause_of(error)
        return raw_value(encoded, self._result_facts())

    def _check_not_spent(self) -> None:
        limit = self._options.retry.max_attempts
        if limit is not None and self._number > limit:
            raise ActionError(f"{limit} attempts were made, the last ended with its worker", retryable=False)
        if self._left() <= timedelta(0):
            raise self._overall_timeout()

    async def _run_handler(self, arguments: dict[str, Any]) -> Any:
        place = ActionPlace(self._definition.name)
        if self._definition.signature.takes_context:
            arguments["context"] = self._context()
        token = CURRENT.set(place)
        bound = structlog.contextvars.bind_contextvars(
            action=self._definition.name, execution=self._execution, step=self._step, attempt=self._number
        )
        self._beat_later()
        try:
            handler = self._definition.handler
            running = self._threads.start(handler, arguments, is_async=self._definition.signature.is_async)
            return await self._outcome(running)
        finally:
            place.active = False
            if self._beating is not None:
                self._beating.cancel()
            structlog.contextvars.reset_contextvars(**bound)
            CURRENT.reset(token)

    async def _outcome(self, running: Running) -> Any:
        limits = [
            limit for limit in (self._options.timeout, self._left()) if limit is not None and limit != timedelta.max
        ]
        try:
            if not await running.wait(min(limits).total_seconds() if limits else None):
                await running.cancel()
                raise self._attempt_timeout() if self._left() > timedelta(0) else self._overall_timeout()
        except asyncio.CancelledError:
            await running.cancel()
            details = activity.cancellation_details()
            if details is not None and details.worker_shutdown:
                raise _HandedBackError("the worker is stopping") from None
            raise
        if running.future.cancelled():
            raise ActionError("the handler cancelled itself")
        outcome = running.future.result()
        if inspect.isawaitable(outcome):
            raise ActionError(
                "the handler gave an awaitable: write it as 'async def', or await within it", retryable=False
            )
        return outcome

    def _context(self) -> ActionContext:
        info, loop = self._info, asyncio.get_running_loop()

        def beat(details: Any) -> None:
            self._record.user = details
            loop.call_soon_threadsafe(self._record.beat)

        return ActionContext(
            execution_id=self._execution,
            action=self._definition.name,
            attempt=self._number,
            idempotency_key=self._facts.key or f"{info.workflow_run_id or info.activity_run_id}/{info.activity_id}",
            step=self._step,
            heartbeat_details=self._record.user,
            log=structlog.stdlib.get_logger("dosdk_temporal.action"),
            _beat=beat,
        )

    def _beat_later(self) -> None:
        """A timer and no task: most attempts end before their first beat."""
        if self._info.is_local or self._info.heartbeat_timeout is None:
            return
        pause = min(self._info.heartbeat_timeout.total_seconds() / 3, _BEAT)
        self._beating = asyncio.get_running_loop().call_later(pause, self._beat)

    def _beat(self) -> None:
        self._record.beat()
        self._beat_later()

    def _left(self) -> timedelta:
        """What is left of the total time-out; the longest timedelta where there is none."""
        total = self._options.total_timeout
        return timedelta.max if total is None else self._info.scheduled_time + total - datetime.now(UTC)

    def _attempt_timeout(self) -> ActionTimeoutError:
        return ActionTimeoutError(f"the attempt took longer than its timeout of {_seconds(self._options.timeout)}")

    def _overall_timeout(self) -> ActionTimeoutError:
        total = _seconds(self._options.total_timeout)
        last = [attempt["error"] for attempt in self._record.trail[-1:]]
        told = "".join(f"; the last attempt failed with {error['type']}: {error['message']}" for error in last)
        return ActionTimeoutError(f"it did not complete within its total_timeout of {total}{told}", retryable=False)

    def _deliver_again(self, error: _HandedBackError) -> ApplicationError:
        """The failure of a delivery that counts as no attempt."""
        self._record.uncounted += 1
        self._record.beat()
        return failure_of(error, retry_after=timedelta(milliseconds=1), action=self._definition.name)

    def _failure(self, error: Exception) -> ApplicationError:
        """The failure that tells the error, and when the next attempt follows."""
        self._record.failed(self._number, error, self._started)
        pause = self._next_pause(error)
        if pause is not None and pause >= self._left():
            pause, error = None, self._overall_timeout()
        if pause is not None and not self._info.is_local:
            self._record.beat()
        return failure_of(
            error,
            retry_after=pause,
            trail=self._record.trail if pause is None else None,
            action=self._definition.name,
            step=self._info.activity_id if self._info.workflow_id else None,
            attempts=min(self._number, self._options.retry.max_attempts or self._number),
        )

    def _next_pause(self, error: Exception) -> timedelta | None:
        """Until the next attempt; None when this one was the last."""
        names = [cls.__name__ for cls in type(error).__mro__]
        if not _is_retryable(error) or not self._options.retry.tries_again(self._number, names):
            return None
        return max(self._options.retry.delay_after(self._number), timedelta(milliseconds=1))

    def _result_facts(self) -> ResultFacts:
        closed = datetime.now(UTC).isoformat()
        return ResultFacts(
            self._definition.version, self._number, self._started.isoformat(), closed, self._record.trail
        )


class _HandedBackError(Exception):
    """The worker stops: another one takes the attempt over."""


def _is_retryable(error: Exception) -> bool:
    if isinstance(error, ApplicationError):  # raised by a handler that knows Temporal
        return not error.non_retryable
    return error.retryable if isinstance(error, DoError) else True


def _seconds(length: timedelta | None) -> str:
    return f"{length.total_seconds():g} s" if length is not None else "no limit"
