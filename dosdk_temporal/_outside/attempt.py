"""Outside: one attempt of one action: the handler run once, and what follows when it fails."""

from __future__ import annotations

import asyncio
import inspect
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

import structlog
from temporalio import activity
from temporalio.common import RawValue

from dosdk_temporal._outside.context import ActionContext
from dosdk_temporal._outside.handlers import HandlerThreads, Running
from dosdk_temporal._outside.nesting import ActionPlace
from dosdk_temporal._outside.next_attempt import pause_before_next
from dosdk_temporal._outside.record import Record
from dosdk_temporal._outside.transactions.recorded import Recorded, may_be_under_way, recorded_by
from dosdk_temporal._outside.transactions.worker_transactions import WorkerTransactions
from dosdk_temporal._pure.definitions import ActionDefinition
from dosdk_temporal._pure.facts import CallFacts, ResultFacts
from dosdk_temporal._pure.metrics import Figures
from dosdk_temporal._pure.options import Options, merge
from dosdk_temporal._pure.place import CURRENT
from dosdk_temporal._pure.secret_values import AFTER_IT
from dosdk_temporal._pure.values import encode_output, plain
from dosdk_temporal._wire.failures import ActionFailure, failure_of
from dosdk_temporal._wire.groups import ungrouped
from dosdk_temporal._wire.payloads import raw_value
from dosdk_temporal._wire.texts import cause_of
from dosdk_temporal.errors import ActionError, ActionTimeoutError

if TYPE_CHECKING:
    from dosdk_temporal._outside.transactions.once import Once

__all__ = ["Attempt"]

_BEAT: Final = 5.0
"""Seconds between the SDK's own signs of life; sooner where the heartbeat time-out is short."""

_STOPPING: Final = "the worker is stopping"


