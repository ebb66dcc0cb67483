"""Pure: several parts of a run at once. The order in which they begin is theirs in the list, on replay too.

Of what several raise a fault of the definition counts most, then a ``return``, then what failed; among equals the first by
position. So nothing hides that the definition itself is wrong: not what failed beside it, nor what catches that.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, Final

from dosdk_temporal._pure.interpreter.faults import is_fault
from dosdk_temporal._pure.interpreter.flow import ReturnedError

__all__ = ["all_of", "first_of", "to_the_end"]

Part = Callable[[], Awaitable[Any]]

_FAULT: Final = 0
_RETURN: Final = 1
_FAILED: Final = 2


async def all_of(parts: Sequence[Part], limit: int | None) -> list[Any]:
    """The values of all parts, in order; all are waited for, then what counts most of what they raised is raised.

    A ``return`` in one of them ends the others.

    Args:
        parts: begun as soon as there is room.
        limit: how many run at once; None for all.
    """
    values: list[Any] = [None] * len(parts)
    raised: dict[int, Exception] = {}
    waiting = iter(enumerate(parts))
    returned: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    async def runner() -> None:
        for position, part in waiting:
            try:
                values[position] = await part()
            except ReturnedError as end:
                if not returned.done():
                    returned.set_result(None)
                    raised[position] = end
                return
            except Exception as error:  # noqa: BLE001 - kept, and raised when all have ended
                raised[position] = error

    runners = [asyncio.ensure_future(runner()) for _ in range(min(limit or len(parts), len(parts)))]
    everything = asyncio.gather(*runners)
    everything.add_done_callback(_heard)
    try:
        await _either(everything, returned)
        if not returned.done():
            everything.result()
    finally:
        await _end(runners)
        returned.cancel()
    _raise_what_counts(raised)
    return values


async def first_of(parts: Sequence[Part], limit: int | None) -> tuple[int, Any] | None:
    """The position and value of the first part that completes with a value; the others are cancelled, and waited for.

    A ``return`` in one of them ends the others, and so does a fault of the definition.

    Args:
        parts: one that gives None has not run, and does not win.
        limit: how many run at once; None for all.

    Returns:
        None where none of them has run; where none completed, what counts most of what they raised is raised.
    """
    gate = asyncio.Semaphore(limit or max(len(parts), 1))
    ended: asyncio.Future[tuple[int, Any] | None] = asyncio.get_running_loop().create_future()
    raised: dict[int, Exception] = {}

    async def one(position: int, part: Part) -> None:
        async with gate:
            won = None
            try:
                value = await part()
            except Exception as error:  # noqa: BLE001 - kept, and raised where no other part wins
                raised[position] = error
                if _weight(error) == _FAILED:
                    return
            else:
                if value is None:
                    return
                won = position, value
            if not ended.done():
                ended.set_result(won)

    tasks = [asyncio.ensure_future(one(position, part)) for position, part in enumerate(parts)]
    everything = asyncio.gather(*tasks, return_exceptions=True)
    try:
        await _either(everything, ended)
    finally:
        await _end(tasks)
        ended.cancel()
    winner = None if ended.cancelled() else ended.result()
    if winner is None or any(map(is_fault, raised.values())):
        _raise_what_counts(raised)
    return winner


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


def _weight(raised: Exception) -> int:
    if is_fault(raised):
        return _FAULT
    return _RETURN if isinstance(raised, ReturnedError) else _FAILED


def _raise_what_counts(raised: Mapping[int, Exception]) -> None:
    if raised:
        raise raised[min(raised, key=lambda position: (_weight(raised[position]), position))]


def _heard(future: asyncio.Future[Any]) -> None:
    """Nobody may be left to hear how it ended, and asyncio would complain of that."""
    if not future.cancelled():
        future.exception()


async def _end(tasks: Sequence[asyncio.Future[Any]]) -> None:
    running = [task for task in tasks if not task.done()]
    for task in running:
        task.cancel()
    await asyncio.gather(*running, return_exceptions=True)
