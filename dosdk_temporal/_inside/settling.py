"""Inside: an activity that is not left behind while it may still be at work."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Any

from dosdk_temporal._pure.interpreter.together import to_the_end

__all__ = ["settled"]


async def settled(running: asyncio.Future[Any]) -> Any:
    """Await an activity; cancelling that asks it to end, and waits until it has, whatever is cancelled meanwhile."""
    try:
        return await asyncio.shield(running)
    except asyncio.CancelledError:
        running.cancel()
        with suppress(asyncio.CancelledError):
            await to_the_end(_over(running))
        raise


async def _over(running: asyncio.Future[Any]) -> None:
    await asyncio.gather(running, return_exceptions=True)
