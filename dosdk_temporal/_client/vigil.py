"""Outside: a look now and then, while somebody waits, at whether anybody does what is waited for."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from types import TracebackType
from typing import Final

from dosdk_temporal._pure.polling import QueueSight
from dosdk_temporal.errors import DoError

__all__ = ["FIRST", "Vigil"]

_log = logging.getLogger("dosdk_temporal")

FIRST: Final = 10.0
_LONGEST: Final = 60.0
"""Seconds until the first look, and between two at most: most waits are over before any."""


class Vigil:
    """The looks at one task queue, shared by all who wait for it; used by ``with`` around each wait, also within one another.

    The first wait begins it and the last one ends it. It never breaks a wait: where a look fails, there is the next.

    Args:
        look: shows the task queue.
        warn: is told when work lies there that nobody asks for; once, until a worker has been there again.
        tell_again: is told when a worker is there after a warning.
        first: seconds until the first look; each further pause is twice the one before. Default 10.
        longest: the longest pause. Default 60 seconds.

    Attributes:
        looking: held by who looks when something is started, so that many at once make one look.
    """

    def __init__(
        self,
        look: Callable[[], Awaitable[QueueSight]],
        warn: Callable[[QueueSight], None],
        tell_again: Callable[[], None],
        *,
        first: float = FIRST,
        longest: float = _LONGEST,
    ) -> None:
        self._look, self._warn, self._tell_again = look, warn, tell_again
        self._first, self._longest = first, longest
        self.looking = asyncio.Lock()
        self._waits = 0
        self._beginning: asyncio.TimerHandle | None = None
        self._watch: asyncio.Task[None] | None = None
        self._told: QueueSight | None = None

    @property
    def has_told(self) -> bool:
        """Whether it has warned, and seen no worker since."""
        return self._told is not None

    def tell(self, sight: QueueSight) -> None:
        """Warn, unless that has been done and no worker has asked for what lies there since."""
        if self._told is None or sight.is_forsaken_again(self._told):
            self._warn(sight)
        self._told = sight

    def __enter__(self) -> None:
        self._waits += 1
        if self._waits == 1:
            # A timer, not a task: most waits end before it, and cost no more than that.
            self._beginning = asyncio.get_running_loop().call_later(self._first, self._begin)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._waits -= 1
        if self._waits == 0:
            if self._beginning is not None:
                self._beginning.cancel()
            if self._watch is not None:
                self._watch.cancel()
            self._beginning = self._watch = None

    def _begin(self) -> None:
        self._watch = asyncio.get_running_loop().create_task(self._keep())

    async def _keep(self) -> None:
        pause = self._first
        while True:
            try:
                self._judge(await self._look())
            except DoError as error:
                _log.debug("whether a worker asks for work cannot be seen now: %s", error)
            # Once it has warned, somebody is about to start a worker and wants to see it taken notice of.
            await asyncio.sleep(self._first if self.has_told else pause)
            pause = min(pause * 2, self._longest)

    def _judge(self, sight: QueueSight) -> None:
        if sight.is_forsaken:
            self.tell(sight)
        elif self.has_told and sight.is_served:
            self._told = None
            self._tell_again()
