"""Waiting for an event: before, during and after the wait, once, and for nobody else."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from dosdk_temporal import ActionNestingError, DefinitionError, InputError, Trigger, WaitTimeoutError, WorkflowError
from dosdk_temporal._outside.database.database import Database
from dosdk_temporal._outside.events.tables import EVENTS, waits
from dosdk_temporal.testing import TestDo

Serve = Callable[..., Any]


async def open_waits(database: Database) -> int:
    """How many waits stand in the database."""
    async with database.transaction(EVENTS, read_only=True) as connection:
        return (await connection.scalars(select(func.count()).select_from(waits))).one()


async def waiting(do: TestDo, count: int = 1) -> None:
    """Until so many waits stand in the database: the runs have reached them, or ended them."""
    while await open_waits(do.database) != count:  # noqa: ASYNC110 - another process may bring it there
        await asyncio.sleep(0.01)


@pytest.fixture
def gate(do: TestDo) -> threading.Event:
    """What a run waits for in its action ``gate``."""
    opened = threading.Event()

    @do.action.create(name="gate")
    def gate() -> None:
        opened.wait()

    return opened


async def test_an_event_during_the_wait(do: TestDo, serve: Serve) -> None:
    """It wakes the run, which gets name, payload, id and time; nothing stays behind."""

    @do.workflow.create(name="confirms")
    async def confirms(trigger: Trigger) -> Any:
        event = await do.wait_for_event("link.clicked", match={"user.id": trigger.payload["user"]})
        return [event.name, event.payload, event.id, event.time.isoformat()]

    payload = {"user": {"id": 7}, "link": "a"}
    async with serve():
        execution = await do.workflows.start("confirms", {"user": 7})
        await waiting(do)
        before = do.now()
        emitted = await do.events.emit("link.clicked", payload)
        name, got, event_id, time = await execution.result()
        assert (name, got, event_id) == ("link.clicked", payload, emitted.id)
        assert before.isoformat() <= time <= do.now().isoformat()
        assert (emitted.woken, emitted.started, emitted.refused) == ([execution.id], [], [])
        assert await open_waits(do.database) == 0


async def test_an_event_before_the_wait(do: TestDo, serve: Serve, gate: threading.Event) -> None:
    """What was emitted after the run's start and before its wait is there, also for a wait of no length."""

    @do.workflow.create(name="dawdles")
    async def dawdles(trigger: Trigger) -> Any:
        await do.action.run("gate")
        return (await do.wait_for_event("link.clicked", match={"user": 7}, timeout=0)).id

    async with serve():
        execution = await do.workflows.start("dawdles")
        other = await do.events.emit("link.clicked", {"user": 8})
        emitted = await do.events.emit("link.clicked", {"user": 7})
        gate.set()
        assert await execution.result() == emitted.id
    assert (emitted.woken, other.woken) == ([], [])


async def test_an_event_before_the_run_does_not_count(do: TestDo, serve: Serve) -> None:
    """What was emitted before the run started is not its business."""

    @do.workflow.create(name="confirms")
    async def confirms(trigger: Trigger) -> None:
        await do.wait_for_event("link.clicked", timeout=0.1)

    async with serve():
        await do.events.emit("link.clicked")
        with pytest.raises(WorkflowError) as failed:
            await do.workflows.execute("confirms")
    assert isinstance(failed.value.cause, WaitTimeoutError)
    assert str(failed.value.cause) == "no event 'link.clicked' came in time"


async def test_a_late_event_is_there_for_the_next_wait(do: TestDo, serve: Serve, gate: threading.Event) -> None:
    """A wait that timed out is over: the event that comes later wakes nobody, and the next wait finds it."""

    @do.workflow.create(name="gives-up")
    async def gives_up(trigger: Trigger) -> Any:
        try:
            await do.wait_for_event("link.clicked", timeout=0.1)
        except WaitTimeoutError as error:
            told = str(error)
        await do.action.run("gate")
        return [told, (await do.wait_for_event("link.clicked", match={"user": 7})).id]

    async with serve():
        execution = await do.workflows.start("gives-up")
        await waiting(do)
        await waiting(do, 0)
        emitted = await do.events.emit("link.clicked", {"user": 7})
        gate.set()
        assert await execution.result() == ["no event 'link.clicked' came in time", emitted.id]
    assert emitted.woken == []


