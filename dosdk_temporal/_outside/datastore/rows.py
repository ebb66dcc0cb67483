"""Outside: the Datastore in SQLite or PostgreSQL.

A write is one transaction: its id is claimed first, so that of two at once with the same id the second waits for the first
and finds its outcome; then the key's row is locked, changed, and written with its version and the write's outcome.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import fields, replace
from typing import Any, Final

from sqlalchemy import Column, Table, and_, bindparam, delete, insert, or_, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from dosdk_temporal._outside.database.database import Database, uninterrupted
from dosdk_temporal._outside.database.inserting import insert_or
from dosdk_temporal._outside.datastore.store import KEPT_FOR, Clock, fitting, micros_now, page
from dosdk_temporal._outside.datastore.tables import DATASTORE, entries, history, writes
from dosdk_temporal._pure.datastore import KEPT_VERSIONS, StoreCall
from dosdk_temporal._pure.datastore_changes import Outcome, Stored, changed
from dosdk_temporal._pure.sealing import Keyring

__all__ = ["RowStore"]

_PURGE_EVERY: Final = 100
"""Writes of a store between two looks for what is to be forgotten."""

_PURGED_AT_ONCE: Final = 500
"""More than is written between two looks, and few enough to hold nobody up."""

_NOTHING: Final = {"data": None, "version": 0, "written_at": 0, "gone": 0, "written_by": None}
"""The row of a key that was never written."""


def _columns(table: Table) -> list[Column[Any]]:
    return [table.c[field.name] for field in fields(Stored)]


_IS_THERE: Final = or_(entries.c.gone.is_(None), entries.c.gone > bindparam("now"))

_GET: Final = select(*_columns(entries)).where(
    entries.c.namespace == bindparam("namespace"),
    entries.c.space == bindparam("space"),
    entries.c.key == bindparam("key"),
    _IS_THERE,
)


class RowStore:
    """A :class:`Store` in the SDK's database.

    Args:
        database: where the tables are.
        namespace: the Temporal namespace whose Datastore it is.
        clock: default this process's.
    """

    def __init__(self, database: Database, namespace: str, clock: Clock = micros_now) -> None:
        self._database, self._namespace, self._clock = database, namespace, clock
        self._written = 0

    async def carry_out(
        self, call: StoreCall, *, write_id: str | None = None, written_by: str | None = None
    ) -> Outcome:
        """See :class:`Store`.

        Cancelling the await does not take back what was begun.

        Raises:
            DatabaseAwayError: when the database does not answer; whether a write was written is then not known.
        """
        if call.is_write:
            return await self._write(call, write_id, written_by)
        return {"answer": await self._read(call)}

    async def _read(self, call: StoreCall) -> Any:
        if call.op == "get":
            key = {"namespace": self._namespace, "space": call.space, "key": call.key, "now": self._clock()}
            row = await self._database.row(DATASTORE, _GET, key)
            return None if row is None else self._stored(call.space, row).told()
        return await self._read_many(call)

    @uninterrupted
    async def _read_many(self, call: StoreCall) -> Any:
        async with self._database.transaction(DATASTORE, read_only=True) as connection:
            if call.op == "history":
                return fitting(await self._history(connection, call))
            return page(await self._listed(connection, call), call.arguments["limit"])

    @uninterrupted
    async def _write(self, call: StoreCall, write_id: str | None, written_by: str | None) -> Outcome:
        async with self._database.transaction(DATASTORE) as connection:
            known = await self._claim(connection, write_id) if write_id is not None else None
            if known is not None:
                return known
            found = await self._locked(connection, call)
            now = self._clock()  # not before the lock, for which it may have waited
            outcome, new = changed(call, found, now, written_by)
            if new is not None:
                await self._keep(connection, call, new)
            if write_id is not None:
                mine = and_(writes.c.namespace == self._namespace, writes.c.id == write_id)
                sealed = self._keyring.seal_text(json.dumps(outcome), *self._outcome(write_id))
                await connection.execute(update(writes).where(mine).values(outcome=sealed))
            if self._written % _PURGE_EVERY == 0:
                await self._purge(connection, now - KEPT_FOR)
            self._written += 1
        return outcome

    async def _claim(self, connection: AsyncConnection, write_id: str) -> Outcome | None:
        """The outcome of the write that had this id before; None where this one is the first."""
        row = {"namespace": self._namespace, "id": write_id, "at": self._clock()}
        # To update nothing is to lock the row, also one that another transaction has just written or is about to purge.
        claiming = insert_or(connection, writes, row).on_conflict_do_update(
            index_elements=["namespace", "id"], set_={"id": write_id}
        )
        outcome = await connection.scalar(claiming.returning(writes.c.outcome))
        return None if outcome is None else dict(json.loads(self._keyring.open_text(outcome, *self._outcome(write_id))))

    async def _locked(self, connection: AsyncConnection, call: StoreCall) -> Stored:
        """The key's last version, its row locked to the end of the transaction; the row is made where there is none."""
        row = {"namespace": self._namespace, "space": call.space, "key": call.key, **_NOTHING}
        locking = insert_or(connection, entries, row).on_conflict_do_update(
            index_elements=["namespace", "space", "key"], set_={"key": call.key}
        )
        found = await connection.execute(locking.returning(*_columns(entries)))
        return self._stored(call.space, found.one())

    async def _keep(self, connection: AsyncConnection, call: StoreCall, new: Stored) -> None:
        new = self._sealed(call.space, new)
        values = {name: value for name, value in vars(new).items() if name != "key"}
        await connection.execute(update(entries).where(self._is(entries, call)).values(**values))
        row = {"namespace": self._namespace, "space": call.space, **vars(new)}
        await connection.execute(insert(history).values(**row))
        if new.version > KEPT_VERSIONS:
            old = history.c.version <= new.version - KEPT_VERSIONS
            await connection.execute(delete(history).where(self._is(history, call), old))

    async def _history(self, connection: AsyncConnection, call: StoreCall) -> list[Stored]:
        wanted = select(*_columns(history)).where(self._is(history, call)).order_by(history.c.version.desc())
        rows = await connection.execute(wanted.limit(call.arguments["limit"]))
        return [self._stored(call.space, row) for row in rows]

    async def _listed(self, connection: AsyncConnection, call: StoreCall) -> list[Stored]:
        prefix, after = call.arguments["prefix"], call.arguments["cursor"]
        here = and_(entries.c.namespace == self._namespace, entries.c.space == call.space)
        begin = entries.c.key >= prefix if after is None else and_(entries.c.key >= prefix, entries.c.key > after)
        wanted = select(*_columns(entries)).where(here, begin, _IS_THERE).order_by(entries.c.key)
        rows = await connection.execute(wanted.limit(call.arguments["limit"] + 1), {"now": self._clock()})
        # Sorted by their characters, the keys that begin so follow each other.
        return [self._stored(call.space, row) for row in rows if row.key.startswith(prefix)]

    async def _purge(self, connection: AsyncConnection, before: int) -> None:
        """Forget what is long past; what another process is forgetting is left to it."""
        old = select(writes.c.id).where(writes.c.namespace == self._namespace, writes.c.at <= before)
        chosen = old.limit(_PURGED_AT_ONCE).with_for_update(skip_locked=True)
        await connection.execute(delete(writes).where(writes.c.namespace == self._namespace, writes.c.id.in_(chosen)))
        past = select(entries.c.space, entries.c.key).where(
            entries.c.namespace == self._namespace, entries.c.gone <= before
        )
        found = await connection.execute(past.limit(_PURGED_AT_ONCE).with_for_update(skip_locked=True))
        keys = [tuple(row) for row in found]
        for table in (entries, history) if keys else ():
            theirs = and_(table.c.namespace == self._namespace, tuple_(table.c.space, table.c.key).in_(keys))
            await connection.execute(delete(table).where(theirs))

    @property
    def _keyring(self) -> Keyring:
        return self._database.keyring

    def _stored(self, space: str, row: Sequence[Any]) -> Stored:
        found = Stored(*row)
        if found.data is None:
            return found
        return replace(found, data=self._keyring.open_text(found.data, *self._place(space, found)))

    def _sealed(self, space: str, new: Stored) -> Stored:
        if new.data is None:
            return new
        return replace(new, data=self._keyring.seal_text(new.data, *self._place(space, new)))

    def _place(self, space: str, stored: Stored) -> tuple[object, ...]:
        """The same in the table of entries and in that of their versions."""
        return entries.name, self._namespace, space, stored.key, stored.version

    def _outcome(self, write_id: str) -> tuple[object, ...]:
        return writes.name, self._namespace, write_id

    def _is(self, table: Table, call: StoreCall) -> Any:
        here = and_(table.c.namespace == self._namespace, table.c.space == call.space)
        return and_(here, table.c.key == call.key)
