"""Outside: pytest fixtures for projects that use the SDK: a real server, a client on a queue of its own, days that pass at once.

They are found by pytest as soon as the package is installed. The server is the one of the ``dev-server`` extra. The tests of
definitions are collected besides, where the option ``dosdk_definitions`` says so.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from dosdk_temporal._client.do import Do
from dosdk_temporal._pure.registry import DEFAULT_REGISTRY, Registry
from dosdk_temporal._testing.collecting import pytest_addoption, pytest_collect_file, pytest_configure

__all__ = [
    "TestDo",
    "do",
    "dosdk_server",
    "leave_database_open",
    "pytest_addoption",
    "pytest_collect_file",
    "pytest_configure",
    "replay",
    "time_skipper",
]


async def leave_database_open(address: str, namespace: str = "default") -> None:
    """Let each process that uses a namespace have a database of its own, as the clients of tests do.

    Without this, the first database that is used with a namespace is its only one.

    Args:
        address: of the Temporal server.
        namespace: there.
    """
    from temporalio.client import Client  # noqa: PLC0415 - only where a server is used

    from dosdk_temporal._outside.database.belonging import ANY, Owner, write_owner  # noqa: PLC0415

    await write_owner(await Client.connect(address, namespace=namespace), Owner(ANY, ANY))


async def replay(*paths: str | Path, registry: Registry = DEFAULT_REGISTRY) -> None:
    """Replay recorded runs against the code there is now; no server is needed.

    Args:
        *paths: histories as ``dosdk replay --save DIR`` and the Web UI write them: files, or folders of them.
        registry: whose workflows; the test has imported the modules that define them.

    Raises:
        AssertionError: where a record and the code part, with the event and the line of each run.
        NotFoundError: when a path is nothing.
        InputError: when a file is no history.
    """
    from dosdk_temporal._worker.replaying.files import read_files  # noqa: PLC0415 - temporalio, only when it is needed
    from dosdk_temporal._worker.replaying.replaying import replay as replayed  # noqa: PLC0415

    parted = [str(result) async for result in replayed(registry, read_files(paths)) if result.parting is not None]
    if parted:
        raise AssertionError("\n".join(parted))


class TestDo(Do):
    """A client on a task queue and a database of its own; what it defines and keeps, no other test sees."""

    __test__ = False  # a class that begins with Test is not collected

    def __init__(self, address: str, datastore_url: str | None = None) -> None:
        super().__init__(
            address=address,
            task_queue=f"test-{uuid4()}",
            datastore_url=datastore_url,
            registry=Registry(base=DEFAULT_REGISTRY),
        )

    def mock(self, name: str, *, returns: Any = None, raises: BaseException | None = None) -> list[dict[str, Any]]:
        """Let an action of that name give a value or raise, for this client's worker. What undoes it stays.

        Args:
            name: the action's.
            returns: its value; a function is called with the fields.
            raises: what it raises instead.

        Returns:
            The inputs it is called with, in order; filled as the test goes on.
        """
        calls: list[dict[str, Any]] = []

        def handler(**fields: Any) -> Any:
            calls.append(fields)
            if raises is not None:
                raise raises
            return returns(**fields) if callable(returns) else returns

        known = {definition.version: definition.compensation for definition in self.registry.actions.versions(name)}
        self.registry = Registry(base=self.registry)
        for version, compensation in (known or {"1": None}).items():  # whichever is asked for
            self.action.create(name=name, handler=handler, version=version, compensate=compensation)
        return calls


@pytest.fixture(scope="session")
def dosdk_server() -> Iterator[str]:
    """The address of a real Temporal server, in memory, for the whole session."""
    from dosdk_temporal._server import EmbeddedServer  # noqa: PLC0415 - a project may have its own fixture of this name

    with asyncio.Runner() as runner:
        server = EmbeddedServer(ui=False)
        runner.run(server.start())
        runner.run(leave_database_open(server.address))
        try:
            yield server.address
        finally:
            runner.run(server.stop())


@pytest.fixture
async def do(dosdk_server: str, tmp_path: Path) -> AsyncIterator[TestDo]:
    """A client of the session's server; ``async with do.worker(): ...`` serves it."""
    client = TestDo(dosdk_server, f"sqlite:///{tmp_path / 'datastore.db'}")
    yield client
    await client.close()


@pytest.fixture
async def time_skipper(do: TestDo) -> Any:
    """Let the time of every run that ``do`` starts skip ahead whenever it only waits: a sleep of days ends in a moment."""
    from temporalio.testing import TimeSkipper, TimeSkippingConfig  # noqa: PLC0415 - only these tests need it

    connection = await do.connection()
    skipper = TimeSkipper(connection.client, config=TimeSkippingConfig(max_session_skip_count=100_000))
    connection.client = skipper.client
    return skipper
