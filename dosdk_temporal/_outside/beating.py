"""Outside: the signs of life of the SDK's own activities."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from temporalio import activity

__all__ = ["beating"]


@asynccontextmanager
async def beating() -> AsyncIterator[None]:
    """Beat while the block runs, three times within the heartbeat time-out; not at all where there is none."""
    limit = activity.info().heartbeat_timeout
    task = asyncio.create_task(_beat(limit.total_seconds() / 3)) if limit else None
    try:
        yield
    finally:
        if task is not None:
            task.cancel()


async def _beat(pause: float) -> None:
    while True:
        await asyncio.sleep(pause)
        activity.heartbeat()
