"""Outside: one call of a transactional action: done once, whatever dies or comes late."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final, TypeVar

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from dosdk_temporal._outside.database.away import DatabaseAwayError
from dosdk_temporal._outside.database.database import Database
from dosdk_temporal._outside.transactions.failed import failed_before
from dosdk_temporal._outside.transactions.recorded import Asked, Recorded
from dosdk_temporal._outside.transactions.records import Records
from dosdk_temporal._outside.transactions.tables import TRANSACTIONS
from dosdk_temporal._outside.transactions.transaction import Transaction, kept_open

__all__ = ["CommitUnknownError", "Done", "Once"]

_log = logging.getLogger("dosdk_temporal.action")

_COMMIT: Final = 20.0
"""Seconds that a commit has; whether it came after that, the next attempt finds out."""

_GRACE: Final = timedelta(seconds=5)
"""How long a lost attempt's transaction stays open beyond its time."""

_FIRST_PAUSE: Final = 0.5
_LONGEST_PAUSE: Final = 10.0
"""Seconds between two tries to give up while the database is away."""

_T = TypeVar("_T")

Done = Callable[[Any], Recorded]
"""From what a handler gave to what is recorded of it; raises where that cannot be written."""


class CommitUnknownError(DatabaseAwayError):
    """The database went away during a commit: whether it is committed, only the database knows."""


@dataclass(frozen=True)
class Once:
    """One call of a transactional action.

    Attributes:
        database: where the handler writes.
        namespace: of the call.
        asked: what is to be done once.
        owner: whose call, for messages.
        check: makes sure that the database is the right one; on the worker's loop.
        kept_for: how long what was done is remembered; None for not looking for what is past.
    """

    database: Database
    namespace: str
    asked: Asked
    owner: str
    check: Callable[[], Awaitable[None]]
    kept_for: timedelta | None = None

    async def run(
        self, handler: Callable[..., Awaitable[Any]], arguments: dict[str, Any], done: Done, limit: timedelta | None
    ) -> Recorded:
        """Run the handler and record what it gave, in one transaction; where that was done before, give what was recorded.

        Args:
            handler: takes ``tx`` beside its arguments.
            arguments: the others.
            done: what is recorded of its result.
            limit: how long the attempt has; None for no limit.

        Raises:
            ConflictError: when it was done with another input.
            GivenUpError: when the call was given up.
            DatabaseAwayError: when the database cannot be used now.
            Exception: the handler's own; nothing it did is left then.
        """
        async with AsyncExitStack() as stack:
            with self.database.answering():
                connection = await stack.enter_async_context(self.database.connected(TRANSACTIONS))
                records = Records(connection, self.namespace, keyring=self.database.keyring)
                recorded = await records.claim(self.asked)
                if recorded is not None:
                    return recorded
                await _bounded(connection, limit)
                if self.kept_for is not None:
                    await records.purge(self.kept_for, self.asked)
            with failed_before(connection, self.owner):
                output = await self._output(connection, handler, arguments)
                recorded = done(output)
                with self.database.answering():
                    await records.complete(self.asked, recorded)
            _go_on()
            await _to_its_end(self._commit(connection, stack))
            return recorded

    async def give_up(self, *, all_of_run: bool = False) -> Recorded | None:
        """What was done after all; where nothing was, nothing is from now on. An attempt under way is waited for.

        Where the database does not say so this tries again: before, no caller can be told that nothing was done.

        Args:
            all_of_run: whether all calls of the run are given up.
        """
        return await self._insist(
            lambda: self._given_up(all_of_run=all_of_run), "fails as soon as its database tells that no attempt did it"
        )

    async def close(self) -> None:
        """Let nobody do any more what was undone; this tries until the database says so."""
        await self._insist(self._closed, "is undone, and its run goes on when its database knows that")

    async def _output(
        self, connection: AsyncConnection, handler: Callable[..., Awaitable[Any]], arguments: dict[str, Any]
    ) -> Any:
        try:
            with kept_open(connection, self.owner):
                return await handler(**arguments, tx=Transaction.of(connection))
        except DBAPIError:
            with self.database.answering():
                raise

    async def _commit(self, connection: AsyncConnection, stack: AsyncExitStack) -> None:
        """Commit, and let the connection go, so that nothing is left to be cut."""
        try:
            with self.database.answering():
                async with asyncio.timeout(_COMMIT):
                    await connection.commit()
        except DatabaseAwayError as error:
            raise CommitUnknownError(f"whether it was committed is not known yet: {error.message}") from error
        await stack.aclose()

    async def _insist(self, work: Callable[[], Awaitable[_T]], meanwhile: str) -> _T:
        pause = _FIRST_PAUSE
        while True:
            try:
                return await work()
            except Exception as error:  # noqa: BLE001 - whatever it is: not before this is done can a caller be told
                if pause == _FIRST_PAUSE:
                    _log.warning("%s %s: %s", self.owner, meanwhile, error)
                await asyncio.sleep(pause)
                pause = min(pause * 2, _LONGEST_PAUSE)

    async def _closed(self) -> None:
        await self.check()
        with self.database.answering():
            async with self.database.connected(TRANSACTIONS) as connection:
                await Records(connection, self.namespace, keyring=self.database.keyring).close(self.asked)
                await connection.commit()

    async def _given_up(self, *, all_of_run: bool) -> Recorded | None:
        await self.check()
        with self.database.answering():
            async with self.database.connected(TRANSACTIONS) as connection:
                recorded = await Records(connection, self.namespace, keyring=self.database.keyring).give_up(
                    self.asked, all_of_run=all_of_run
                )
                await connection.commit()
                return recorded


def _go_on() -> None:
    """Stop an attempt whose handler went on although it was cancelled."""
    task = asyncio.current_task()
    if task is not None and task.cancelling():
        raise asyncio.CancelledError


async def _to_its_end(work: Coroutine[Any, Any, None]) -> None:
    """Await what is not to be cut; a cancellation meanwhile comes too late."""
    task = asyncio.create_task(work)
    while not task.done():
        with suppress(asyncio.CancelledError):
            await asyncio.shield(task)
    task.result()


async def _bounded(connection: AsyncConnection, limit: timedelta | None) -> None:
    """Let PostgreSQL end the transaction when its worker says nothing more; a file's lock goes with its process."""
    if limit is not None and connection.dialect.name == "postgresql":
        millis = (limit + _GRACE) // timedelta(milliseconds=1)
        await connection.execute(text(f"SET LOCAL idle_in_transaction_session_timeout = {min(millis, 2**31 - 1)}"))
