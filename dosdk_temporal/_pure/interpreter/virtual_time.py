"""Pure: an event loop whose time passes at once: where everything waits, the clock is put to what comes first."""

from __future__ import annotations

import asyncio
import math
import selectors
from collections.abc import Coroutine
from typing import Any, TypeVar

__all__ = ["WaitsForeverError", "run_in_virtual_time"]

T = TypeVar("T")


class WaitsForeverError(Exception):
    """Everything waits for something that never comes."""


def run_in_virtual_time(work: Coroutine[Any, Any, T]) -> T:
    """Run to the end; days of sleep take no time.

    Raises:
        WaitsForeverError: when nothing is left that could happen.
    """
    loop = _VirtualTimeLoop()
    try:
        return loop.run_until_complete(work)
    finally:
        loop.close()


class _Jumping(selectors.DefaultSelector):
    """Waits for nothing; says how long it would have waited."""

    def __init__(self) -> None:
        super().__init__()
        self.passed = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        ready = super().select(0)
        if ready:
            return ready
        if timeout is None:
            raise WaitsForeverError
        # Just past what is due: the loop runs what is due before now and a nanosecond, and after some hundred days of
        # seconds in a float, now and a nanosecond are now.
        self.passed = math.nextafter(self.passed + timeout, math.inf)
        return []


class _VirtualTimeLoop(asyncio.SelectorEventLoop):
    def __init__(self) -> None:
        self._jumping = _Jumping()
        super().__init__(self._jumping)

    def time(self) -> float:
        return self._jumping.passed

    def close(self) -> None:
        """End what still waits, unheard: nobody is left to hear it."""
        for task in asyncio.all_tasks(self):
            task.cancel()
        super().close()
