"""Waits stand among the steps of a run, of a handler's as of a definition's."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from dosdk_temporal import ExecutionStatus, Trigger, WaitTimeoutError
from dosdk_temporal.testing import TestDo
from tests.live.waiting_facts import waits_for

Serve = Callable[..., Any]


def told(status: ExecutionStatus) -> list[tuple[str, ...]]:
    """The steps, without their times."""
    steps = [(step.id, step.name, step.kind, step.state, step.error and step.error.message) for step in status.steps]
    return [tuple(str(fact) for fact in step if fact is not None) for step in steps]


@pytest.fixture
def paid(do: TestDo) -> str:
    """The name of an event, and a handler and a definition that wait for it and for a person, then for another one in vain."""
    paid = f"paid-{do.settings.task_queue}"
    do.mock("ship")

    @do.workflow.create(name="by-hand")
    async def by_hand(_: Trigger) -> None:
        for _round in range(2):
            await do.wait_for_approval("manager")
        await asyncio.gather(do.action.run("ship"), do.wait_for_event(paid))
        await do.sleep("50ms")
        await do.wait_for_approval("director", timeout="50ms")
        with pytest.raises(WaitTimeoutError):
            await do.wait_for_event("never", timeout="50ms")
        await do.wait_for_approval("owner")

    do.workflows.create({"name": "in-yaml", "steps": [
        {"id": "twice", "repeat": {"maxIterations": 2, "steps": [{"id": "manager", "approval": {}}]}},
        {"id": "ship", "function": "ship"},
        {"id": "money", "waitForEvent": {"event": paid}},
        {"id": "pause", "wait": "50ms"},
        {"id": "not", "condition": "false", "approval": {}},
        {"id": "t", "try": [{"id": "director", "approval": {"timeout": "50ms"}}],
         "catch": [{"steps": [{"id": "c", "set": {"x": 1}}]}]},
        {"id": "owner", "approval": {}}]})  # fmt: skip
    return paid


async def pass_through(do: TestDo, name: str, paid: str) -> tuple[ExecutionStatus, ...]:
    """The run's status as its first wait begins, as its last one has begun, and after its end."""
    run = await do.workflows.start(name)
    await waits_for(run, "manager")
    first = await run.status()
    await run.approve(by="ann")
    await waits_for(run, "manager#2")
    await run.reject(by="ann")
    await do.events.emit(paid, {})
    await waits_for(run, "owner")
    last = await run.status()
    await run.terminate()
    return first, last, await run.status(include_metrics=True)


HEAD = [("manager", "manager", "approval", "completed"), ("manager#2", "manager", "approval", "completed")]


async def test_a_handlers_waits(do: TestDo, serve: Serve, paid: str) -> None:
    """Each is a step: completed when it brought what it was for, failed when it came to nothing or the run ended first."""
    async with serve():
        first, last, closed = await pass_through(do, "by-hand", paid)
    assert told(first) == [("manager", "manager", "approval", "waiting")]
    passed = [
        *HEAD,
        ("ship", "ship", "action", "completed"),
        (paid, paid, "event", "completed"),
        ("sleep", "sleep", "timer", "completed"),
        ("director", "director", "approval", "failed", "nobody decided 'director' in time"),
        ("never", "never", "event", "failed", "no event 'never' came in time"),
    ]
    assert sorted(told(last)[:4]) == sorted(passed[:4])  # the two of the gather begin at once
    assert told(last)[4:] == [*passed[4:], ("owner", "owner", "approval", "waiting")]
    assert told(closed)[-1] == ("owner", "owner", "approval", "failed")
    assert (closed.steps[-1].closed_at, closed.progress and closed.progress.done) == (closed.closed_at, 8)
    assert closed.metrics is not None
    assert list(closed.metrics.steps) == ["ship"]


async def test_a_definitions_waits(do: TestDo, serve: Serve, paid: str) -> None:
    """Each stands under the id of its step, with its round in a loop; one that was skipped is there too."""
    async with serve():
        first, last, closed = await pass_through(do, "in-yaml", paid)
    assert told(first) == [("manager", "manager", "approval", "waiting")]
    assert told(last) == [
        *HEAD,
        ("ship", "ship", "action", "completed"),
        ("money", paid, "event", "completed"),
        ("pause", "pause", "timer", "completed"),
        ("not", "not", "approval", "skipped"),
        ("director", "director", "approval", "failed", "nobody decided 'director' in time"),
        ("owner", "owner", "approval", "waiting"),
    ]
    (pause,) = (step for step in last.steps if step.id == "pause")
    assert pause.closed_at is not None
    assert pause.closed_at - pause.started_at >= timedelta(milliseconds=50)
    assert told(closed)[-1] == ("owner", "owner", "approval", "failed")
