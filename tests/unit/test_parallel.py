"""Several calls at once."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dosdk_temporal import InputError
from dosdk_temporal._pure.parallel import run_parallel


class Turns:
    """Calls that note when they begin and end, and how many run at once."""

    def __init__(self) -> None:
        self.log: list[str] = []
        self.running = self.most = 0

    async def call(self, name: str, turns: int = 1, error: BaseException | None = None) -> str:
        """Take a number of turns of the loop, then give the name or raise."""
        self.log.append(f"+{name}")
        self.running += 1
        self.most = max(self.most, self.running)
        try:
            for _ in range(turns):
                await asyncio.sleep(0)
        finally:
            self.running -= 1
            self.log.append(f"-{name}")
        if error is not None:
            raise error
        return name


async def test_results_come_in_order() -> None:
    """Results stand in the order of the calls, whichever ends first."""
    turns = Turns()
    assert await run_parallel(turns.call("slow", 5), turns.call("fast"), turns.call("third", 3)) == [
        "slow",
        "fast",
        "third",
    ]
    assert turns.log == ["+slow", "+fast", "+third", "-fast", "-third", "-slow"]


async def test_nothing_at_once() -> None:
    """No calls give no results."""
    assert (await run_parallel(), await run_parallel(limit=1)) == ([], [])


async def test_a_limit_is_kept() -> None:
    """At most as many run at once as the limit says; they begin in their order."""
    turns = Turns()
    await run_parallel(*(turns.call(str(number), 3) for number in range(7)), limit=2)
    assert (turns.most, [entry for entry in turns.log if entry[0] == "+"]) == (2, [f"+{number}" for number in range(7)])


async def test_the_first_error_by_position_after_all_have_ended() -> None:
    """All are waited for; the first error by position is raised, with every other result on it."""
    turns, first, second = Turns(), KeyError("first"), ValueError("second")
    with pytest.raises(KeyError) as raised:
        await run_parallel(
            turns.call("a", 9), turns.call("b", 5, first), turns.call("c", 1, second), turns.call("d", 7)
        )
    assert raised.value is first
    assert raised.value.results == ["a", None, None, "d"]  # type: ignore[attr-defined]
    assert turns.running == 0


async def test_cancelling_cancels_all() -> None:
    """Cancelling the await cancels every call, and what has not begun never begins."""
    turns = Turns()
    running = asyncio.ensure_future(run_parallel(*(turns.call(name, 1000) for name in "abc"), limit=2))
    for _ in range(3):
        await asyncio.sleep(0)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert turns.log == ["+a", "+b", "-a", "-b"]


@pytest.mark.parametrize("limit", [0, -1, True, 1.5, "2"])
async def test_a_limit_that_is_none(limit: Any) -> None:
    """A limit below 1, or no number, is refused before any call begins."""
    turns = Turns()
    with pytest.raises(InputError) as refused:
        await run_parallel(turns.call("a"), limit=limit)
    assert str(refused.value) == f"limit={limit!r} is how many calls run at once: 1 or more, or None for all"
    assert turns.log == []


async def test_what_is_no_call() -> None:
    """Something that cannot be awaited is refused by its position, and no call begins."""
    turns = Turns()
    calls: list[Any] = [turns.call("a"), "charge", turns.call]
    with pytest.raises(InputError) as refused:
        await run_parallel(*calls)
    assert str(refused.value) == (
        "do.parallel takes calls that are not yet awaited, as do.action.run(...): number 2 is of type str"
    )
    assert turns.log == []


@given(st.lists(st.tuples(st.integers(0, 5), st.booleans()), max_size=8), st.none() | st.integers(1, 4))
def test_every_call_has_its_outcome(plan: list[tuple[int, bool]], limit: int | None) -> None:
    """However long calls take and whichever fail, each result stands at its call's place and the limit holds."""
    turns = Turns()
    calls: list[Awaitable[str]] = [
        turns.call(str(number), length, ValueError(number) if fails else None)
        for number, (length, fails) in enumerate(plan)
    ]
    expected = [None if fails else str(number) for number, (_, fails) in enumerate(plan)]

    async def run() -> tuple[Any, list[Any]]:
        try:
            return None, await run_parallel(*calls, limit=limit)
        except ValueError as error:
            return error.args[0], error.results  # type: ignore[attr-defined]

    failed, results = asyncio.run(run())
    assert (failed, results) == (next((n for n, (_, fails) in enumerate(plan) if fails), None), expected)
    assert turns.most <= (limit or len(plan))
