"""Limits on load: how many at once, how many a second, and whose turn it is."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from typing import Any

from temporalio.client import WorkflowHistory

from dosdk_temporal import ActionContext, ActionTimeoutError, Trigger
from dosdk_temporal._client.preparing import Prepared
from dosdk_temporal._client.rate_limit import prepare_rate
from dosdk_temporal.testing import TestDo
from tests.live.command_line import dosdk, masked


class Room:
    """Counts who is inside, and holds them there until all that fit have come."""

    def __init__(self, size: int) -> None:
        self.inside = self.most = 0
        self.attempts: list[int] = []
        self._size, self._full = size, asyncio.Event()

    async def visit(self, context: ActionContext) -> int:
        """Stay until the room was full once."""
        self.inside += 1
        self.most = max(self.most, self.inside)
        if self.inside == self._size:
            self._full.set()
        await self._full.wait()
        await asyncio.sleep(0.02)
        self.inside -= 1
        self.attempts.append(context.attempt)
        return context.attempt


async def test_an_action_runs_only_so_often_at_once(do: TestDo) -> None:
    """However many are called, the limit is reached and not passed, each is a first attempt, and others are not held up."""
    room = Room(2)

    async def quick() -> str:
        return "quick"

    do.action.create(name="slow", handler=room.visit, max_concurrent=2, retry=1, timeout="10s")
    do.action.create(name="quick", handler=quick)

    async def both(_: Trigger) -> list[Any]:
        return [await do.action.run("quick"), await do.action.run("slow")]

    do.workflow.create(name="both", handler=both)
    async with do.worker(max_actions=8):
        calls = [do.action.run("slow") for _ in range(12)] + [do.workflows.execute("both") for _ in range(4)]
        results = await asyncio.gather(*calls)
    assert (room.most, results) == (2, [1] * 12 + [["quick", 1]] * 4)


async def test_waiting_for_a_turn_costs_no_attempt_and_none_of_its_time(do: TestDo) -> None:
    """One that waits in line for longer than its ``timeout`` shows signs of life meanwhile, and then runs as a first attempt."""
    entered, leave = threading.Event(), threading.Event()

    def hold(context: ActionContext, first: bool) -> int:
        if first:
            entered.set()
            leave.wait(30)
        return context.attempt

    async def second(_: Trigger) -> int:
        return int(await do.action.run("hold", {"first": False}, timeout="0.1s"))

    do.action.create(name="hold", handler=hold, max_concurrent=1, heartbeat="0.6s", retry=1)
    do.workflow.create(name="second", handler=second)
    async with do.worker():
        holding = asyncio.ensure_future(do.action.run("hold", {"first": True}))
        await asyncio.to_thread(entered.wait)
        waiting = await do.workflows.start("second")
        handle = (await do.connection()).client.get_workflow_handle(waiting.id)
        while not await _has_beaten(handle):  # noqa: ASYNC110 - it is the server that knows
            await asyncio.sleep(0.05)
        leave.set()
        assert [await holding, await waiting.result()] == [1, 1]


async def _has_beaten(handle: Any) -> bool:
    pending = (await handle.describe()).raw_description.pending_activities
    return any(activity.HasField("last_heartbeat_time") for activity in pending)


async def test_a_total_timeout_goes_on_while_it_waits(do: TestDo) -> None:
    """One whose ``total_timeout`` passes before its turn fails then, and never began."""
    begun, leave = threading.Event(), threading.Event()
    ran = []

    def hold(who: str) -> None:
        ran.append(who)
        begun.set()
        leave.wait()

    do.action.create(name="hold", handler=hold, max_concurrent=1)
    async with do.worker():
        first = asyncio.create_task(do.action.run("hold", {"who": "first"}))
        await asyncio.to_thread(begun.wait)
        do.action.create(name="hold", handler=hold, max_concurrent=1, total_timeout="0.5s")
        others = (do.action.run("hold", {"who": "another"}) for _ in range(2))
        ended = await asyncio.gather(*others, return_exceptions=True)
        leave.set()
        await first
    message = "it did not complete within its total_timeout of 0.5 s"
    assert [(type(error), str(error)) for error in ended] == [(ActionTimeoutError, message)] * 2
    assert ran == ["first"]


async def test_a_rate_limit_holds_on_the_server(do: TestDo) -> None:
    """``dosdk setup --rate-limit`` sets it for the task queue; the same again changes nothing, another one and none do."""
    connection = await do.connection()
    said = await dosdk(do, "setup", "--json", "--database", "any", DO_RATE_LIMIT="20")
    told = [[line for line in said.json[what] if "a second" in line] for what in ("changed", "kept")]
    done = Prepared()
    for rate in (20, 7.5, None):
        await prepare_rate(connection, rate, done)
    queue = f"task queue {do.settings.task_queue}:"
    assert told == [[masked(f"{queue} at most 20 actions a second")], []]
    assert done == Prepared(
        changed=[f"{queue} at most 7.5 actions a second", f"{queue} no limit of actions a second"],
        kept=[f"{queue} at most 20 actions a second"],
    )


async def test_a_priority_and_a_key_reach_the_run_its_steps_and_its_children(do: TestDo, serve: Any) -> None:
    """What a start says of its turn, the server has of the run; steps and children inherit it, a child may say its own."""

    async def act() -> None: ...

    async def child(_: Trigger) -> None:
        await do.action.run("act")

    async def parent(_: Trigger) -> None:
        await do.workflows.execute("child", id=f"{ids}-heir")
        await do.workflows.execute("child", id=f"{ids}-own", priority=5)

    ids = str(do.uuid())
    do.action.create(name="act", handler=act)
    do.workflow.create(name="child", handler=child)
    do.workflow.create(name="parent", handler=parent)
    async with serve():
        await do.workflows.execute("parent", id=ids, priority=1, fairness_key="tenant-7", fairness_weight=2.5)
    client = (await do.connection()).client
    histories = [await client.get_workflow_handle(name).fetch_history() for name in (ids, f"{ids}-heir", f"{ids}-own")]
    told = [next(_priorities(history)) for history in histories]
    assert told == [(1, "tenant-7", 2.5), (1, "tenant-7", 2.5), (5, "tenant-7", 2.5)]


def _priorities(history: WorkflowHistory) -> Iterator[tuple[int, str, float]]:
    for event in history.events:
        told = event.workflow_execution_started_event_attributes.priority
        yield told.priority_key, told.fairness_key, told.fairness_weight
