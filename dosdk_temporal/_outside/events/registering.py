"""Outside: the beginning and the end of a run's wait for an event."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from temporalio import activity

from dosdk_temporal._outside.database.database import Database, uninterrupted
from dosdk_temporal._outside.events.kept import KeptEvents
from dosdk_temporal._outside.events.tables import EVENTS
from dosdk_temporal._outside.events.waits import OpenWait, OpenWaits
from dosdk_temporal._wire.events import micros

__all__ = ["Registering"]


class Registering:
    """The waits that one worker's runs begin and end.

    Args:
        database: where they are written.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    async def register(self, asked: dict[str, Any]) -> dict[str, Any] | None:
        """Write a wait down, commit, and only then look for an event that came before it: that one, or None.

        Args:
            asked: ``{execution, run, seq, name, match, since, until, seen}``; ``seen``: the ids of events that the run has had.
        """
        await self._write(asked)
        return await self._look(asked)

    @uninterrupted
    async def remove(self, asked: dict[str, Any]) -> None:
        """Remove a wait.

        Args:
            asked: ``{execution, run, seq}``.
        """
        async with self._database.transaction(EVENTS) as connection:
            await OpenWaits(connection, _namespace()).remove([_wait(asked)])

    @uninterrupted
    async def _write(self, asked: dict[str, Any]) -> None:
        async with self._database.transaction(EVENTS) as connection:
            waits = OpenWaits(connection, _namespace(), self._database.keyring)
            await waits.add(_wait(asked), asked["name"], asked["match"], asked["until"])

    @uninterrupted
    async def _look(self, asked: dict[str, Any]) -> dict[str, Any] | None:
        now, seen = micros(datetime.now(UTC)), frozenset(asked["seen"])
        async with self._database.transaction(EVENTS, read_only=True) as connection:
            kept = KeptEvents(connection, _namespace(), self._database.keyring)
            found = await kept.first_fit(asked["name"], asked["match"], asked["since"], now, seen)
        return None if found is None else found.to_wire()


def _namespace() -> str:
    return activity.info().namespace


def _wait(asked: dict[str, Any]) -> OpenWait:
    return OpenWait(asked["execution"], asked["run"], asked["seq"])
