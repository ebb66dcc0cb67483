"""Outside: the runs that wait for an event. Found by what they wait for, however many there are."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import and_, delete, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from dosdk_temporal._outside.database.inserting import insert_or
from dosdk_temporal._outside.events.tables import shapes, waits
from dosdk_temporal._pure.events import shape_of, wait_key
from dosdk_temporal._pure.sealing import NO_KEYS, Keyring

__all__ = ["OpenWait", "OpenWaits"]

_PURGED_AT_ONCE: Final = 500

_FORGOTTEN_AFTER: Final = 86_400_000_000
"""Microseconds after its end that a wait which nobody removed, as a terminated run's, is. A day: clocks differ."""


@dataclass(frozen=True)
class OpenWait:
    """A wait of a run.

    Attributes:
        execution: the run's execution id.
        run: its original run's id.
        seq: which of its waits, from 1.
    """

    execution: str
    run: str
    seq: int


class OpenWaits:
    """The waits of one namespace, within one transaction.

    Args:
        connection: in the transaction.
        namespace: whose waits.
        keyring: blinds the values that they match. Default not.
    """

    def __init__(self, connection: AsyncConnection, namespace: str, keyring: Keyring = NO_KEYS) -> None:
        self._connection, self._namespace, self._keyring = connection, namespace, keyring

    async def add(self, wait: OpenWait, name: str, match: dict[str, Any], until: int | None) -> None:
        """Write a wait down; one that is there stays."""
        shape = shape_of(match)
        kind = {"namespace": self._namespace, "name": name, "digest": _digest(shape), "shape": shape}
        await self._connection.execute(insert_or(self._connection, shapes, kind).on_conflict_do_nothing())
        key = self._keyring.blinded(str(wait_key(shape, match)))[0]  # a match has every path of its own shape
        row = {"namespace": self._namespace, "name": name, "key": key, "until": until, **vars(wait)}
        await self._connection.execute(insert_or(self._connection, waits, row).on_conflict_do_nothing())

    async def remove(self, gone: Collection[OpenWait]) -> None:
        """Remove waits; those that are not there stay so."""
        key = tuple_(waits.c.execution, waits.c.run, waits.c.seq)
        mine = and_(waits.c.namespace == self._namespace, key.in_([(w.execution, w.run, w.seq) for w in gone]))
        await self._connection.execute(delete(waits).where(mine))

    async def fitting(self, name: str, payload: Any) -> list[OpenWait]:
        """The waits that an event of that name and payload fits."""
        here = and_(shapes.c.namespace == self._namespace, shapes.c.name == name)
        known = await self._connection.scalars(select(shapes.c.shape).where(here))
        keys = [key for key in (wait_key(shape, payload) for shape in known) if key is not None]
        if not keys:
            return []
        written = [text for key in keys for text in self._keyring.blinded(key)]
        wanted = and_(waits.c.namespace == self._namespace, waits.c.name == name, waits.c.key.in_(written))
        rows = await self._connection.execute(select(waits.c.execution, waits.c.run, waits.c.seq).where(wanted))
        return [OpenWait(*row) for row in rows]

    async def purge(self, now: int) -> None:
        """Remove waits whose end is long past: of runs that were terminated while they waited."""
        key = (waits.c.namespace, waits.c.execution, waits.c.run, waits.c.seq)
        past = select(*key).where(waits.c.namespace == self._namespace, waits.c.until <= now - _FORGOTTEN_AFTER)
        chosen = past.limit(_PURGED_AT_ONCE).with_for_update(skip_locked=True)
        await self._connection.execute(delete(waits).where(tuple_(*key).in_(chosen)))


def _digest(shape: str) -> str:
    return hashlib.sha256(shape.encode()).hexdigest()
