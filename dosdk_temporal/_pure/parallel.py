"""Pure: several calls at once."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Awaitable
from typing import Any

from dosdk_temporal.errors import InputError

__all__ = ["run_parallel"]


async def run_parallel(*calls: Awaitable[Any], limit: int | None = None) -> list[Any]:
    """Await all calls and give their results in order.

    All are waited for, also when one fails; then the first error by position is raised, with every call's result (None
    where it failed) in its ``results``. Cancelling the await cancels all of them. In a workflow the order in which they
    begin is theirs in the list, also on replay.

    Args:
        *calls: what ``do.action.run(...)`` and its like give, not awaited.
        limit: how many run at once; None for all.

    Raises:
        InputError: when ``limit`` is below 1, or something is no call.
    """
    try:
        return await _gather(calls, limit)
    finally:
        for call in calls:
            if inspect.iscoroutine(call):
                call.close()  # one that was not begun: Python would warn that it was never awaited


async def _gather(calls: tuple[Awaitable[Any], ...], limit: int | None) -> list[Any]:
    _check(calls, limit)
    gate = asyncio.Semaphore(limit or max(len(calls), 1))

    async def one(call: Awaitable[Any]) -> Any:
        async with gate:
            return await call

    outcomes = await asyncio.gather(*map(one, calls), return_exceptions=True)
    errors = [outcome for outcome in outcomes if isinstance(outcome, BaseException)]
    if not errors:
        return outcomes
    errors[0].results = [None if isinstance(o, BaseException) else o for o in outcomes]  # type: ignore[attr-defined]
    raise errors[0]


def _check(calls: tuple[object, ...], limit: object) -> None:
    if limit is not None and (not isinstance(limit, int) or isinstance(limit, bool) or limit < 1):
        raise InputError(f"limit={limit!r} is how many calls run at once: 1 or more, or None for all")
    for position, call in enumerate(calls, start=1):
        if not inspect.isawaitable(call):
            raise InputError(
                "do.parallel takes calls that are not yet awaited, as do.action.run(...): "
                f"number {position} is of type {type(call).__name__}"
            )
