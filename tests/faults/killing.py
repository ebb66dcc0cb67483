"""A worker that is killed again and again while something goes on."""

from __future__ import annotations

import asyncio
import random
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

from dosdk_temporal import Do
from tests.live.worker_programs.launch import worker_with

__all__ = ["Killing", "killed"]


@dataclass
class Killing:
    """How often it was killed."""

    kills: int = 0


@asynccontextmanager
async def killed(
    do: Do, *modules: str, longest: float, chance: random.Random, **environment: str
) -> AsyncIterator[Killing]:
    """From a first worker's start to the end of the block, one lives for a moment, is killed by SIGKILL, and the next starts.

    Args:
        do: a client of the queue that it serves.
        *modules: of ``worker_programs``.
        longest: seconds that one lives.
        chance: of how long each does.
        **environment: of the workers.
    """
    killing, up, over = Killing(), asyncio.Event(), asyncio.Event()

    async def kill() -> None:
        # A run that a dead worker had in its cache would be offered to that one for ten seconds more.
        options = {"max_cached_workflows": 0}
        while not over.is_set():
            async with worker_with(
                options, do.settings.address, do.settings.task_queue, *modules, **environment
            ) as process:
                await process.says("worker serves")
                up.set()
                with suppress(TimeoutError):
                    await asyncio.wait_for(over.wait(), chance.random() * longest)
                if not over.is_set():
                    process.send(signal.SIGKILL)
                    killing.kills += 1

    async with asyncio.TaskGroup() as group:
        group.create_task(kill())
        await up.wait()
        try:
            yield killing
        finally:
            over.set()