class Attempt:
    """One attempt of one action."""

    def __init__(
        self,
        definition: ActionDefinition,
        facts: CallFacts,
        record: Record,
        threads: HandlerThreads,
        transactions: WorkerTransactions,
    ) -> None:
        self._info = activity.info()
        self._definition, self._facts, self._record, self._threads = definition, facts, record, threads
        self._transactions = transactions
        workflow, call = Options.from_wire(facts.workflow_options), Options.from_wire(facts.options)
        self._options = merge(workflow, definition.options, call)
        self._number = record.attempt(self._info)
        self._started = datetime.now(UTC)
        self._execution = self._info.workflow_id or self._info.activity_id
        self._step = self._info.activity_id if self._info.workflow_id and facts.kind != "alone" else None
        self._figures = Figures()
        self._beating: asyncio.TimerHandle | None = None

    @property
    def total_timeout(self) -> timedelta | None:
        """Of all attempts and what lies between them; None for no limit."""
        return self._options.total_timeout

    async def run(self, data: bytes) -> RawValue:
        """Run the handler once; raise the failure that says whether and when it is tried again."""
        self._started = datetime.now(UTC)  # it may have waited for its turn
        once: Once | None = None
        try:
            once = self._transactions.once(self._definition, self._key, data)
            self._check_not_spent()
            arguments = self._definition.signature.validate(data)
            output = await self._run_handler(arguments, once)
            return _told(output if isinstance(output, Recorded) else self._done(output))
        except HandedBackError as error:
            raise self._deliver_again(error) from None
        except asyncio.CancelledError:
            done = await self._after_all(once)
            if done is None:
                raise
            return _told(done)
        except Exception as error:  # noqa: BLE001 - whatever a handler raises is told to its caller
            failure = self._failure(ungrouped(error))
            done = await self._after_all(once) if failure.non_retryable else None
            if done is None:
                raise failure from cause_of(error)
            return _told(done)

    def _done(self, output: Any) -> Recorded:
        return Recorded(encode_output(output, f"action {self._definition.name!r}"), self._result_facts())

    async def _after_all(self, once: Once | None) -> Recorded | None:
        """What a transaction did of which nobody has heard; None where none did anything, and none can any more."""
        if once is None or not may_be_under_way(self._record, self._number):
            return None
        self._beat_later()
        try:
            return await once.give_up()
        except asyncio.CancelledError:
            if _is_stopping():
                raise self._deliver_again(HandedBackError(_STOPPING)) from None
            raise
        finally:
            self._beat_no_more()

    def _check_not_spent(self) -> None:
        limit = self._options.retry.max_attempts
        if limit is not None and self._number > limit:
            raise ActionError(f"{limit} attempts were made, the last ended with its worker", retryable=False)
        if self._left() <= timedelta(0):
            raise self._overall_timeout()

    async def _run_handler(self, arguments: dict[str, Any], once: Once | None) -> Any:
        place = ActionPlace(self._definition.name, self._figures)
        if self._definition.signature.takes_context:
            arguments["context"] = self._context()
        token = CURRENT.set(place)
        bound = structlog.contextvars.bind_contextvars(
            action=self._definition.name, execution=self._execution, step=self._step, attempt=self._number
        )
        self._beat_later()
        try:
            await self._transactions.settle_undone(self._facts, self._key)
            if once is not None:
                await once.check()
            output = await self._outcome(self._start(arguments, once))
            await self._transactions.close_undone(self._facts, self._key)
            return output
        finally:
            place.active = False
            self._beat_no_more()
            structlog.contextvars.reset_contextvars(**bound)
            CURRENT.reset(token)

    def _start(self, arguments: dict[str, Any], once: Once | None) -> Running:
        handler = self._definition.handler
        if once is None:
            return self._threads.start(handler, arguments, is_async=self._definition.signature.is_async)
        given = {"handler": handler, "arguments": arguments, "done": self._done, "limit": self._limit()}
        return self._threads.start(once.run, given, is_async=True)

    async def _outcome(self, running: Running) -> Any:
        limit = self._limit()
        try:
            if not await running.wait(None if limit is None else limit.total_seconds()):
                await running.cancel()
                if recorded_by(running.future) is None:
                    raise self._attempt_timeout() if self._left() > timedelta(0) else self._overall_timeout()
        except asyncio.CancelledError:
            await running.cancel()
            if recorded_by(running.future) is None:
                if _is_stopping():
                    raise HandedBackError(_STOPPING) from None
                raise
        if running.future.cancelled():
            raise ActionError("the handler cancelled itself")
        outcome = running.future.result()
        if inspect.isawaitable(outcome):
            raise ActionError(
                "the handler gave an awaitable: write it as 'async def', or await within it", retryable=False
            )
        return outcome

    @property
    def _key(self) -> str:
        """The same in every attempt of this call, and different in every other."""
        info = self._info
        return self._facts.key or f"{info.workflow_run_id or info.activity_run_id}/{info.activity_id}"

    def _context(self) -> ActionContext:
        loop = asyncio.get_running_loop()

        def beat(details: Any) -> None:
            self._record.user = plain(details, f"the heartbeat of action {self._definition.name!r}")
            loop.call_soon_threadsafe(self._record.beat)

        return ActionContext(
            execution_id=self._execution,
            action=self._definition.name,
            attempt=self._number,
            idempotency_key=self._key,
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

    def _beat_no_more(self) -> None:
        if self._beating is not None:
            self._beating.cancel()

    def _limit(self) -> timedelta | None:
        """How long this attempt has; None for no limit."""
        shortest = min(self._options.timeout or timedelta.max, self._left())
        return None if shortest == timedelta.max else shortest

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

    def _deliver_again(self, error: HandedBackError) -> ActionFailure:
        """The failure of a delivery that counts as no attempt."""
        self._record.uncounted += 1
        self._record.beat()
        return failure_of(error, retry_after=timedelta(milliseconds=1), action=self._definition.name)

    def _failure(self, error: Exception) -> ActionFailure:
        """The failure that tells the error, and when the next attempt follows."""
        self._record.failed(self._number, error, self._started)
        pause = pause_before_next(self._options.retry, self._number, error)
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
            **self._wanted(pause, error),
        )

    def _wanted(self, pause: timedelta | None, error: Exception) -> dict[str, Any]:
        """What is to follow a last failure: the run reads it there, whatever its own worker has defined."""
        if pause is not None:
            return {}
        handler = self._definition.on_failure
        told: dict[str, Any] = {} if handler is None else {"on_failure": handler.to_wire()}
        if self._definition.compensation is not None:
            told["compensate"] = self._definition.compensation
        if getattr(error, AFTER_IT, False):
            told[AFTER_IT] = True
        return {**told, "hold": True} if self._options.retry.holds else told

    def _result_facts(self) -> ResultFacts:
        closed = datetime.now(UTC).isoformat()
        return ResultFacts(
            self._definition.version,
            self._number,
            self._started.isoformat(),
            closed,
            self._record.trail,
            self._figures.values,
            compensate=self._definition.compensation,
        )


def _told(done: Recorded) -> RawValue:
    return raw_value(done.data, done.facts)


def _is_stopping() -> bool:
    details = activity.cancellation_details()
    return details is not None and details.worker_shutdown


class HandedBackError(Exception):
    """The worker stops: another one takes the attempt over."""


def _seconds(length: timedelta | None) -> str:
    return f"{length.total_seconds():g} s" if length is not None else "no limit"
