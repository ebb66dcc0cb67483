"""The business' own SQL database: its tables, and transactions on it.

SQLite in the project's folder by default, PostgreSQL where ``DO_BUSINESS_DATABASE_URL`` says so.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import wraps
from typing import Any, Final, ParamSpec, TypeVar
from weakref import WeakKeyDictionary

from sqlalchemy import JSON, URL, Column, DateTime, ForeignKey, Integer, MetaData, NullPool, Table, Text, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.schema import CreateTable

from activities.parts.home import home
from dosdk_temporal.errors import ActionError

__all__ = ["billing_accounts", "close", "customers", "insert_once", "transaction", "uninterrupted", "users"]

_P = ParamSpec("_P")
_R = TypeVar("_R")

_metadata = MetaData()

users: Final = Table(
    "users",
    _metadata,
    Column("id", Text, primary_key=True),
    Column("email", Text, nullable=False, unique=True),
    Column("name", Text),
    Column("profile", JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
)

billing_accounts: Final = Table(
    "billing_accounts",
    _metadata,
    Column("id", Text, primary_key=True),
    Column("email", Text, nullable=False, unique=True),
    Column("user_id", Text, ForeignKey("users.id")),
    Column("plan", Text, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
)

customers: Final = Table(
    "customers",
    _metadata,
    Column("id", Text, primary_key=True),
    Column("email", Text, nullable=False),
    Column("company", Text, nullable=False),
    Column("account_url", Text, nullable=False),
    Column("plan", Text, nullable=False),
    Column("company_size", Text),
    Column("industry", Text),
    Column("seats", Integer),
    Column("manager", Text),
    Column("success_plan", JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
)

_SQLITE_WAIT: Final = 30
"""Seconds a process waits for another one's transaction on the same file."""

_POSTGRESQL_WAIT: Final = 20
"""Seconds for connecting, and for each statement: both within the 60 s of an attempt."""

_CONNECTIONS: Final = 10
"""How many PostgreSQL connections a process opens at most."""

_CREATION_LOCK: Final = 0x646F2E646F
"""PostgreSQL's advisory lock for creating the tables; any number that nobody else takes."""


@asynccontextmanager
async def transaction() -> AsyncIterator[AsyncConnection]:
    """A connection inside a transaction: committed at the end of the block, undone where the block raises.

    The first one on a database creates the tables that are missing. On SQLite, begin with the statement that writes:
    one that has read first is refused when another process wrote in between.

    Use it within :func:`uninterrupted`.

    Raises:
        ActionError: not retryable, when ``DO_BUSINESS_DATABASE_URL`` is no address of a database.
    """
    database = _database()
    async with database.gate:
        await database.prepare()
        async with database.engine.begin() as connection:
            yield connection


def uninterrupted(function: Callable[_P, Coroutine[Any, Any, _R]]) -> Callable[_P, Coroutine[Any, Any, _R]]:
    """Let a function that holds a transaction come to its end, also when its caller is cancelled.

    A driver that is cancelled within a statement loses its connection, and on SQLite keeps everybody waiting for the
    file's lock. A caller that was cancelled does not know whether the transaction was written; it may have been.
    """

    @wraps(function)
    async def to_its_end(*args: _P.args, **kwargs: _P.kwargs) -> _R:
        task = asyncio.create_task(function(*args, **kwargs))
        _unfinished.add(task)
        task.add_done_callback(_unfinished.discard)
        return await asyncio.shield(task)

    return to_its_end


# The event loop itself keeps tasks by weak references only.
_unfinished: set[asyncio.Task[Any]] = set()


async def close() -> None:
    """Wait for the running event loop's transactions, then close its connections. The next one opens new ones."""
    loop = asyncio.get_running_loop()
    await asyncio.gather(*(task for task in _unfinished if task.get_loop() is loop), return_exceptions=True)
    for database in _databases.pop(loop, {}).values():
        await database.engine.dispose()


def insert_once(connection: AsyncConnection, table: Table, row: Mapping[str, Any]) -> sqlite.Insert | postgresql.Insert:
    """An INSERT in the connection's own dialect, ready for ``on_conflict_do_nothing`` or ``on_conflict_do_update``."""
    if connection.dialect.name == "postgresql":
        return postgresql.insert(table).values(**row)
    return sqlite.insert(table).values(**row)


@dataclass
class _Database:
    engine: AsyncEngine
    gate: asyncio.Semaphore
    prepared: bool = False
    preparing: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def prepare(self) -> None:
        async with self.preparing:
            if not self.prepared:
                await _create_tables(self.engine)
                self.prepared = True


# Connections belong to the event loop that opened them.
_databases: WeakKeyDictionary[asyncio.AbstractEventLoop, dict[URL, _Database]] = WeakKeyDictionary()


def _database() -> _Database:
    url = _url()
    databases = _databases.setdefault(asyncio.get_running_loop(), {})
    if url not in databases:
        databases[url] = _open(url)
    return databases[url]


def _url() -> URL:
    given = os.environ.get("DO_BUSINESS_DATABASE_URL")
    if not given:
        return URL.create("sqlite+aiosqlite", database=str(home() / "business.db"))
    try:
        url = make_url(given)
    except ArgumentError:
        url = URL.create("unreadable")
    match url.get_backend_name():
        case "postgresql" | "postgres":
            # libpq's word for it, which providers print; asyncpg calls it ssl.
            query = {"ssl" if name == "sslmode" else name: value for name, value in url.query.items()}
            return url.set(drivername="postgresql+asyncpg", query=query)
        case "sqlite":
            return url.set(drivername="sqlite+aiosqlite")
        case _:
            raise ActionError(
                "DO_BUSINESS_DATABASE_URL must read postgresql://user:password@host/database or sqlite:///path",
                retryable=False,
            )


def _open(url: URL) -> _Database:
    # Statements' parameters are people's names and addresses: hide_parameters keeps them out of error messages.
    if url.get_backend_name() == "sqlite":
        # A file's writers take turns anyway: queueing here is fair, and asking the file's lock again and again is not.
        engine = create_async_engine(
            url, poolclass=NullPool, hide_parameters=True, connect_args={"timeout": _SQLITE_WAIT}
        )
        return _Database(engine, asyncio.Semaphore(1))
    engine = create_async_engine(
        url,
        pool_size=_CONNECTIONS,
        max_overflow=0,
        pool_pre_ping=True,
        hide_parameters=True,
        connect_args={"timeout": _POSTGRESQL_WAIT, "command_timeout": _POSTGRESQL_WAIT},
    )
    return _Database(engine, asyncio.Semaphore(_CONNECTIONS))


async def _create_tables(engine: AsyncEngine) -> None:
    async with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            # IF NOT EXISTS alone fails when two processes create at the same moment.
            await connection.execute(select(func.pg_advisory_xact_lock(_CREATION_LOCK)))
        for table in _metadata.sorted_tables:
            await connection.execute(CreateTable(table, if_not_exists=True))