async def test_an_event_counts_once(do: TestDo, serve: Serve) -> None:
    """Emitted three times it is one event; the second wait gets the second event."""

    @do.workflow.create(name="counts")
    async def counts(trigger: Trigger) -> Any:
        return [(await do.wait_for_event("tick")).id, (await do.wait_for_event("tick")).id]

    first, second = str(do.uuid()), str(do.uuid())
    async with serve():
        execution = await do.workflows.start("counts")
        for event in (first, first, first, second):
            await do.events.emit("tick", {}, id=event)
        assert await execution.result() == [first, second]


async def test_two_waits_at_once_get_two_events(do: TestDo, serve: Serve, gate: threading.Event) -> None:
    """Two waits of one run share no event, whether it came before both or while both wait."""

    @do.workflow.create(name="pairs")
    async def pairs(trigger: Trigger) -> Any:
        await do.action.run("gate")
        both = await do.parallel(do.wait_for_event("tick"), do.wait_for_event("tick"))
        more = await do.parallel(do.wait_for_event("tick"), do.wait_for_event("tick"))
        return [event.id for event in (*both, *more)]

    async with serve():
        execution = await do.workflows.start("pairs")
        before = [(await do.events.emit("tick")).id for _ in range(2)]
        gate.set()
        await waiting(do, 2)
        during = [(await do.events.emit("tick")).id for _ in range(2)]
        got = await execution.result()
    assert (sorted(got[:2]), sorted(got[2:])) == (sorted(before), sorted(during))


async def test_an_event_for_others_does_not_count(do: TestDo) -> None:
    """Another name, another run's match, a match that the payload has not: none of them wakes."""

    @do.workflow.create(name="confirms")
    async def confirms(trigger: Trigger) -> Any:
        return (await do.wait_for_event("link.clicked", match={"user": trigger.payload, "at.0": "home"})).payload["n"]

    async with do.worker():
        runs = [await do.workflows.start("confirms", user) for user in (1, "1", True, 2)]
        await waiting(do, 4)
        others = await do.events.emit_many(
            [
                {"name": "link.shown", "payload": {"user": 1, "at": ["home"], "n": 0}},
                {"name": "link.clicked", "payload": {"user": 3, "at": ["home"], "n": 0}},
                {"name": "link.clicked", "payload": {"user": 1, "at": ["work"], "n": 0}},
                {"name": "link.clicked", "payload": {"user": 1, "n": 0}},
            ]
        )
        woken = [
            await do.events.emit("link.clicked", {"user": user, "at": ["home"], "n": n})
            for n, user in enumerate((1.0, "1", True, 2))
        ]
        assert await asyncio.gather(*(run.result() for run in runs)) == [0, 1, 2, 3]
    assert [other.woken for other in others] == [[], [], [], []]
    assert [one.woken for one in woken] == [[run.id] for run in runs]


async def test_one_event_wakes_all_that_wait_for_it(do: TestDo) -> None:
    """Ten runs that wait for the same event are all woken, and it starts a workflow besides."""

    @do.workflow.create(name="listens")
    async def listens(trigger: Trigger) -> Any:
        return (await do.wait_for_event("shop.opened")).id

    @do.workflow.create(name="greets", trigger={"event": "shop.opened"})
    async def greets(trigger: Trigger) -> Any:
        return trigger.id

    async with do.worker():
        runs = [await do.workflows.start("listens") for _ in range(10)]
        await waiting(do, 10)
        emitted = await do.events.emit("shop.opened")
        assert {await run.result() for run in runs} == {emitted.id}
    assert (emitted.woken, emitted.started) == (sorted(run.id for run in runs), [f"greets/{emitted.id}"])


async def test_a_wait_that_is_given_up_leaves_nothing(do: TestDo, serve: Serve) -> None:
    """A wait within asyncio.timeout, one that is cancelled, and that of a cancelled run are gone from the database."""
    reached = asyncio.Event()

    @do.workflow.create(name="gives-up")
    async def gives_up(trigger: Trigger) -> Any:
        try:
            async with asyncio.timeout(0.1):
                await do.wait_for_event("never")
        except TimeoutError:
            pass
        task = asyncio.create_task(do.wait_for_event("never"))
        await do.sleep(0.1)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        reached.set()
        await do.wait_for_event("never.too")

    async with serve():
        execution = await do.workflows.start("gives-up")
        await reached.wait()
        await waiting(do)
        await execution.cancel()
        with pytest.raises(WorkflowError, match="cancelled"):
            await execution.result()
        assert await open_waits(do.database) == 0


