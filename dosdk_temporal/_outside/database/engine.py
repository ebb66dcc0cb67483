"""Outside: connections to the database, of one event loop."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, nullcontext, suppress
from pathlib import Path
from typing import Any, Final

from sqlalchemy import URL, Connection, Select, event
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from dosdk_temporal._outside.database.quick_rows import QuickRows
from dosdk_temporal._outside.database.schema import Schema, bring_up
from dosdk_temporal._outside.project import FOLDER, prepare_folder

__all__ = ["Engine"]

_WAIT: Final = 20
"""Seconds to wait for a connection, for another process's transaction on a file, and for each statement."""

_KNOCK: Final = 5
"""Seconds a PostgreSQL server has to take a connection."""

_CONNECTIONS: Final = {"sqlite": 4, "postgresql": 10}
"""How many connections a process holds at most: on SQLite for readers, its writers take turns."""

_READS: Final = "dosdk_reads"


class Engine:
    """A pool of connections, and which schemas it has brought up.

    Args:
        url: of the database.
        patient: see :class:`Database`.
    """

    def __init__(self, url: URL, *, patient: bool = False) -> None:
        self._is_sqlite = url.get_backend_name() == "sqlite"
        self._pool = _sqlite(url) if self._is_sqlite else _postgresql(url, None if patient else _WAIT)
        self._writers: asyncio.Lock | nullcontext[None] = asyncio.Lock() if self._is_sqlite else nullcontext()
        self._rows = QuickRows(str(url.database)) if self._is_sqlite else None
        # Who has a connection for long makes others wait for long: for as long as they can themselves, and in order.
        self._turns = self._writers if self._is_sqlite else asyncio.Semaphore(_CONNECTIONS["postgresql"])
        self._file = Path(str(url.database)) if self._is_sqlite else None
        self._opened: tuple[int, int] | None = None
        self._up: set[str] = set()
        self._coming_up = asyncio.Lock()

    @asynccontextmanager
    async def transaction(self, schema: Schema, *, read_only: bool) -> AsyncIterator[AsyncConnection]:
        """A connection within a transaction, on tables that are there and of this version."""
        self._check_file()
        if schema.name not in self._up:
            await self.bring_up(schema)
        async with nullcontext() if read_only else self._writers, self._pool.connect() as connection:
            await connection.execution_options(**{_READS: read_only})
            async with connection.begin():
                yield connection

    @asynccontextmanager
    async def connected(self, schema: Schema) -> AsyncIterator[AsyncConnection]:
        """See :meth:`Database.connected`."""
        self._check_file()
        if schema.name not in self._up:
            await self.bring_up(schema)
        async with self._turns, self._pool.connect() as connection:
            yield connection

    def quick_row(
        self, schema: Schema, statement: Select[Any], parameters: Mapping[str, Any]
    ) -> tuple[Sequence[Any] | None] | None:
        """The first row of a statement that only reads, as one item; None where it is to be read in a transaction."""
        if self._rows is None or schema.name not in self._up or self._has_lost_its_file:
            return None
        try:
            return (self._rows.row(statement, parameters),)
        except sqlite3.Error:  # a transaction tries again, and says what is wrong
            return None

    async def bring_up(self, schema: Schema) -> int | None:
        """Create the schema's tables or bring them to this version: the version that was there, None for none."""
        async with self._coming_up, self._writers, self._pool.begin() as connection:
            found = await bring_up(connection, schema)
        self._up.add(schema.name)
        self._opened = self._opened or _identity(self._file)
        return found

    @property
    def _has_lost_its_file(self) -> bool:
        return self._opened is not None and _identity(self._file) != self._opened

    def _check_file(self) -> None:
        """Refuse to go on with a file that has lost its name: what is written to it is gone when its last user ends."""
        if self._has_lost_its_file:
            raise FileNotFoundError("its file was removed or replaced while it was open: put it back, or start again")

    async def close(self) -> None:
        """Close the connections."""
        if self._rows is not None:
            self._rows.close()
        await self._pool.dispose()


def _identity(file: Path | None) -> tuple[int, int] | None:
    """Which file has that name now; None where none has."""
    try:
        found = file.stat() if file else None
    except OSError:
        return None
    return (found.st_dev, found.st_ino) if found else None


def _sqlite(url: URL) -> AsyncEngine:
    folder = Path(str(url.database)).parent
    if folder.name == FOLDER:
        prepare_folder(folder)
    pool = create_async_engine(
        url,
        pool_size=_CONNECTIONS["sqlite"],
        max_overflow=0,
        pool_timeout=_WAIT,
        hide_parameters=True,
        connect_args={"timeout": _WAIT},
    )

    @event.listens_for(pool.sync_engine, "connect")
    def connected(connection: Any, _: Any) -> None:
        connection.isolation_level = None  # transactions begin below, and not where Python's driver thinks they should
        cursor = connection.cursor()
        cursor.execute("PRAGMA journal_mode=WAL")
        # NORMAL would be faster and lose the last commits with the machine's power, and with them events already confirmed.
        cursor.execute("PRAGMA synchronous=FULL")
        cursor.close()

    @event.listens_for(pool.sync_engine, "invalidate")
    def invalidated(connection: Any, _: Any, __: Any) -> None:
        # Whoever is cancelled within a statement loses the connection; closed with that statement open, it keeps the lock.
        with suppress(sqlite3.Error):  # it is closed already
            connection.rollback()

    @event.listens_for(pool.sync_engine, "begin")
    def begin(connection: Connection) -> None:
        # One that reads first and then writes would be refused when another process wrote in between: writers say so at once.
        reads = connection.get_execution_options().get(_READS)
        connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")

    return pool


def _postgresql(url: URL, statement_limit: int | None) -> AsyncEngine:
    return create_async_engine(
        url,
        pool_size=_CONNECTIONS["postgresql"],
        max_overflow=0,
        pool_timeout=_WAIT,
        pool_pre_ping=True,
        # What is stored is people's data: parameters stay out of error messages.
        hide_parameters=True,
        connect_args={"timeout": _KNOCK, "command_timeout": statement_limit},
    )
