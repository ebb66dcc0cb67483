"""Calls that a handler makes and does not await, and what is for ``async with`` only."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from dosdk_temporal import DefinitionError, Do, Registry
from dosdk_temporal._inside.compensating import Block
from dosdk_temporal._pure.awaiting import all_awaited, to_be_awaited


@to_be_awaited("do.things")
class Things:
    """Calls, as the client has them."""

    async def run(self, name: str) -> str:
        """Give the name."""
        return name

    def plain(self) -> str:
        """Nothing to await."""
        return "plain"


things = Things()


async def handled(handler: Callable[[], Awaitable[Any]], *, may_refuse: bool = True) -> Any:
    with all_awaited("workflow 'w'", may_refuse=lambda: may_refuse):
        return await handler()


async def forgets() -> str:
    things.run("a")  # type: ignore[unused-coroutine]
    return things.plain()


async def gives_it_back() -> Any:
    return things.run("a")


async def forgets_many() -> None:
    _ = [things.run(str(number)) for number in range(100)]


@pytest.mark.parametrize(
    ("handler", "named"),
    [
        (forgets, [(1, "do.things.run(...)")]),
        (gives_it_back, [(1, "do.things.run(...)")]),
        (forgets_many, [(1, "do.things.run(...)")] * 5),
    ],
)
async def test_a_call_that_is_not_awaited(handler: Callable[[], Awaitable[Any]], named: list[tuple[int, str]]) -> None:
    """It is named with its line, and what to write; Python's own warning is not needed then."""
    line = handler.__code__.co_firstlineno
    told = "; ".join(f"{call} in test_awaiting.py, line {line + below}" for below, call in named)
    with pytest.raises(DefinitionError) as refused:
        await handled(handler)
    assert str(refused.value) == (
        f"the handler of workflow 'w' did not await {told}: a call that is not awaited does nothing; write 'await' before "
        "it, or, for several at once, 'await do.parallel(...)'"
    )


async def test_a_run_from_before_goes_on() -> None:
    """Where it may not be refused, the handler's value stands."""
    assert await handled(forgets, may_refuse=False) == "plain"


async def awaits() -> list[str]:
    task = asyncio.create_task(things.run("d"))
    several = [await asyncio.gather(things.run("b"), things.run("c")) for _ in range(100)]
    return [await things.run("a"), *several[-1], await task]


async def leaves_a_task() -> list[str]:
    task = asyncio.create_task(things.run("a"))
    return [task.get_name()] if task.done() else []


@pytest.mark.parametrize(("handler", "value"), [(awaits, ["a", "b", "c", "d"]), (leaves_a_task, [])])
async def test_calls_that_are_awaited(handler: Callable[[], Awaitable[Any]], value: list[str]) -> None:
    """Awaited, gathered or given to a task, a call is the handler's own business."""
    assert await handled(handler) == value


async def test_the_handler_s_own_error_counts() -> None:
    """What a handler raises is not hidden by a call that it did not come to await."""

    async def fails() -> None:
        _ = things.run("a")
        raise ValueError("before")

    with pytest.raises(ValueError, match="before"):
        await handled(fails)


async def test_outside_of_handlers() -> None:
    """Elsewhere a call is Python's plain coroutine."""
    assert await things.run("a") == "a"


@pytest.mark.parametrize(
    ("make", "spelled"),
    [
        (lambda do: Block(None), "do.saga()"),  # type: ignore[arg-type] # it is not entered
        (lambda do: do, "Do(...)"),
        (lambda do: do.worker(), "do.worker(...)"),
    ],
)
def test_with_instead_of_async_with(make: Callable[[Do], Any], spelled: str) -> None:
    """A plain ``with`` is refused with what to write."""
    with pytest.raises(DefinitionError) as refused, make(Do(registry=Registry())):
        pass
    assert str(refused.value) == f"{spelled} is entered by 'async with': write 'async with {spelled}:'"


def test_a_saga_outside_of_a_workflow() -> None:
    """It is refused there, before it is entered."""
    with pytest.raises(DefinitionError) as refused:
        Do(registry=Registry()).saga()
    assert str(refused.value) == "only a workflow's handler can open a saga: here nothing would outlive the program"
