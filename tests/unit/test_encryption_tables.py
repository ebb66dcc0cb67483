"""The SDK's own tables under a key, on each kind of database."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from sqlalchemy import select

from dosdk_temporal._outside.database.database import Database
from dosdk_temporal._outside.events.kept import KeptEvents
from dosdk_temporal._outside.events.tables import EVENTS, waits
from dosdk_temporal._outside.events.waits import OpenWait, OpenWaits
from dosdk_temporal._pure.sealing import NO_KEYS, Keyring, UnreadableError
from dosdk_temporal._wire.events import EventBody
from tests.databases import database_url, postgresql

__all__ = ["database_url", "postgresql"]

OLD, NEW = "b2xkLW9sZC1vbGQtb2xkLW9sZC1vbGQtb2xkLW9sZCE", "bmV3LW5ldy1uZXctbmV3LW5ldy1uZXctbmV3LW5ldyE"
OLD_RING, NEW_RING, BOTH = (Keyring.read(text, {}) for text in (OLD, NEW, f"{NEW},{OLD}"))


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """A database of its own."""
    opened = Database(database_url)
    yield opened
    await opened.close()


async def test_a_wait_is_found_by_what_it_matches_under_each_key(database: Database) -> None:
    """What a wait matches is hashed under its key, so that nobody can guess it; an event finds the waits of every known key."""
    async with database.transaction(EVENTS) as connection:
        for number, keyring in enumerate((NO_KEYS, OLD_RING, NEW_RING), 1):
            wait = OpenWait("run", "original", number)
            await OpenWaits(connection, "here", keyring).add(wait, "jar.filled", {"user": "marmalade"}, None)
        written = (await connection.scalars(select(waits.c.key).order_by(waits.c.seq))).all()
        plain = written[0]
        assert written == [plain, OLD_RING.blinded(plain)[0], NEW_RING.blinded(plain)[0]]
        found = [
            sorted(wait.seq for wait in await OpenWaits(connection, "here", keyring).fitting("jar.filled", payload))
            for payload in ({"user": "marmalade"}, {"user": "jam"})
            for keyring in (NO_KEYS, OLD_RING, NEW_RING, BOTH)
        ]
        assert found == [[1], [1, 2], [1, 3], [1, 2, 3], [], [], [], []]


async def test_a_kept_event_is_read_by_who_has_its_key(database: Database) -> None:
    """Payload and outcome come back under the key that wrote them, also when it is no longer the first; others are refused."""
    event = EventBody("jar.filled", "e1", {"user": "marmalade"}, 10, 100)
    async with database.transaction(EVENTS) as connection:
        kept = KeptEvents(connection, "here", OLD_RING)
        assert await kept.keep(event, "digest", "run")
        await kept.conclude(event, {"woken": ["marmalade"]})
        later = KeptEvents(connection, "here", BOTH)
        assert await later.first_fit("jar.filled", {"user": "marmalade"}, 0, 20, ()) == event
        found = await later.find("jar.filled", "e1", 20)
        assert found is not None
        assert found.outcome == {"woken": ["marmalade"]}
        for keyring in (NO_KEYS, NEW_RING):
            with pytest.raises(UnreadableError, match="985e1149062d"):
                await KeptEvents(connection, "here", keyring).find("jar.filled", "e1", 20)
