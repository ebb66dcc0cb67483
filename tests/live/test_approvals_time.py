"""Days of waiting for people, in moments: time-outs, reminders, and sleeps beside them."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from dosdk_temporal import ActionError, Trigger
from dosdk_temporal.testing import TestDo
from tests.live.waiting_facts import waits_for

Serve = Callable[..., Any]


@pytest.fixture
def asks(do: TestDo) -> None:
    """A workflow that waits three days for two people, reminded daily, and tells what became of it and how long it took."""

    @do.workflow.create(name="asks")
    async def asks(trigger: Trigger) -> Any:
        began = do.now()
        options = {
            "approvers": ["ann", "bob"],
            "title": "Pay?",
            "timeout": "3d",
            "remind_every": "1d",
            **trigger.payload,
        }
        decision = await do.wait_for_approval("manager", **options)
        return [decision.approved, decision.by, decision.timed_out, (decision.at - began).total_seconds()]


async def test_three_days_and_their_reminders(do: TestDo, serve: Serve, asks: None, time_skipper: Any) -> None:
    """Each approver is told at each interval what to decide and how, and after three days nobody has decided."""
    told = do.mock("send-notification")
    async with serve():
        execution = await do.workflows.start("asks", {"details": "A **large** order"})
        approved, by, timed_out, seconds = await execution.result()
    assert (approved, by, timed_out) == (False, None, True)
    assert timedelta(days=3) <= timedelta(seconds=seconds) < timedelta(days=3, minutes=1)
    assert [call["to"] for call in told[:4]] == ["ann", "bob", "ann", "bob"]
    first = told[0]
    assert {**first, "body": first["body"].partition(" until ")[0]} == {
        "to": "ann",
        "subject": "Reminder: Pay? waits for your decision",
        "body": f"Pay?\n\nA **large** order\n\nDecide with: dosdk approve {execution.id} manager",
        "execution_id": execution.id,
        "kind": "reminder",
    }


async def test_a_decision_after_a_reminder(do: TestDo, serve: Serve, asks: None, time_skipper: Any) -> None:
    """It is decided on the second day, and nobody is reminded any more; another action may remind."""
    second_day, decided = asyncio.Event(), threading.Event()
    loop, told = asyncio.get_running_loop(), []

    @do.action.create(name="call-them")
    def call_them(to: str, subject: str, body: str, execution_id: str, kind: str) -> None:
        told.append(to)
        if len(told) == 3:
            loop.call_soon_threadsafe(second_day.set)
            decided.wait()

    async with serve():
        execution = await do.workflows.start("asks", {"remind_with": "call-them"})
        await second_day.wait()
        await execution.approve("manager", by="bob")
        decided.set()
        *answer, seconds = await execution.result()
    assert answer == [True, "bob", False]
    assert timedelta(days=2) <= timedelta(seconds=seconds) < timedelta(days=2, minutes=1)
    assert told == ["ann", "bob", "ann"]


@pytest.mark.parametrize("action", ["fails", "nobody-has-it"])
async def test_a_reminder_that_fails(
    do: TestDo, serve: Serve, asks: None, time_skipper: Any, action: str, caplog: pytest.LogCaptureFixture
) -> None:
    """It changes nothing: the others are told, the wait goes on, and the log says whom it did not reach."""
    tried: list[str] = []

    @do.action.create(name="fails", retry=1)
    async def fails(to: str, **_: Any) -> None:
        tried.append(to)
        raise ActionError("no such address")

    async with serve():
        execution = await do.workflows.start("asks", {"remind_with": action})
        approved, by, timed_out, seconds = await execution.result()
    assert (approved, by, timed_out) == (False, None, True)
    assert timedelta(days=3) <= timedelta(seconds=seconds) < timedelta(days=3, minutes=1)
    assert tried[:4] == (["ann", "bob", "ann", "bob"] if action == "fails" else [])
    assert any("was not told of reminder" in record.message for record in caplog.records)


async def test_without_approvers_the_name_is_told(do: TestDo, serve: Serve, time_skipper: Any) -> None:
    """Where anybody may decide, whoever goes by the wait's name is reminded."""
    told = do.mock("send-notification")

    @do.workflow.create(name="asks-anybody")
    async def asks_anybody(trigger: Trigger) -> bool:
        return (await do.wait_for_approval("finance", timeout="25h", remind_every="1d")).timed_out

    async with serve():
        assert await do.workflows.execute("asks-anybody") is True
    assert [(call["to"], call["subject"]) for call in told] == [
        ("finance", "Reminder: finance waits for your decision")
    ]


async def test_sleeps_of_any_length(do: TestDo, serve: Serve, time_skipper: Any) -> None:
    """A year, a time of day and nothing at all pass as they are written; asyncio.timeout cuts any of them short."""

    @do.workflow.create(name="sleeps")
    async def sleeps(trigger: Trigger) -> Any:
        began = do.now()
        await do.sleep("365d")
        year = do.now()
        await do.sleep_until(year + timedelta(days=2))
        later = do.now()
        await do.sleep_until(began)
        await do.sleep(0)
        try:
            async with asyncio.timeout(86_400):
                await do.sleep("30d")
        except TimeoutError:
            return [(year - began).days, (later - year).days, (do.now() - later).days]

    async with serve():
        assert await do.workflows.execute("sleeps") == [365, 2, 1]


async def test_several_waits_race(do: TestDo, serve: Serve, time_skipper: Any) -> None:
    """The first of a sleep, an approval and a signal ends the wait for the others, which are withdrawn."""

    @do.workflow.create(name="races")
    async def races(trigger: Trigger) -> Any:
        waits = [
            asyncio.ensure_future(wait)
            for wait in (do.sleep("2d"), do.wait_for_approval("manager", timeout="5d"), anext(do.signals("note")))
        ]
        done, others = await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        for other in others:
            other.cancel()
        await asyncio.gather(*others, return_exceptions=True)
        return [waits.index(one) for one in done]

    async with serve():
        execution = await do.workflows.start("races")
        assert await execution.result() == [0]
        await waits_for(execution)
