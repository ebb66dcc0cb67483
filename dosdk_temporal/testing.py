"""Outside: pytest fixtures for projects that use the SDK: a real server, a client on a queue of its own, days that pass at once.

They are found by pytest as soon as the package is installed. The server is the one of the ``dev-server`` extra.
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

__all__ = ["TestDo", "do", "dosdk_server", "leave_database_open", "time_skipper"]


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
        """Let an action of that name give a value or raise, for this client's worker.

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

        self.registry = Registry(base=self.registry)
        self.action.create(name=name, handler=handler)
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
