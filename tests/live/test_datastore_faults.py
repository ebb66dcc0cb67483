"""The Datastore under faults: a worker killed with a write unreported, a database that is away or slow, many at once."""

from __future__ import annotations

import signal
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine
from temporalio import activity
from temporalio.plugin import SimplePlugin
from temporalio.worker import ActivityInboundInterceptor, ExecuteActivityInput, Interceptor

from dosdk_temporal import Do, ServerUnavailableError, Trigger
from dosdk_temporal._wire.datastore import USE_DATASTORE
from dosdk_temporal.testing import TestDo
from tests.faults.datastore import Hammered, becomes_patient, hammer
from tests.live.worker_programs.launch import Program, worker
from tests.postgresql import PostgreSQL


@pytest.fixture
async def data(dosdk_server: str, database_url: str) -> AsyncIterator[TestDo]:
    """A client with each database in turn."""
    client = TestDo(dosdk_server, database_url)
    yield client
    await client.close()


async def test_a_counter_hammered_from_everywhere(data: TestDo, database_url: str) -> None:
    """Two worker processes and a client: 600 increments and 60 compare-and-sets on one key each are exact (printed)."""
    hammered = await hammer(data, database_url, 600, 60)
    print(data.database, hammered)
    assert hammered == Hammered(600, 600, 60, 60, hammered.refused)


async def test_a_worker_killed_before_it_could_tell(data: TestDo, database_url: str, tmp_path: Path) -> None:
    """A write whose worker dies before it is reported is carried out again, and writes once."""
    async with _counting(data, database_url, DO_TEST_DWELLS="1") as first:
        await first.says("worker serves")
        execution = await data.workflows.start("counts-and-dwells", {})
        await first.says("dwelling")
        first.send(signal.SIGKILL)
        await first.ends()
    async with _counting(data, database_url):
        assert await execution.result() == 1
    assert [entry.value for entry in await data.datastore.history("n")] == [1]


def _counting(do: Do, database_url: str, **environment: str) -> Program:
    environment["DO_DATASTORE_URL"] = database_url
    return worker(do.settings.address, do.settings.task_queue, "counts.py", **environment)


class _Deafness(ActivityInboundInterceptor):
    def __init__(self, following: ActivityInboundInterceptor, deaf: LosesAnswers) -> None:
        super().__init__(following)
        self._deaf = deaf

    async def execute_activity(self, input: ExecuteActivityInput) -> Any:  # noqa: A002 - the base class's name
        """Do everything, and be lost with the first answer."""
        done = await super().execute_activity(input)
        info = activity.info()
        if info.activity_type == USE_DATASTORE and not info.is_local and not self._deaf.lost:
            self._deaf.lost += 1
            raise ConnectionResetError("the worker died after everything was done and before it could tell")
        return done


class LosesAnswers(SimplePlugin, Interceptor):
    """A worker's plugin that loses the first answer of the Datastore's regular activity."""

    def __init__(self) -> None:
        super().__init__("loses-answers", interceptors=[self])
        self.lost = 0

    def intercept_activity(self, next: ActivityInboundInterceptor) -> ActivityInboundInterceptor:  # noqa: A002
        """See the base class."""
        return _Deafness(next, self)


async def test_a_database_that_is_away_is_waited_for(dosdk_server: str, postgresql: PostgreSQL) -> None:
    """A run waits for it, and its write is written once, though the first answer is lost; a client is told at once."""
    do, losing = TestDo(dosdk_server, postgresql.url), LosesAnswers()
    data = do.datastore.namespace(do.settings.task_queue)

    @do.workflow.create(name="counts-patiently")
    async def counts(_: Trigger) -> list[Any]:
        return [await data.increment("n"), await data.get("n")]

    await data.set("there", 1)
    async with do.worker(plugins=(losing,)):
        with postgresql.away():
            execution = await do.workflows.start("counts-patiently")
            await becomes_patient(do, execution.id)
            with pytest.raises(ServerUnavailableError, match=r"the database postgresql://.* cannot be used now"):
                await data.get("there")
        assert await execution.result() == [1, 1]
    assert losing.lost == 1
    assert [entry.value for entry in await data.history("n")] == [1]
    assert await data.get("there") == 1
    await do.close()


async def test_a_write_that_was_given_up_is_not_written_twice(dosdk_server: str, postgresql: PostgreSQL) -> None:
    """A brief try that hangs in the database beyond its time comes to its end beside the patient one: one of them writes."""
    do = TestDo(dosdk_server, postgresql.url)
    data = do.datastore.namespace(do.settings.task_queue)

    @do.workflow.create(name="counts-slowly")
    async def counts(_: Trigger) -> Any:
        return await data.increment("n")

    await data.set("there", 1)  # the tables too
    engine = create_async_engine(postgresql.url.replace("postgresql:", "postgresql+asyncpg:"))
    async with do.worker():
        async with engine.begin() as holder:
            await holder.execute(text("LOCK TABLE dosdk_entries IN ACCESS EXCLUSIVE MODE"))
            execution = await do.workflows.start("counts-slowly")
            await becomes_patient(do, execution.id)
        assert await execution.result() == 1
    assert [entry.value for entry in await data.history("n")] == [1]
    await engine.dispose()
    await do.close()
