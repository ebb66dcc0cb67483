"""Kept events, open waits and subscriptions: one suite judges SQLite and PostgreSQL."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from typing import Any

import pytest
from sqlalchemy import insert, text
from sqlalchemy.ext.asyncio import AsyncConnection

from dosdk_temporal import Registry, Trigger
from dosdk_temporal._client.do import Do
from dosdk_temporal._outside.database.database import Database
from dosdk_temporal._outside.events.kept import KeptEvent, KeptEvents
from dosdk_temporal._outside.events.subscriptions import Subscription, Subscriptions, declared
from dosdk_temporal._outside.events.tables import EVENTS, waits
from dosdk_temporal._outside.events.waits import OpenWait, OpenWaits
from dosdk_temporal._pure.events import shape_of, wait_key
from dosdk_temporal._wire.events import EventBody

DAY = 86_400_000_000


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """An empty database, of each kind in turn."""
    opened = Database(database_url)
    yield opened
    await opened.close()


def using(database: Database) -> AbstractAsyncContextManager[AsyncConnection]:
    """A transaction on the tables of events."""
    return database.transaction(EVENTS)


def event(id: str, payload: Any = None, *, at: int = 10, expires: int = 100) -> EventBody:  # noqa: A002 - the event's word
    """An event named tick."""
    return EventBody("tick", id, payload or {}, at, expires)


async def test_the_first_of_an_id_is_kept(database: Database) -> None:
    """A second event of an id changes nothing; the first is found with what became of it."""
    async with using(database) as connection:
        kept = KeptEvents(connection, "here")
        assert await kept.keep(event("a", {"n": 1}), "digest", "run-1")
        assert not await kept.keep(event("a", {"n": 2}, at=11), "other", "run-2")
        assert await kept.find("tick", "a", 50) == KeptEvent("digest", "run-1", 10, 100, None)
        await kept.conclude(event("a"), {"started": ["x"]})
        await kept.conclude(event("a"), {"started": ["y"]})
        assert await kept.find("tick", "a", 50) == KeptEvent("digest", "run-1", 10, 100, {"started": ["x"]})
        assert await KeptEvents(connection, "there").find("tick", "a", 50) is None


async def test_ten_at_once_keep_one(database: Database) -> None:
    """Of ten transactions at once that keep an event of one id, one does."""

    async def keep(number: int) -> bool:
        async with using(database) as connection:
            return await KeptEvents(connection, "here").keep(event("a"), f"digest-{number}", f"run-{number}")

    assert sorted(await asyncio.gather(*map(keep, range(10)))) == [False] * 9 + [True]


async def test_an_expired_event_is_gone(database: Database) -> None:
    """It is not found, does not fit, and makes room for another of its id; a purge removes it."""
    async with using(database) as connection:
        kept = KeptEvents(connection, "here")
        await kept.keep(event("a"), "digest", "run-1")
        assert await kept.find("tick", "a", 100) is None
        assert await kept.first_fit("tick", {}, 0, 100, ()) is None
        assert await kept.keep(event("a", at=100, expires=200), "other", "run-2")
        await kept.keep(event("b"), "digest", "run-1")
        await kept.purge(150)
        assert await kept.first_fit("tick", {}, 0, 50, ("a",)) is None
        assert await kept.find("tick", "a", 150) == KeptEvent("other", "run-2", 100, 200, None)


@pytest.mark.parametrize(
    ("match", "since", "seen", "expected"),
    [
        ({}, 0, (), "a"),
        ({}, 11, (), "b"),
        ({}, 0, ("a", "b"), "c"),
        ({"user.id": 2}, 0, (), "b"),
        ({"user.id": 2.0, "n": None}, 0, (), "c"),
        ({"user.id": "2"}, 0, (), None),
        ({"user.id": 3}, 0, (), None),
        ({}, 13, (), None),
    ],
)
async def test_the_oldest_that_fits(
    database: Database, match: dict[str, Any], since: int, seen: tuple[str, ...], expected: str | None
) -> None:
    """Of the events since a time, the oldest is found that fits and was not had."""
    async with using(database) as connection:
        kept = KeptEvents(connection, "here")
        await kept.keep(event("c", {"user": {"id": 2}, "n": None}, at=12), "", "")
        await kept.keep(event("a", {"user": {"id": 1}}, at=10), "", "")
        await kept.keep(event("b", {"user": {"id": 2}}, at=11), "", "")
        await KeptEvents(connection, "there").keep(event("z", {"user": {"id": 3}}, at=20), "", "")
        found = await kept.first_fit("tick", match, since, 50, seen)
    assert (found and found.id) == expected


async def test_waits_are_found_by_what_they_wait_for(database: Database) -> None:
    """An event finds the waits whose paths and values it has, in its namespace, and no others; each once."""
    matches: list[dict[str, Any]] = [
        {},
        {"user.id": 7},
        {"user.id": 8},
        {"user.id": 7, "plan": "pro"},
        {"user": {"id": 7}},
    ]
    async with using(database) as connection:
        open_waits = OpenWaits(connection, "here")
        for number, match in enumerate(matches):
            await open_waits.add(OpenWait("run", "original", number), "tick", match, None)
            await open_waits.add(OpenWait("run", "original", number), "tick", match, None)
        await open_waits.add(OpenWait("run", "original", 9), "tock", {}, None)
        found = {
            name: sorted(wait.seq for wait in await waiting.fitting("tick", payload))
            for name, waiting, payload in [
                ("plain", open_waits, {}),
                ("user", open_waits, {"user": {"id": 7.0}}),
                ("both", open_waits, {"user": {"id": 7, "name": "Ada"}, "plan": "pro"}),
                ("text", open_waits, {"user": {"id": "7"}}),
                ("list", open_waits, [1]),
                ("there", OpenWaits(connection, "there"), {}),
            ]
        }
        await open_waits.remove([OpenWait("run", "original", 0), OpenWait("run", "original", 17)])
        assert await open_waits.fitting("tick", {}) == []
    assert found == {"plain": [0], "user": [0, 1, 4], "both": [0, 1, 3], "text": [0], "list": [0], "there": []}


async def test_a_wait_is_forgotten_a_day_after_its_end(database: Database) -> None:
    """What a terminated run left is purged; a wait without an end stays."""
    async with using(database) as connection:
        open_waits = OpenWaits(connection, "here")
        for seq, until in enumerate((None, 5, DAY)):
            await open_waits.add(OpenWait("run", "original", seq), "tick", {}, until)
        await open_waits.purge(DAY + 5)
        assert sorted(wait.seq for wait in await open_waits.fitting("tick", {})) == [0, 2]


async def test_waits_are_found_by_an_index(database: Database) -> None:
    """However many wait for events of one name, the lookup reads those that fit: 100,000 cost what 100 cost (printed)."""
    await _fill(database, 0, 100)
    few = await _cost(database)
    await _fill(database, 100, 100_000)
    many = await _cost(database)
    print(f"a lookup among 100 waits: {few * 1e6:.0f} us; among 100,000: {many * 1e6:.0f} us")
    lookup = "SELECT seq FROM dosdk_waits WHERE namespace = 'here' AND name = 'busy' AND key IN ('a', 'b')"
    async with using(database) as connection:
        explain = "EXPLAIN" if connection.dialect.name == "postgresql" else "EXPLAIN QUERY PLAN"
        plan = (await connection.execute(text(f"{explain} {lookup}"))).all()
    assert "dosdk_waits_by_key" in str(plan)


async def _fill(database: Database, first: int, last: int) -> None:
    async with using(database) as connection:
        await OpenWaits(connection, "here").add(OpenWait("run", "original", 0), "busy", {"user": -1}, None)
        rows = [_row(number) for number in range(first, last)]
        for start in range(0, len(rows), 5_000):
            await connection.execute(insert(waits), rows[start : start + 5_000])


async def _cost(database: Database) -> float:
    async with using(database) as connection:
        open_waits, began = OpenWaits(connection, "here"), time.perf_counter()
        for number in range(100):
            assert [wait.seq for wait in await open_waits.fitting("busy", {"user": number})] == [number]
        return (time.perf_counter() - began) / 100


def _row(number: int) -> dict[str, Any]:
    match = {"user": number}
    return {
        "namespace": "here", "execution": f"run-{number}", "run": "original", "seq": number, "name": "busy",
        "key": wait_key(shape_of(match), match), "until": None,
    }  # fmt: skip


async def test_subscriptions_are_corrected(database: Database) -> None:
    """What a worker knows is written; what it no longer subscribes to goes; what it does not know stays."""
    first = {
        "moves": Subscription("moves", "a", "q1", "1"),
        "stays": Subscription("stays", "a", "q1", "1", "event.payload.x"),
        "ends": Subscription("ends", "a", "q1", "1"),
        "other": Subscription("other", "a", "q1", "1"),
    }
    second = {"moves": Subscription("moves", "b", "q2", "2"), "stays": first["stays"], "ends": None, "never": None}
    async with using(database) as connection:
        subscriptions = Subscriptions(connection, "here")
        await subscriptions.correct({**first})
        await Subscriptions(connection, "there").correct({"moves": first["moves"]})
        await subscriptions.correct(second)
        assert await subscriptions.of("a") == [first["other"], first["stays"]]
        assert await subscriptions.of("b") == [second["moves"]]
        assert await Subscriptions(connection, "there").of("a") == [first["moves"]]


def test_the_latest_version_subscribes() -> None:
    """Of several versions of a workflow the latest says which event starts it, if any."""
    do = Do(registry=Registry())

    def create(name: str, version: str, trigger: dict[str, str] | None) -> None:
        async def handler(trigger: Trigger) -> None: ...

        do.workflow.create(name=name, version=version, trigger=trigger, handler=handler)

    create("moves", "2", {"event": "a"})
    create("moves", "10", {"event": "b", "filter": "event.payload.x"})
    create("ends", "1", {"event": "a"})
    create("ends", "2", None)
    assert declared(do.registry, "queue") == {
        "moves": Subscription("moves", "b", "queue", "10", "event.payload.x"),
        "ends": None,
    }
