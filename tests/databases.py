"""The databases that a suite is judged on: SQLite and PostgreSQL, each test with an empty one."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from tests.postgresql import PostgreSQL, postgresql_server

__all__ = ["KINDS", "database_url", "module_database_url", "postgresql"]

KINDS = ("sqlite", "postgresql")


@pytest.fixture(scope="session")
def postgresql() -> Iterator[PostgreSQL]:
    """A PostgreSQL server for the session."""
    with postgresql_server() as server:
        yield server


@pytest.fixture(params=KINDS)
async def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[str]:
    """The address of an empty database, of each kind in turn."""
    async with _empty(request, tmp_path, request.node.nodeid) as url:
        yield url


@pytest.fixture(scope="module", params=KINDS)
async def module_database_url(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[str]:
    """The address of a database for the tests of a module, of each kind in turn, where making one for each would cost more."""
    async with _empty(request, tmp_path_factory.mktemp("data"), request.node.nodeid) as url:
        yield url


@asynccontextmanager
async def _empty(request: pytest.FixtureRequest, folder: Path, owner: str) -> AsyncIterator[str]:
    if request.param == "sqlite":
        yield f"sqlite:///{folder / 'data.db'}"
        return
    server: PostgreSQL = request.getfixturevalue("postgresql")
    name = f"test_{abs(hash(owner)):x}"
    await _administer(server.url, f"CREATE DATABASE {name}")
    yield server.url.replace("/postgres", f"/{name}")
    await _administer(server.url, f"DROP DATABASE {name} WITH (FORCE)")


async def _administer(url: str, statement: str) -> None:
    engine = create_async_engine(url.replace("postgresql:", "postgresql+asyncpg:"), isolation_level="AUTOCOMMIT")
    async with engine.connect() as connection:
        await connection.execute(text(statement))
    await engine.dispose()
