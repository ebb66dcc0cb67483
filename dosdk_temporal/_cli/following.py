"""Outside: watching a run until it ends, and the inbox until nobody watches."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Any, NoReturn

from dosdk_temporal._pure.status import ExecutionStatus
from dosdk_temporal.errors import DoError

if TYPE_CHECKING:
    from dosdk_temporal._cli.views.inbox_progress import InboxProgress
    from dosdk_temporal._cli.views.progress import Progress
    from dosdk_temporal._client.execution import Execution
    from dosdk_temporal._client.inbox import PendingApproval

__all__ = ["follow", "follow_inbox"]

_FIRST_PAUSE = 0.15
_LONGEST_PAUSE = 2.0
_SLOWER = 1.2
_INBOX_PAUSE = 1.0
"""Seconds: the server's index, which the inbox is read from, lags as long itself."""


async def follow(execution: Execution, show: Progress) -> ExecutionStatus:
    """Show where a run stands until it has ended. Cancelling leaves the run as it is.

    Args:
        execution: the run.
        show: is told each time it was looked at.

    Returns:
        Where it stood at its end, whichever that was.
    """
    ending = asyncio.ensure_future(_ended(execution))
    pause = _FIRST_PAUSE
    try:
        with show:
            while not ending.done():
                show.show(await execution.status())
                # Each look reads the history: a run that lasts is looked at less often. Its end is told at once.
                await asyncio.wait([ending], timeout=pause)
                pause = min(pause * _SLOWER, _LONGEST_PAUSE)
            await ending
            status = await execution.status()
            show.show(status)
            return status
    finally:
        ending.cancel()


async def follow_inbox(look: Callable[[], Awaitable[list[PendingApproval]]], show: InboxProgress) -> NoReturn:
    """Show what waits, again whenever it changes, until it is cancelled.

    Args:
        look: gives what waits now.
        show: is told each time it was looked at.
    """
    with show:
        while True:
            show.show(await look())
            await asyncio.sleep(_INBOX_PAUSE)


async def _ended(execution: Execution) -> Any:
    # How it ended is for the caller to ask: what it raises here may be the run's own error, of any class of the tree.
    with suppress(DoError):
        await execution.result()
