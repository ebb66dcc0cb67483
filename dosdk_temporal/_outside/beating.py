"""Outside: signs of life of what runs or waits on a worker's own loop."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from temporalio import activity

__all__ = ["beating"]


@asynccontextmanager
async def beating(beat: Callable[[], None] = activity.heartbeat) -> AsyncIterator[None]:
    """Beat while the block runs, three times within the heartbeat time-out; not at all where there is none.

    Args:
        beat: gives the sign of life.
    """
    limit = activity.info().heartbeat_timeout
    task = asyncio.create_task(_beat(limit.total_seconds() / 3, beat)) if limit else None
    try:
        yield
    finally:
        if task is not None:
            task.cancel()


async def _beat(pause: float, beat: Callable[[], None]) -> None:
    while True:
        await asyncio.sleep(pause)
        beat()
