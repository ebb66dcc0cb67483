"""Outside: the SDK's own database, as events and the Datastore use it. SQLAlchemy is imported at the first use."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping, Sequence
from contextlib import AbstractContextManager, asynccontextmanager
from functools import cached_property, wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar
from weakref import WeakKeyDictionary

from dosdk_temporal._pure.sealing import Keyring

if TYPE_CHECKING:
    from sqlalchemy import URL, Row, Select
    from sqlalchemy.ext.asyncio import AsyncConnection

    from dosdk_temporal._outside.database.engine import Engine
    from dosdk_temporal._outside.database.schema import Schema

__all__ = ["Database", "uninterrupted"]

P = ParamSpec("P")
R = TypeVar("R")


def uninterrupted(function: Callable[P, Coroutine[Any, Any, R]]) -> Callable[P, Coroutine[Any, Any, R]]:
    """Let a function that holds a transaction come to its end, also when its caller is cancelled.

    A driver that is cancelled within a statement loses its connection, and on SQLite keeps everybody waiting for the file's
    lock. A caller that was cancelled does not know whether the transaction was written; it may have been.
    """

    @wraps(function)
    async def to_its_end(*args: P.args, **kwargs: P.kwargs) -> R:
        task = asyncio.create_task(function(*args, **kwargs))
        _unfinished.add(task)
        task.add_done_callback(_done)
        return await asyncio.shield(task)

    return to_its_end


# The event loop itself keeps tasks by weak references only.
_unfinished: set[asyncio.Task[Any]] = set()


def _done(task: asyncio.Task[Any]) -> None:
    _unfinished.discard(task)
    if not task.cancelled():
        task.exception()  # whose caller was cancelled: nobody else takes it, and Python would report that


class Database:
    """The SDK's own database. Nothing is opened until it is needed; connections belong to the event loop that opens them.

    Args:
        url: ``sqlite:///path`` or ``postgresql://…``; default ``DO_DATASTORE_URL``, else the project's own file.
        setting: what says so, for messages. Default the SDK's own database's.
        patient: whether its statements are handlers', which take as long as they take. Default False.
        keyring: gives the keys by which the SDK's own tables are encrypted. Default none.
    """

    def __init__(
        self,
        url: str | None = None,
        *,
        setting: str | None = None,
        patient: bool = False,
        keyring: Callable[[], Keyring] = Keyring,
    ) -> None:
        self._given, self._setting, self._patient, self._keyring = url, setting, patient, keyring
        self._engines: WeakKeyDictionary[asyncio.AbstractEventLoop, Engine] = WeakKeyDictionary()

    def __repr__(self) -> str:
        return f"<Database {self.shown}>"

    @cached_property
    def url(self) -> URL:
        """Where it is; read at the first use.

        Raises:
            DefinitionError: when what is configured names no database, or its driver is not installed.
        """
        from dosdk_temporal._outside.database.address import database_url, url_of  # noqa: PLC0415 - most clients need none of it

        if self._given is not None and self._setting is not None:
            return url_of(self._given, self._setting)
        return database_url(self._given)

    @property
    def shown(self) -> str:
        """Its address for people, without the password."""
        from dosdk_temporal._outside.database.address import shown  # noqa: PLC0415

        return shown(self.url)

    @property
    def is_new(self) -> bool:
        """Whether it is a file that nobody has made yet, so that nothing can be in it."""
        return self.url.get_backend_name() == "sqlite" and not Path(str(self.url.database)).exists()

    @asynccontextmanager
    async def transaction(self, schema: Schema, *, read_only: bool = False) -> AsyncIterator[AsyncConnection]:
        """A connection within a transaction: committed at the end of the block, undone where the block raises.

        The first one creates or migrates the schema's tables, safely in several processes at once. Use it within a function
        that is :func:`uninterrupted`.

        Args:
            schema: whose tables are used.
            read_only: on SQLite it then waits for no writer. Default False.

        Raises:
            DatabaseAwayError: when the database does not answer; whether a block that wrote was committed is then not known.
        """
        with self.answering():
            async with self._engine().transaction(schema, read_only=read_only) as connection:
                yield connection

    async def row(self, schema: Schema, statement: Select[Any], parameters: Mapping[str, Any]) -> Sequence[Any] | None:
        """The first row of a statement that only reads, on SQLite at a fraction of a transaction's cost.

        Args:
            schema: whose tables are used.
            statement: one object for all calls, what differs being bound by name.
            parameters: what is bound.

        Raises:
            DatabaseAwayError: when the database does not answer.
        """
        found = self._engine().quick_row(schema, statement, parameters)
        return await self._first(schema, statement, parameters) if found is None else found[0]

    @uninterrupted
    async def _first(self, schema: Schema, statement: Select[Any], parameters: Mapping[str, Any]) -> Row[Any] | None:
        async with self.transaction(schema, read_only=True) as connection:
            row: Row[Any] | None = (await connection.execute(statement, dict(parameters))).first()
        return row

    @uninterrupted
    async def prepare(self, schema: Schema) -> int | None:
        """Create the schema's tables or bring them to this version, as the first transaction would.

        Returns:
            The version that was there; None where there were no tables.

        Raises:
            DatabaseAwayError: when the database does not answer.
            DefinitionError: when its tables are of a later version.
        """
        with self.answering():
            return await self._engine().bring_up(schema)

    @asynccontextmanager
    async def connected(self, schema: Schema) -> AsyncIterator[AsyncConnection]:
        """A connection on tables that are there; its first statement begins a transaction, undone where the block leaves it open.

        Nothing is said of a database that is away; that is :meth:`answering`'s, which the block may use for parts of it.

        Args:
            schema: whose tables are used.
        """
        async with self._engine().connected(schema) as connection:
            yield connection

    def answering(self) -> AbstractContextManager[None]:
        """Raise, in the block, a DatabaseAwayError for whatever says that this database cannot be used now."""
        from dosdk_temporal._outside.database.away import answering  # noqa: PLC0415

        return answering(self.url, self._setting) if self._setting else answering(self.url)

    @cached_property
    def keyring(self) -> Keyring:
        """The keys by which the values in the SDK's own tables are encrypted; read at the first use."""
        return self._keyring()

    def for_handlers(self) -> Database:
        """The same database with connections of handlers' own."""
        return Database(self._given, setting=self._setting, patient=True, keyring=self._keyring)

    async def close(self) -> None:
        """Wait for the running event loop's transactions, then close its connections. The next one opens new ones."""
        loop = asyncio.get_running_loop()
        await asyncio.gather(*(task for task in _unfinished if task.get_loop() is loop), return_exceptions=True)
        engine = self._engines.pop(loop, None)
        if engine is not None:
            await engine.close()

    def _engine(self) -> Engine:
        from dosdk_temporal._outside.database.engine import Engine  # noqa: PLC0415

        loop = asyncio.get_running_loop()
        if loop not in self._engines:
            self._engines[loop] = Engine(self.url, patient=self._patient)
        return self._engines[loop]
