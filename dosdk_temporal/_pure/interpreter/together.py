"""Pure: several parts of a run at once. The order in which they begin is theirs in the list, on replay too."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from dosdk_temporal._pure.interpreter.flow import ReturnedError

__all__ = ["all_of", "first_of", "to_the_end"]

Part = Callable[[], Awaitable[Any]]


async def all_of(parts: Sequence[Part], limit: int | None) -> list[Any]:
    """The values of all parts, in order; all are waited for, then the first error by position is raised.

    A ``return`` in one of them ends the others.

    Args:
        parts: begun as soon as there is room.
        limit: how many run at once; None for all.
    """
    values: list[Any] = [None] * len(parts)
    errors: dict[int, Exception] = {}
    waiting = iter(enumerate(parts))
    returned: asyncio.Future[ReturnedError] = asyncio.get_running_loop().create_future()

    async def runner() -> None:
        for position, part in waiting:
            try:
                values[position] = await part()
            except ReturnedError as end:
                if not returned.done():
                    returned.set_result(end)
                return
            except Exception as error:  # noqa: BLE001 - kept, and raised when all have ended
                errors[position] = error

    runners = [asyncio.ensure_future(runner()) for _ in range(min(limit or len(parts), len(parts)))]
    everything = asyncio.gather(*runners)
    everything.add_done_callback(_heard)
    try:
        await _either(everything, returned)
        if returned.done():
            raise returned.result()
        everything.result()
    finally:
        await _end(runners)
        returned.cancel()
    if errors:
        raise errors[min(errors)]
    return values


async def first_of(parts: Sequence[Part], limit: int | None) -> tuple[int, Any] | None:
    """The position and value of the first part that completes with a value; the others are cancelled, and waited for.

    Args:
        parts: one that gives None has not run, and does not win.
        limit: how many run at once; None for all.

    Returns:
        None where none of them has run; where none completed, the first error by position is raised.
    """
    gate = asyncio.Semaphore(limit or max(len(parts), 1))
    won: asyncio.Future[tuple[int, Any]] = asyncio.get_running_loop().create_future()
    errors: dict[int, BaseException] = {}

    async def one(position: int, part: Part) -> None:
        async with gate:
            try:
                value = await part()
            except ReturnedError as end:
                value = end
            except Exception as error:  # noqa: BLE001 - kept, and raised where no other part wins
                errors[position] = error
                return
            if value is not None and not won.done():
                won.set_result((position, value))

    tasks = [asyncio.ensure_future(one(position, part)) for position, part in enumerate(parts)]
    everything = asyncio.gather(*tasks, return_exceptions=True)
    try:
        await _either(everything, won)
    finally:
        await _end(tasks)
    if won.done():
        position, value = won.result()
        if isinstance(value, ReturnedError):
            raise value
        return position, value
    won.cancel()
    if errors:
        raise errors[min(errors)]
    return None


async def to_the_end(work: Awaitable[None]) -> None:
    """Wait for what must be done, whatever is cancelled meanwhile; a cancellation is raised when it is done."""
    task = asyncio.ensure_future(work)
    cancelled: asyncio.CancelledError | None = None
    while not task.done():
        try:
            await asyncio.shield(task)
        except asyncio.CancelledError as cancellation:
            if task.cancelled():
                raise
            cancelled = cancellation
    task.result()
    if cancelled is not None:
        raise cancelled


async def _either(first: asyncio.Future[Any], second: asyncio.Future[Any]) -> None:
    """Until one of the two is done. Not ``asyncio.wait``, whose order of waking is that of a set."""
    one = asyncio.get_running_loop().create_future()

    def wake(_: asyncio.Future[Any]) -> None:
        if not one.done():
            one.set_result(None)

    for future in (first, second):
        future.add_done_callback(wake)
    try:
        await one
    finally:
        for future in (first, second):
            future.remove_done_callback(wake)


def _heard(future: asyncio.Future[Any]) -> None:
    """Nobody may be left to hear how it ended, and asyncio would complain of that."""
    if not future.cancelled():
        future.exception()


async def _end(tasks: Sequence[asyncio.Future[Any]]) -> None:
    running = [task for task in tasks if not task.done()]
    for task in running:
        task.cancel()
    await asyncio.gather(*running, return_exceptions=True)
