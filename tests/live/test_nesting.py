"""Actions cannot call actions, by any back door."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from dosdk_temporal import ActionNestingError, Trigger
from dosdk_temporal.testing import TestDo
from tests.live.threads import POOL, in_thread


def _sync(do: TestDo) -> Any:
    return asyncio.run(do.action.run("inner"))


async def _helper(do: TestDo) -> Any:
    return await do.action.run("inner")


DOORS: dict[str, Callable[[TestDo], Awaitable[Any]]] = {
    "directly": lambda do: do.action.run("inner"),
    "through a helper": _helper,
    "in a task": lambda do: asyncio.create_task(_helper(do)),
    "in to_thread": lambda do: asyncio.to_thread(_sync, do),
    "in the loop's executor": lambda do: asyncio.get_running_loop().run_in_executor(None, _sync, do),
    "in a thread": lambda do: asyncio.to_thread(in_thread, lambda: _sync(do)),
    "in a pool of its own": lambda do: asyncio.wrap_future(POOL.submit(_sync, do)),
    "by a workflow's execute": lambda do: do.workflows.execute("outer"),
    "by a workflow's start": lambda do: do.workflows.start("outer"),
    "by cancelling a run": lambda do: do.workflows.cancel("some-run"),
    "through do.sync": lambda do: asyncio.to_thread(lambda: do.sync.action.run("inner")),
}


@pytest.mark.parametrize("door", DOORS.values(), ids=DOORS.keys())
async def test_what_starts_or_steers_is_refused(do: TestDo, door: Callable[[TestDo], Awaitable[Any]]) -> None:
    """Whatever way an action takes to start or steer something, it is refused and nothing has run."""
    ran = []

    @do.action.create(name="inner")
    async def inner() -> None:
        ran.append("inner")

    @do.workflow.create(name="outer")
    async def outer(_: Trigger) -> None:
        ran.append("outer")

    @do.action.create(name="nests")
    async def nests() -> Any:
        return await door(do)

    async with do.worker():
        with pytest.raises(ActionNestingError, match="action 'nests' tried to "):
            await do.action.run("nests")
    assert ran == []


async def test_a_plain_handler_is_refused_too(do: TestDo) -> None:
    """A handler that is not async runs on a thread, and is refused there."""

    @do.action.create(name="nests")
    def nests() -> Any:
        return asyncio.run(do.action.run("inner"))

    async with do.worker():
        with pytest.raises(ActionNestingError, match="action 'nests' tried to call action 'inner'"):
            await do.action.run("nests")


async def test_reading_is_allowed_in_an_action(do: TestDo) -> None:
    """An action may ask for the status of a run and list runs."""

    @do.workflow.create(name="done")
    async def done(_: Trigger) -> int:
        return 7

    @do.action.create(name="asks")
    async def asks(execution_id: str) -> list[Any]:
        status = await do.workflows.get_status(execution_id)
        return [status.state, status.output, await do.workflows.list(workflow="no-such-workflow")]

    async with do.worker():
        execution = await do.workflows.start("done")
        await execution.result()
        assert await do.action.run("asks", {"execution_id": execution.id}) == ["completed", 7, []]


async def test_a_pool_that_an_action_began_serves_others_meanwhile(do: TestDo) -> None:
    """A pool whose thread came with an action that still runs serves client code as before, and the action's is refused."""
    began, end = asyncio.Event(), threading.Event()
    loop = asyncio.get_running_loop()

    @do.action.create(name="inner")
    async def inner() -> int:
        return 1

    with ThreadPoolExecutor(1) as pool:

        @do.action.create(name="begins-the-pool")
        def begins_the_pool() -> str:
            with pytest.raises(ActionNestingError):
                pool.submit(_sync, do).result()
            loop.call_soon_threadsafe(began.set)
            end.wait()
            return "refused"

        async with do.worker():
            running = asyncio.ensure_future(do.action.run("begins-the-pool"))
            await began.wait()
            try:
                assert await asyncio.wrap_future(pool.submit(_sync, do)) == 1
            finally:
                end.set()
            assert await running == "refused"


async def test_a_pool_is_free_again_when_the_action_has_ended(do: TestDo) -> None:
    """A pool's thread that served an action serves client code afterwards."""

    @do.action.create(name="inner")
    async def inner() -> int:
        return 1

    @do.action.create(name="uses-the-pool")
    async def uses_the_pool() -> int:
        return await asyncio.wrap_future(POOL.submit(lambda: 2))

    async with do.worker():
        assert await do.action.run("uses-the-pool") == 2
        assert await asyncio.wrap_future(POOL.submit(_sync, do)) == 1
