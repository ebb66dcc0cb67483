"""The SDK's own tables under a key, on each kind of database."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from sqlalchemy import select

from dosdk_temporal._outside.database.database import Database
from dosdk_temporal._outside.events.kept import KeptEvents
from dosdk_temporal._outside.events.tables import EVENTS, waits
from dosdk_temporal._outside.events.waits import OpenWait, OpenWaits
from dosdk_temporal._pure.sealing import NO_KEYS, ChangedError, Keyring, UnreadableError
from dosdk_temporal._wire.events import EventBody

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


def test_texts_of_tables_are_sealed_in_their_place() -> None:
    """A text is opened where it was written and nowhere else; one that nobody sealed is read as it is."""
    keyring = NEW_RING
    sealed = keyring.seal_text('{"marker": 1}', "dosdk_entries", "default", 7)
    assert sealed.startswith("dosdk-sealed:1:6da62ff0a0ca:")
    assert keyring.open_text(sealed, "dosdk_entries", "default", 7) == '{"marker": 1}'
    assert keyring.open_text('{"marker": 1}', "dosdk_entries") == '{"marker": 1}'
    for changed_since, place in ((sealed, 8), (sealed[:-1], 7), (f"{sealed}=", 7), (f"{sealed[:-1]}ü", 7)):
        with pytest.raises(ChangedError):
            keyring.open_text(changed_since, "dosdk_entries", "default", place)
    assert NO_KEYS.seal_text("1", "dosdk_entries") == "1"
    with pytest.raises(UnreadableError, match="6da62ff0a0ca"):
        NO_KEYS.open_text(sealed, "dosdk_entries", "default", 7)


def test_what_is_searched_by_is_blinded() -> None:
    """A value to search by is the same under one key and another under each; the plain one finds older rows."""
    new, old = NEW_RING.blinded("id=7"), OLD_RING.blinded("id=7")
    assert BOTH.blinded("id=7") == [new[0], old[0], "id=7"]
    assert new[0] != old[0]
    assert NO_KEYS.blinded("id=7") == ["id=7"]
    assert Keyring.read(f"none,{NEW}", {}).blinded("id=7") == ["id=7", new[0]]
