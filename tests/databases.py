"""The databases that a suite is judged on: SQLite and PostgreSQL, each test with an empty one."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from tests.postgresql import PostgreSQL, postgresql_server

__all__ = ["KINDS", "database_url", "postgresql"]

KINDS = ("sqlite", "postgresql")


@pytest.fixture(scope="session")
def postgresql() -> Iterator[PostgreSQL]:
    """A PostgreSQL server for the session."""
    with postgresql_server() as server:
        yield server


@pytest.fixture(params=KINDS)
async def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[str]:
    """The address of an empty database, of each kind in turn."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'data.db'}"
        return
    server: PostgreSQL = request.getfixturevalue("postgresql")
    name = f"test_{abs(hash(request.node.nodeid)):x}"
    await _administer(server.url, f"CREATE DATABASE {name}")
    yield server.url.replace("/postgres", f"/{name}")
    await _administer(server.url, f"DROP DATABASE {name} WITH (FORCE)")


async def _administer(url: str, statement: str) -> None:
    engine = create_async_engine(url.replace("postgresql:", "postgresql+asyncpg:"), isolation_level="AUTOCOMMIT")
    async with engine.connect() as connection:
        await connection.execute(text(statement))
    await engine.dispose()
