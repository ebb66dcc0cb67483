"""Compensation where blocks fail at once: each step is undone once, and the run waits for all of it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from dosdk_temporal import ActionContext, Trigger, WorkflowError
from dosdk_temporal.testing import TestDo
from tests.live.ledger import Ledger, undone

Serve = Callable[..., Any]


@pytest.fixture
async def ledger(do: TestDo) -> Ledger:
    """What is done and undone."""
    return Ledger(do)


@pytest.mark.parametrize("ends_well", [True, False])
async def test_what_nobody_waits_for(do: TestDo, ledger: Ledger, serve: Serve, *, ends_well: bool) -> None:
    """A block that is being undone in a task is undone to its end, however the run ends meanwhile."""
    undoing = asyncio.Event()
    loop = asyncio.get_running_loop()

    async def undo(context: ActionContext) -> None:
        loop.call_soon_threadsafe(undoing.set)
        if context.attempt == 1:
            raise ValueError("not yet")
        ledger.lines.append("undone")

    do.action.create(name="reserve", handler=lambda: "reserved", compensate=undo)

    @do.workflow.create(name="trip")
    async def trip(_: Trigger) -> str:
        async def aside() -> None:
            async with do.saga():
                await do.action.run("reserve")
                await do.action.run("fail")

        left_over = asyncio.ensure_future(aside())
        await anext(do.signals("go on"))
        if not ends_well:
            raise ValueError(f"left over: {not left_over.done()}")
        return f"left over: {not left_over.done()}"

    async with serve():
        run = await do.workflows.start("trip")
        await undoing.wait()
        await run.signal("go on")
        if ends_well:
            assert await run.result() == "left over: True"
        else:
            with pytest.raises(WorkflowError, match="left over: True"):
                await run.result()
    assert ledger.lines == ["undone"]


async def test_a_block_that_fails_while_the_run_is_undone(do: TestDo, ledger: Ledger, serve: Serve) -> None:
    """While the run waits for a step in flight a block within it fails: the run undoes all of it, the last first, each once."""
    asked = asyncio.Event()
    loop = asyncio.get_running_loop()

    @do.action.create(
        name="charge", compensate=lambda outcome: ledger.lines.append(("undo", outcome)), heartbeat="300ms"
    )
    async def charge() -> None:
        ledger.reach()
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            loop.call_soon_threadsafe(asked.set)
            await ledger.passed()
            raise

    @do.workflow.create(name="trip")
    async def trip(_: Trigger) -> None:
        async def aside() -> None:
            async with do.saga():
                await do.action.run("book", {"what": "hotel"})
                await anext(do.signals("fail"))
                raise ValueError("the block")

        await do.action.run("book", {"what": "flight"})
        block, charging = asyncio.ensure_future(aside()), asyncio.ensure_future(do.action.run("charge"))
        await anext(do.signals("end"))
        raise ValueError(f"the run, {block.done() or charging.done()}")

    async with serve():
        run = await do.workflows.start("trip")
        await ledger.reached.wait()
        await run.signal("end")
        await asked.wait()
        await run.signal("fail")
        ledger.open.set()
        with pytest.raises(WorkflowError, match="the run, False"):
            await run.result()
    assert ledger.lines[2:] == [("undo", "unknown"), *undone("hotel", "flight")]
