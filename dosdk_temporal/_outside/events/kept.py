"""Outside: kept events."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import and_, delete, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from dosdk_temporal._outside.database.inserting import insert_or
from dosdk_temporal._outside.events.tables import events
from dosdk_temporal._pure.events import fits
from dosdk_temporal._pure.sealing import NO_KEYS, Keyring
from dosdk_temporal._wire.events import EventBody

__all__ = ["KeptEvent", "KeptEvents"]

_PURGED_AT_ONCE: Final = 500
"""So that the dispatch which meets a crowd of expired events is not held up by it; the next ones take the rest."""


@dataclass(frozen=True)
class KeptEvent:
    """What is known of an event that was emitted before.

    Attributes:
        digest: of its payload.
        dispatch: the run of the dispatch that wrote it.
        at: its time.
        expires: until when it is kept.
        outcome: what became of it; None while its dispatch is not done.
    """

    digest: str
    dispatch: str
    at: int
    expires: int
    outcome: dict[str, Any] | None


class KeptEvents:
    """The events of one namespace, within one transaction.

    Args:
        connection: in the transaction.
        namespace: whose events.
        keyring: encrypts payloads and outcomes. Default not.
    """

    def __init__(self, connection: AsyncConnection, namespace: str, keyring: Keyring = NO_KEYS) -> None:
        self._connection, self._namespace, self._keyring = connection, namespace, keyring

    async def find(self, name: str, event_id: str, now: int) -> KeptEvent | None:
        """The event of that name and id, unless it has expired."""
        wanted = select(events.c.digest, events.c.dispatch, events.c.at, events.c.expires, events.c.outcome)
        found = await self._connection.execute(wanted.where(self._is(name, event_id), events.c.expires > now))
        row = found.one_or_none()
        if row is None:
            return None
        outcome = self._read("outcome", row.outcome, name, event_id) if row.outcome else None
        return KeptEvent(row.digest, row.dispatch, row.at, row.expires, outcome)

    async def keep(self, event: EventBody, digest: str, dispatch: str) -> bool:
        """Write it down, in place of one that has expired; False where one of its name and id is kept."""
        expired = delete(events).where(self._is(event.name, event.id), events.c.expires <= event.at)
        await self._connection.execute(expired)
        row = {
            "namespace": self._namespace,
            "name": event.name,
            "id": event.id,
            "payload": self._written("payload", event.payload, event),
            "digest": digest,
            "at": event.at,
            "expires": event.expires,
            "dispatch": dispatch,
        }
        written = await self._connection.execute(insert_or(self._connection, events, row).on_conflict_do_nothing())
        return written.rowcount == 1

    async def conclude(self, event: EventBody, outcome: Mapping[str, Any]) -> None:
        """Write what became of it, where nothing is written yet."""
        mine = and_(self._is(event.name, event.id), events.c.outcome.is_(None))
        await self._connection.execute(
            update(events).where(mine).values(outcome=self._written("outcome", outcome, event))
        )

    async def first_fit(
        self, name: str, match: Mapping[str, Any], since: int, now: int, passed_over: Collection[str]
    ) -> EventBody | None:
        """The oldest event since then that fits the match.

        Args:
            name: of what happened.
            match: paths and values.
            since: microseconds since 1970.
            now: likewise; what expired before is not seen.
            passed_over: the ids of events that the run has had already.
        """
        kept = events.c.expires > now
        wanted = select(events.c.id, events.c.payload, events.c.at, events.c.expires)
        wanted = wanted.where(events.c.namespace == self._namespace, events.c.name == name, events.c.at >= since, kept)
        async with self._connection.stream(wanted.order_by(events.c.at, events.c.id)) as rows:
            async for row in rows:
                if row.id not in passed_over and fits(
                    match, payload := self._read("payload", row.payload, name, row.id)
                ):
                    return EventBody(name, row.id, payload, row.at, row.expires)
        return None

    async def purge(self, now: int) -> None:
        """Remove what has expired; what another process is removing is left to it."""
        key = (events.c.namespace, events.c.name, events.c.id)
        expired = select(*key).where(events.c.namespace == self._namespace, events.c.expires <= now)
        chosen = expired.limit(_PURGED_AT_ONCE).with_for_update(skip_locked=True)
        await self._connection.execute(delete(events).where(tuple_(*key).in_(chosen)))

    def _written(self, column: str, value: Any, event: EventBody) -> str:
        return self._keyring.seal_text(json.dumps(value), events.name, column, self._namespace, event.name, event.id)

    def _read(self, column: str, text: str, name: str, event_id: str) -> Any:
        return json.loads(self._keyring.open_text(text, events.name, column, self._namespace, name, event_id))

    def _is(self, name: str, event_id: str) -> Any:
        return and_(events.c.namespace == self._namespace, events.c.name == name, events.c.id == event_id)
