"""Inside: whose cancellation it is: this run's, or only that of what it waits for."""

from __future__ import annotations

import asyncio

__all__ = ["being_cancelled"]


def being_cancelled() -> bool:
    """Whether it is the calling task that is cancelled, not only another run that it waits for."""
    task = asyncio.current_task()
    return task is not None and bool(task.cancelling())
