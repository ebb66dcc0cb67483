"""A namespace and its database: a process with another one is stopped before it reads or writes there."""

from __future__ import annotations

import logging
import shutil
import socket
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from temporalio.service import RPCError, RPCStatusCode

from dosdk_temporal import DefinitionError, Do, Registry, Trigger
from dosdk_temporal._outside.database import belonging
from dosdk_temporal.testing import TestDo
from tests.faults.datastore import becomes_patient
from tests.live.command_line import dosdk
from tests.postgresql import PostgreSQL


class Clients:
    """Clients of one namespace, each with a database of its own; all are closed at the end."""

    def __init__(self, do: TestDo, namespace: str, folder: Path, stack: AsyncExitStack) -> None:
        self._do, self._stack, self.folder = do, stack, folder
        self.namespace = namespace

    async def with_file(self, name: str) -> Do:
        """A client with that file."""
        return await self.at(f"sqlite:///{self.folder / name}")

    async def at(self, url: str) -> Do:
        """A client with the database at that address."""
        settings = self._do.settings
        client = Do(
            address=settings.address,
            namespace=self.namespace,
            task_queue=settings.task_queue,
            datastore_url=url,
            registry=Registry(),
        )
        return await self._stack.enter_async_context(client)

    def told(self, name: str) -> str:
        """How a file is named to people."""
        return f"sqlite:///{self.folder / name} on the host {socket.gethostname()}"


@pytest.fixture
async def clients(do: TestDo, bare: str, tmp_path: Path) -> AsyncIterator[Clients]:
    """Clients of a namespace that names no database yet."""
    async with AsyncExitStack() as stack:
        yield Clients(do, bare, tmp_path, stack)


async def test_the_first_that_is_used_is_the_namespaces(clients: Clients) -> None:
    """A worker and a client with another database are refused, both are named, and nothing is made or written."""
    await (await clients.with_file("first.db")).datastore.set("a", 1)
    second = await clients.with_file("second.db")
    message = (
        f"the database of the namespace '{clients.namespace}' is {clients.told('first.db')}, and this process has "
        f"{clients.told('second.db')}, which nobody has made yet: set DO_DATASTORE_URL to the first, or run 'dosdk setup "
        "--database this' where the second is to take its place"
    )
    with pytest.raises(DefinitionError) as refused:
        await second.datastore.get("a")
    assert str(refused.value) == message
    with pytest.raises(DefinitionError) as not_started:
        await second.worker().__aenter__()
    assert str(not_started.value) == message
    assert not (clients.folder / "second.db").exists()


async def test_the_address_does_not_matter(clients: Clients) -> None:
    """The same database by another path, as a file that was moved, is the namespace's."""
    first = await clients.with_file("first.db")
    await first.datastore.set("a", 1)
    await first.close()
    shutil.move(clients.folder / "first.db", clients.folder / "moved.db")
    moved = await clients.with_file("moved.db")
    async with moved.worker():
        assert await moved.datastore.get("a") == 1


async def test_a_password_is_not_shown(clients: Clients, postgresql: PostgreSQL) -> None:
    """Of a PostgreSQL both sides name the address without its password."""
    secret = postgresql.url.replace("tests@", "tests:sesame@")
    await (await clients.at(secret)).datastore.set("a", 1)
    with pytest.raises(DefinitionError) as refused:
        await (await clients.with_file("other.db")).datastore.get("a")
    shown = postgresql.url.replace("tests@", "tests:***@")
    assert f"is {shown}, and this process has" in str(refused.value)
    assert "sesame" not in str(refused.value)


