"""Events under faults: a worker killed in a dispatch, a database that is away, and many at random moments."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from dosdk_temporal import Do, Registry, Trigger
from dosdk_temporal._outside.database.database import Database
from dosdk_temporal._outside.events.tables import EVENTS
from dosdk_temporal._pure.events import Emission
from dosdk_temporal.testing import TestDo
from tests.faults.events import Redelivering, define, scatter
from tests.live.worker_programs.launch import Program, worker
from tests.postgresql import PostgreSQL


@pytest.fixture
async def bus(dosdk_server: str, database_url: str, tmp_path: Path) -> AsyncIterator[TestDo]:
    """A client whose events are kept in each database in turn."""
    client = TestDo(dosdk_server, database_url)
    yield client
    await client.close()


async def test_nothing_is_lost_or_doubled(bus: TestDo) -> None:
    """40 runs that wait for two events each, at random moments, a fifth emitted twice, a tenth dispatched twice (printed)."""
    define(bus)
    redelivering = Redelivering(seed=7)
    async with bus.worker(plugins=(redelivering,)):
        tally = await scatter(bus, 40, seed=7)
    print(bus.database, tally, redelivering.count, "dispatched twice")
    assert redelivering.count > 0
    assert (tally.lost, tally.doubled, tally.started) == (0, 0, 80)
    assert tally.duplicates == tally.emitted - 80 > 0


async def test_a_database_that_is_away_is_waited_for(dosdk_server: str, postgresql: PostgreSQL) -> None:
    """While it is away a wait begins and an event is emitted; once it is back the one wakes the other."""
    do = TestDo(dosdk_server, postgresql.url)

    @do.workflow.create(name="confirms")
    async def confirms(trigger: Trigger) -> str:
        return (await do.wait_for_event("link.clicked", match={"user": trigger.payload["user"]})).id

    user = str(do.uuid())
    async with do.worker():
        with postgresql.away():
            execution = await do.workflows.start("confirms", {"user": user})
            emitting = asyncio.create_task(do.events.emit("link.clicked", {"user": user}))
            await _becomes_patient(do, execution.id)
        assert await execution.result() == (await emitting).id
    await do.close()


async def _becomes_patient(do: Do, execution_id: str) -> None:
    """Until the run has registered its wait as a regular activity: its brief try has failed."""
    handle = (await do.connection()).client.get_workflow_handle(execution_id)
    while True:
        events = (await handle.fetch_history()).events
        if any(event.HasField("activity_task_scheduled_event_attributes") for event in events):
            return
        await asyncio.sleep(0.05)


async def test_a_worker_starts_without_its_database(
    dosdk_server: str, postgresql: PostgreSQL, caplog: pytest.LogCaptureFixture
) -> None:
    """It serves what needs none, says so, and announces its workflows once the database is back."""
    do = TestDo(dosdk_server, postgresql.url)

    @do.workflow.create(name=f"welcome-{do.uuid()}", trigger={"event": "account.opened"})
    async def welcome(trigger: Trigger) -> str:
        return trigger.kind

    async with AsyncExitStack() as serving:
        with postgresql.away():
            await serving.enter_async_context(do.worker())
            assert await welcome.execute() == "direct"
        await _subscribed(do.database, welcome.name)
    assert "cannot be used now" in caplog.text
    await do.close()


async def _subscribed(database: Database, workflow: str) -> None:
    query = text("SELECT count(*) FROM dosdk_subscriptions WHERE workflow = :workflow")
    while True:
        async with database.transaction(EVENTS, read_only=True) as connection:
            if await connection.scalar(query, {"workflow": workflow}):
                return
        await asyncio.sleep(0.05)


class Hold:
    """Stops a dispatch at a point of its way, by locks that it needs.

    Args:
        engine: of the database.
    """

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def before_the_event(self, holder: AsyncConnection) -> None:
        """Nothing is written yet."""
        await holder.execute(text("LOCK TABLE dosdk_events IN ACCESS EXCLUSIVE MODE"))

    async def after_the_event(self, holder: AsyncConnection) -> None:
        """The event is kept and nobody is told."""
        await holder.execute(text("LOCK TABLE dosdk_waits IN ACCESS EXCLUSIVE MODE"))

    async def after_the_delivery(self, holder: AsyncConnection) -> None:
        """All are told, and the outcome is not written."""
        async with self._engine.begin() as connection:
            await connection.execute(text(
                "CREATE FUNCTION dosdk_hold() RETURNS trigger LANGUAGE plpgsql "
                "AS $$ BEGIN PERFORM pg_advisory_xact_lock(7); RETURN NEW; END $$"
            ))  # fmt: skip
            await connection.execute(text(
                "CREATE TRIGGER hold BEFORE UPDATE ON dosdk_events EXECUTE FUNCTION dosdk_hold()"
            ))  # fmt: skip
        await holder.execute(text("SELECT pg_advisory_xact_lock(7)"))

    async def reached(self) -> None:
        """Until somebody waits for what is held."""
        query = text("SELECT count(*) FROM pg_locks WHERE NOT granted")
        while True:
            async with self._engine.connect() as connection:
                if await connection.scalar(query):
                    return
            await asyncio.sleep(0.05)


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
@pytest.mark.parametrize("point", ["before_the_event", "after_the_event", "after_the_delivery"])
async def test_a_worker_killed_in_a_dispatch(dosdk_server: str, database_url: str, point: str) -> None:
    """Wherever SIGKILL meets the dispatch, another worker ends it: its workflow has one run, the waiting run is woken once."""
    do = Do(address=dosdk_server, task_queue=f"killed-{point}-{abs(hash(database_url))}", registry=Registry())
    engine = create_async_engine(database_url.replace("postgresql:", "postgresql+asyncpg:"))
    hold, event = Hold(engine), str(do.uuid())
    async with _bus_worker(do, database_url) as first:
        await first.says("worker serves")
        waiting = await do.workflows.start("confirms", {"user": event})
        await _waiting(engine)
        async with engine.begin() as holder:
            await getattr(hold, point)(holder)
            emitting = asyncio.create_task(do.events.emit("account.opened", {"user": event}, id=event))
            await hold.reached()
            first.send(signal.SIGKILL)
            await first.ends()
    async with _bus_worker(do, database_url):
        emitted = await emitting
        assert await do.workflows.get(f"welcome/{event}").result() == event
        assert await waiting.result() == [event, None]
        again = await do.events.emit("account.opened", {"user": event}, id=event)
    assert emitted.started == [f"welcome/{event}"]
    assert emitted.woken in ([waiting.id], [])  # not, where it had the event and went on before the second dispatch
    assert again == Emission(event, emitted.started, emitted.woken, [], duplicate=True)
    await engine.dispose()
    await do.close()


def _bus_worker(do: Do, database_url: str) -> Program:
    return worker(do.settings.address, do.settings.task_queue, "bus.py", DO_DATASTORE_URL=database_url)


async def _waiting(engine: AsyncEngine) -> None:
    """Until a run waits."""
    while True:
        async with engine.connect() as connection:
            if await connection.scalar(text("SELECT count(*) FROM dosdk_waits")):
                return
        await asyncio.sleep(0.05)
