"""Outside: actions of which a worker runs only so many at once: who is over the limit waits for its turn.

A few wait in the worker, so that the next begins at once. The rest is handed back and delivered again a little later, to
whichever worker asks then: all of them in here would take the slots of every other action. Waiting is no attempt and costs
none of an attempt's time.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import uniform
from typing import Final

from temporalio import activity

from dosdk_temporal._outside.beating import beating
from dosdk_temporal._outside.record import Record
from dosdk_temporal._pure.definitions import ActionDefinition
from dosdk_temporal._wire.failures import ActionFailure, failure_of

__all__ = ["NotItsTurnError", "Turns"]

_LINE: Final = 10
"""How many of one action wait in the worker; as many as run at once where that is more."""

_LONGEST_PAUSE: Final = 8.0
"""Seconds until one that was handed back comes again; the first time half a second to one."""


class NotItsTurnError(Exception):
    """An attempt is handed back, as many of its action run and wait here already."""


@dataclass
class _Line:
    """Those of one action that run or wait."""

    places: asyncio.Semaphore
    waiting: int = 0


@dataclass
class Turns:
    """The turns of one worker.

    Args:
        slots: how many actions, of all kinds, it runs at once.
    """

    slots: int
    _lines: dict[tuple[str, str, int], _Line] = field(default_factory=dict)

    @asynccontextmanager
    async def turn(self, definition: ActionDefinition, record: Record, total: timedelta | None) -> AsyncIterator[None]:
        """Wait for a turn, and have it for as long as it is entered. One whose total time-out passes meanwhile waits no more.

        Args:
            definition: whose attempt.
            record: what it leaves for its next delivery.
            total: its total time-out.

        Raises:
            ActionFailure: that hands it back.
        """
        limit = definition.max_concurrent
        if limit is None:
            yield
            return
        key = (definition.name, definition.version, limit)
        line = self._lines.setdefault(key, _Line(asyncio.Semaphore(limit)))
        if not await self._wait(line, definition, record, total):
            yield
            return
        try:
            yield
        finally:
            line.places.release()

    async def _wait(self, line: _Line, definition: ActionDefinition, record: Record, total: timedelta | None) -> bool:
        """Whether there is a turn now; False where the time was over before."""
        if not line.places.locked():
            return await line.places.acquire()
        if line.waiting >= max(_LINE, definition.max_concurrent or 0) or self._waiting() >= self.slots // 2:
            raise _handed_back(definition, record, _pause(record))
        line.waiting += 1
        try:
            async with beating(record.beat), asyncio.timeout(_left(total)):
                return await line.places.acquire()
        except TimeoutError:
            return False
        except asyncio.CancelledError:
            details = activity.cancellation_details()
            if details is not None and details.worker_shutdown:
                raise _handed_back(definition, record, timedelta(milliseconds=1)) from None
            raise
        finally:
            line.waiting -= 1

    def _waiting(self) -> int:
        return sum(line.waiting for line in self._lines.values())


def _left(total: timedelta | None) -> float | None:
    if total is None:
        return None
    return max((activity.info().scheduled_time + total - datetime.now(UTC)).total_seconds(), 0)


def _pause(record: Record) -> timedelta:
    """Longer each time, and not the same for all, so that they do not come all at once."""
    return timedelta(seconds=min(2 ** min(record.uncounted, 10), _LONGEST_PAUSE) * uniform(0.5, 1))  # noqa: S311 - no secret


def _handed_back(definition: ActionDefinition, record: Record, pause: timedelta) -> ActionFailure:
    record.uncounted += 1
    record.beat()
    told = f"{definition.max_concurrent} run at once in a worker, and more wait"
    return failure_of(NotItsTurnError(told), retry_after=pause, action=definition.name)
