"""Pure: an event loop in which nothing happens but what a record says, at the times that it says."""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Final

__all__ = ["RecordLoop"]

_TICK: Final = timedelta(milliseconds=1)
"""Temporal counts timers in these."""

_NEAR: Final = 2 * _TICK


class RecordLoop(asyncio.SelectorEventLoop):
    """Runs what is ready; where everything waits, it asks for more.

    Args:
        idle: called then; whatever it does makes something ready, or ends the loop's work.
        now: the record's time.
    """

    def __init__(self, idle: Callable[[], None], now: Callable[[], datetime]) -> None:
        super().__init__(_Asking(idle))
        self._now = now
        self._timers: list[tuple[datetime, asyncio.TimerHandle]] = []

    def time(self) -> float:
        """The record's."""
        return self._now().timestamp()

    def call_at(self, when: float, callback: Any, *args: Any, context: Any = None) -> asyncio.TimerHandle:  # type: ignore[override] # asyncio's own types of arguments say no more here
        """Keep a timer until the record says that it fired."""
        handle = asyncio.TimerHandle(when, callback, args, self, context)
        due = self._now() + timedelta(seconds=when - self.time())
        self._timers.append((due, handle))
        return handle

    def fire(self, due: datetime) -> None:
        """Let the timer fire that was due then; one that nobody keeps was not the interpreter's own."""
        self._timers = [kept for kept in self._timers if not kept[1].cancelled()]
        near = [kept for kept in self._timers if abs(kept[0] - due) <= _NEAR]
        if near:
            fired = min(
                near, key=lambda kept: round(abs(kept[0] - due) / _TICK)
            )  # of several, the first that was asked for
            self._timers.remove(fired)
            self.call_soon(fired[1]._run)  # noqa: SLF001 - as asyncio's own loop runs them

    def _timer_handle_cancelled(self, handle: asyncio.TimerHandle) -> None:
        """Called by a timer that is cancelled: there is no count of them here to correct."""


class _Asking(selectors.DefaultSelector):
    """Waits for nothing, and asks for more instead."""

    def __init__(self, idle: Callable[[], None]) -> None:
        super().__init__()
        self._idle = idle

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        ready = super().select(0)
        if not ready and timeout is None:
            self._idle()
        return ready
