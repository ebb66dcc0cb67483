"""Inside: one step that something undoes: what became of it, and what undoes it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from pydantic_core import from_json
from temporalio.common import RawValue

from dosdk_temporal._pure.calls import ActionCall
from dosdk_temporal._pure.compensation import Outcome, Undo, outcome_of_result
from dosdk_temporal._pure.interpreter.asides import COMPENSATION
from dosdk_temporal._pure.names import keyed_id
from dosdk_temporal._wire.outcomes import may_have_happened, undone_as_told
from dosdk_temporal._wire.payloads import result_of

if TYPE_CHECKING:
    from dosdk_temporal._inside.compensating import Block

__all__ = ["UndoableStep"]


class UndoableStep:
    """One step; where a person has it tried again, all that was tried.

    Args:
        call: what was asked.
        id: of the step.
        undone_by: what undoes it, as far as this worker knows: the name of an action, or a function.
        block: that it belongs to.
        ends: numbers steps in the order in which they end.
        database: the name of the one that it writes; None for the SDK's own.

    Attributes:
        ended: its number in that order.
    """

    def __init__(
        self,
        call: ActionCall,
        id: str,  # noqa: A002 - the contract's word
        undone_by: str | Callable[..., Any] | None,
        block: Block,
        ends: Iterator[int],
        database: str | None,
    ) -> None:
        self.call, self.id, self.block = call, id, block
        self.ended = -1
        self._undone_by, self._ends, self._database = undone_by, ends, database
        self._tried: list[asyncio.Future[RawValue]] = []
        self._is_shared = self._was_found = False

    async def follow(self, running: asyncio.Future[RawValue], *, is_shared: bool = False) -> RawValue:
        """Await it. Cancelling that asks it to end, and leaves it to be waited for by who undoes it.

        Args:
            running: the activity, or a run that others wait for too.
            is_shared: whether it is such a run, which goes on for them.
        """
        self._tried.append(running)
        self._is_shared = is_shared
        running.add_done_callback(self._end)
        try:
            return await asyncio.shield(running)
        except asyncio.CancelledError:
            self.cancel()
            raise

    def found(self, was_found: bool) -> None:
        """Take note whether another run began what this one only waits for: it is not this one's to undo then."""
        self._was_found = was_found

    def cancel(self) -> None:
        """Ask it to end, where it has not."""
        if not self.is_over and not self._is_shared:
            self._tried[-1].cancel()

    async def over(self) -> None:
        """Until it has ended."""
        await asyncio.gather(*self._tried, return_exceptions=True)

    @property
    def is_over(self) -> bool:
        """Whether it has ended."""
        return all(one.done() for one in self._tried)

    @property
    def outcome(self) -> Outcome | None:
        """What is known of its effect; None where it had none, or none that is this run's to undo."""
        if self._completed is not None:
            return None if self._was_found else outcome_of_result(result_of(self._completed)[1])
        may_have = any(may_have_happened(_failure(one), is_local=self._is_local) for one in self._tried)
        return "unknown" if may_have and not self._is_shared else None  # a shared run undoes itself

    @property
    def undone_by(self) -> str | Callable[..., Any] | None:
        """What undoes it: as its call says, else as the worker said that ran it, else as this one knows."""
        if self.call.compensate is not None:
            return self.call.compensate
        if self._completed is not None:
            return result_of(self._completed)[1].compensate
        told = (undone_as_told(_failure(one)) for one in self._tried)
        return next((one for one in told if one is not None), self._undone_by)

    def undo(self) -> Undo | None:
        """What is to be done to undo it; None where it took no effect, or nothing undoes it."""
        outcome, undone_by = self.outcome, self.undone_by
        if outcome is None or undone_by is None:
            return None
        output = from_json(result_of(self._completed)[0]) if outcome == "completed" and self._completed else None
        told = {"input": from_json(self.call.data), "output": output, "outcome": outcome}
        key = self.call.idempotency_key
        frees = None if key is None else keyed_id(self.call.name, key)
        return Undo(self.id, self.call.name, undone_by, told, f"{self.id}{COMPENSATION}", frees, self._database)

    @property
    def _completed(self) -> RawValue | None:
        return next((one.result() for one in self._tried if _is_completed(one)), None)

    @property
    def _is_local(self) -> bool:
        return self.call.definition is not None and self.call.definition.local

    def _end(self, _: object) -> None:
        self.ended = next(self._ends)


def _is_completed(tried: asyncio.Future[RawValue]) -> bool:
    return tried.done() and not tried.cancelled() and tried.exception() is None


def _failure(tried: asyncio.Future[RawValue]) -> BaseException | None:
    """How it failed; one that was cancelled in the very moment of its end does not tell what that was."""
    if not tried.done():
        return None
    return asyncio.CancelledError() if tried.cancelled() else tried.exception()
