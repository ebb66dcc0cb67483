"""Outside: the Datastore's twin in memory, for tests and simulations: it means the same and survives nothing."""

from __future__ import annotations

from typing import Any

from dosdk_temporal._outside.datastore.store import KEPT_FOR, Clock, fitting, micros_now, page
from dosdk_temporal._pure.datastore import KEPT_VERSIONS, StoreCall
from dosdk_temporal._pure.datastore_changes import Outcome, Stored, changed

__all__ = ["MemoryStore"]


class MemoryStore:
    """A :class:`Store` of this process alone.

    Args:
        clock: default this process's.
    """

    def __init__(self, clock: Clock = micros_now) -> None:
        self._clock = clock
        self._versions: dict[tuple[str, str], list[Stored]] = {}
        """By namespace and key, the last one last."""
        self._writes: dict[str, tuple[int, Outcome]] = {}

    async def carry_out(
        self, call: StoreCall, *, write_id: str | None = None, written_by: str | None = None
    ) -> Outcome:
        """See :class:`Store`."""
        now = self._clock()
        if not call.is_write:
            return {"answer": self._read(call, now)}
        self._purge(now)
        if write_id in self._writes:
            return self._writes[write_id][1]
        outcome = self._write(call, now, written_by)
        if write_id is not None:
            self._writes[write_id] = now, outcome
        return outcome

    def _read(self, call: StoreCall, now: int) -> Any:
        versions = self._versions.get((call.space, call.key), [])
        match call.op:
            case "get":
                return versions[-1].told() if versions and versions[-1].is_there(now) else None
            case "history":
                return fitting(versions[: -call.arguments["limit"] - 1 : -1])
        return page(self._listed(call, now), call.arguments["limit"])

    def _listed(self, call: StoreCall, now: int) -> list[Stored]:
        prefix, after = call.arguments["prefix"], call.arguments["cursor"]
        last = (kept[-1] for (space, _), kept in sorted(self._versions.items()) if space == call.space)
        there = (entry for entry in last if entry.is_there(now) and entry.key.startswith(prefix))
        return [entry for entry in there if after is None or entry.key > after][: call.arguments["limit"] + 1]

    def _write(self, call: StoreCall, now: int, written_by: str | None) -> Outcome:
        versions = self._versions.setdefault((call.space, call.key), [])
        outcome, new = changed(call, versions[-1] if versions else None, now, written_by)
        if new is not None:
            versions.append(new)
            del versions[:-KEPT_VERSIONS]
        return outcome

    def _purge(self, now: int) -> None:
        self._writes = {key: kept for key, kept in self._writes.items() if kept[0] > now - KEPT_FOR}
        gone = [key for key, kept in self._versions.items() if not kept or not kept[-1].is_there(now - KEPT_FOR)]
        for key in gone:
            del self._versions[key]
