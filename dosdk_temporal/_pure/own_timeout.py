"""Pure: a run's own timeout, which counts from its start, and from each time that somebody has the run retried."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Final, TypeVar

from dosdk_temporal.errors import WorkflowError

__all__ = ["OwnTimeout"]

T = TypeVar("T")

_WORD: Final = 10.0
"""Seconds within which a run that goes on hears of its retry; its time may have been over before it began to go on."""


class OwnTimeout:
    """The timeout of one run.

    Args:
        workflow: its name.
        length: how long the run may take; None for no limit.
        began: when the run was started.
        now: the run's clock.
        goes_on: whether the run goes on from a point of another, so that there may have been a retry.
    """

    def __init__(
        self, workflow: str, length: timedelta | None, began: datetime, now: Callable[[], datetime], *, goes_on: bool
    ) -> None:
        self._workflow, self._length, self._began, self._now = workflow, length, began, now
        self._awaits_word = goes_on
        self._limit: asyncio.Timeout | None = None
        self._timer: asyncio.Handle | None = None

    def renew(self) -> None:
        """Let the whole length count from now; where it has passed already, that stands."""
        self._began, self._awaits_word = self._now(), False
        if self._limit is not None and not self._limit.expired():
            self._set()

    async def bound(self, running: Awaitable[T]) -> T:
        """Await what the run does, and cancel it where that takes too long.

        Raises:
            WorkflowError: when it did.
        """
        limit = self._limit = asyncio.timeout(None)
        self._set()
        try:
            async with limit:
                return await running
        except TimeoutError:
            if self._length is None or not limit.expired():
                raise
            message = (
                f"workflow {self._workflow!r} did not complete within its timeout of {self._length.total_seconds():g} s"
            )
            raise WorkflowError(message, state="timed_out") from None
        finally:
            self._limit = None
            self._unset()

    def _set(self) -> None:
        self._unset()
        if self._length is not None:
            left = self._length - (self._now() - self._began)
            self._call(left.total_seconds(), self._over)

    def _unset(self) -> None:
        if self._timer is not None:
            self._timer.cancel()

    def _over(self) -> None:
        if self._awaits_word:
            self._call(_WORD, self._end)
        else:
            self._end()

    def _end(self) -> None:
        if self._limit is not None:
            self._limit.reschedule(asyncio.get_running_loop().time())

    def _call(self, seconds: float, callback: Callable[[], None]) -> None:
        loop = asyncio.get_running_loop()
        self._timer = loop.call_later(seconds, callback) if seconds > 0 else loop.call_soon(callback)