async def test_a_wait_that_outlived_its_run_is_removed(do: TestDo) -> None:
    """A terminated run's wait harms no event: the run is not told of as woken, and the wait is gone."""

    @do.workflow.create(name="listens")
    async def listens(trigger: Trigger) -> None:
        await do.wait_for_event("shop.opened")

    async with do.worker():
        execution = await do.workflows.start("listens")
        await waiting(do)
        await execution.terminate()
        emitted = await do.events.emit("shop.opened")
        assert (emitted.woken, emitted.refused, await open_waits(do.database)) == ([], [], 0)


async def test_days_pass_in_a_wait(do: TestDo, time_skipper: Any, serve: Serve) -> None:
    """A wait of three days times out after three days."""

    @do.workflow.create(name="confirms")
    async def confirms(trigger: Trigger) -> float:
        began = do.now()
        with pytest.raises(WaitTimeoutError):
            await do.wait_for_event("link.clicked", timeout="3d")
        return (do.now() - began).total_seconds()

    async with serve():
        waited = timedelta(seconds=await do.workflows.execute("confirms"))
    assert timedelta(days=3) <= waited < timedelta(days=3, minutes=1)


async def test_the_chain_of_a_run_sees_an_event_once(do: TestDo, serve: Serve) -> None:
    """A run that continues as new sees what came since its first began, but nothing that it had."""

    @do.workflow.create(name="collects")
    async def collects(trigger: Trigger) -> Any:
        had = [*trigger.payload["had"], (await do.wait_for_event("tick")).id]
        if len(had) < 5:
            await do.continue_as_new({"had": had})
        return had

    events = [str(do.uuid()) for _ in range(5)]
    async with serve():
        execution = await do.workflows.start("collects", {"had": []})
        for event in events:
            await do.events.emit("tick", {}, id=event)
        assert sorted(await execution.result()) == sorted(events)


async def test_only_workflows_wait(do: TestDo) -> None:
    """Outside nothing would survive the wait, and in an action it is refused."""

    @do.action.create(name="lingers")
    async def lingers() -> None:
        await do.wait_for_event("tick")

    with pytest.raises(DefinitionError, match="only a workflow's handler can wait for an event"):
        await do.wait_for_event("tick")
    async with do.worker():
        with pytest.raises(ActionNestingError, match="action 'lingers' tried to wait for an event"):
            await do.action.run("lingers")


NO_WAITS: list[tuple[dict[str, Any], str]] = [
    ({"name": ""}, "the event's name must be text of 1 to 200 characters, not ''"),
    ({"match": "user"}, "match='user' is no mapping: write paths and the values they must have, like {'user.id': 7}"),
    ({"match": {"": 1}}, "match has '', which is no path within a payload: write keys and dots, like 'user.id'"),
    (
        {"match": {"a..b": 1}},
        "match has 'a..b', which is no path within a payload: write keys and dots, like 'user.id'",
    ),
    ({"match": {3: 1}}, "match has 3, which is no path within a payload: write keys and dots, like 'user.id'"),
    (
        {"match": {"a": float("nan")}},
        "the input of the match of a wait cannot be written as JSON at a: JSON has no number nan",
    ),
    (
        {"timeout": "soon"},
        "timeout='soon' is not a duration: write seconds as a number, a timedelta, or text like '90s', '3d'",
    ),
    ({"timeout": -1}, "timeout=-1 is negative: a duration is zero or more"),
]


async def test_what_can_be_no_wait_is_refused(do: TestDo) -> None:
    """An InputError at once that says what to write."""

    @do.workflow.create(name="asks")
    async def asks(trigger: Trigger) -> list[str]:
        told = []
        for arguments, _ in NO_WAITS:
            try:
                await do.wait_for_event(**{"name": "tick", **arguments})
            except InputError as error:
                told.append(str(error))
        return told

    async with do.worker():
        told = await do.workflows.execute("asks")
    assert [text[: len(begin)] for text, (_, begin) in zip(told, NO_WAITS, strict=True)] == [b for _, b in NO_WAITS]