async def test_a_worker_that_uses_none_makes_none(clients: Clients, caplog: pytest.LogCaptureFixture) -> None:
    """A worker without events and Datastore leaves the file unmade and the namespace unnamed; it says what a file is for."""
    caplog.set_level(logging.INFO, "dosdk_temporal.worker")
    first = await clients.with_file("first.db")
    async with first.worker():
        pass
    said = [record.getMessage() for record in caplog.records if "a file serves one host" in record.getMessage()]
    path = clients.folder / "first.db"
    assert (path.exists(), said) == (
        False,
        [
            (
                f"the Datastore is sqlite:///{path}: a file serves one host; for workers on several, set DO_DATASTORE_URL to a "
                "PostgreSQL"
            )
        ],
    )
    await (await clients.with_file("second.db")).datastore.set("a", 1)


async def test_a_run_waits_for_a_worker_with_its_database(clients: Clients) -> None:
    """A worker whose database turns out to be another one at its first use fails no run: another worker carries it on."""
    wrong, right = await clients.with_file("wrong.db"), await clients.with_file("right.db")

    async def reads(trigger: Trigger) -> int:
        return int(await right.datastore.get("a"))

    for client in (wrong, right):
        client.workflow.create(name="reads", handler=reads)
    async with wrong.worker():
        await right.datastore.set("a", 7)
        execution = await right.workflows.start("reads")
        await becomes_patient(right, execution.id)
        async with right.worker():
            assert await execution.result(timeout=60) == 7
    assert not (clients.folder / "wrong.db").exists()


async def test_where_the_namespace_may_not_be_told(
    clients: Clients, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """The Datastore works, and the log says once that another database would go unnoticed."""

    async def refuse(*_: object) -> None:
        raise RPCError("no rights", RPCStatusCode.PERMISSION_DENIED, b"")

    monkeypatch.setattr(belonging, "write_owner", refuse)
    client = await clients.with_file("first.db")
    await client.datastore.set("a", 1)
    assert await client.datastore.get("a") == 1
    said = [record.getMessage() for record in caplog.records if record.name == "dosdk_temporal.worker"]
    assert said == [
        (
            f"the namespace '{clients.namespace}' may not be told that {clients.told('first.db')} is its database (no rights): a "
            "process with another one goes unnoticed"
        )
    ]


async def test_setup_lets_another_take_its_place(clients: Clients, do: TestDo) -> None:
    """What set-up finds it says; what it is told to change it changes, to this process's database or to any."""
    await (await clients.with_file("first.db")).datastore.set("a", 1)

    async def setup(name: str, *options: str) -> list[str]:
        url = f"sqlite:///{clients.folder / name}"
        said = await dosdk(do, "setup", "--namespace", clients.namespace, *options, DO_DATASTORE_URL=url)
        assert said.status == 0
        return [line for line in said.out.splitlines() if "database" in line]

    name = clients.namespace
    assert await setup("first.db") == [f"kept     namespace '{name}' and its database"]
    (left,) = await setup("second.db")
    assert left.startswith(f"left     the database of the namespace '{name}' is {clients.told('first.db')}, and this")
    assert await setup("second.db", "--database", "this") == [
        f"changed  namespace '{name}' has the database {clients.told('second.db')} from now on"
    ]
    second = await clients.with_file("second.db")
    assert await second.datastore.get("a") is None
    with pytest.raises(
        DefinitionError, match=r"is sqlite:///.*second\.db on the host .* and this process has .*first\.db"
    ):
        await (await clients.with_file("first.db")).datastore.get("a")
    assert await setup("first.db", "--database", "any") == [f"changed  namespace '{name}' has any database from now on"]
    assert await (await clients.with_file("first.db")).datastore.get("a") == 1


async def test_doctor_finds_the_wrong_one(clients: Clients, do: TestDo) -> None:
    """Another database than the namespace's is broken, and doctor's status 1."""
    await (await clients.with_file("first.db")).datastore.set("a", 1)
    said = await dosdk(
        do, "doctor", "--namespace", clients.namespace, DO_DATASTORE_URL=f"sqlite:///{clients.folder / 'second.db'}"
    )
    assert (said.status, said.err.startswith("dosdk: error: database: the database of the namespace")) == (1, True)
