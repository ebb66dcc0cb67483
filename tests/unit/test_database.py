"""The SDK's own database: where it is, its schemas, its transactions, and what is said when it is away."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, insert, inspect, select, text, update
from sqlalchemy.exc import DBAPIError

from dosdk_temporal._client.preparing import Prepared
from dosdk_temporal._client.preparing_database import prepare_database
from dosdk_temporal._outside.database import address
from dosdk_temporal._outside.database.address import database_url as resolved
from dosdk_temporal._outside.database.address import shown
from dosdk_temporal._outside.database.away import DatabaseAwayError
from dosdk_temporal._outside.database.database import Database, uninterrupted
from dosdk_temporal._outside.database.schema import Schema
from dosdk_temporal.errors import DefinitionError, ServerUnavailableError
from tests.counting import COUNTERS, count, counters
from tests.forked import ForkedProcess
from tests.postgresql import PostgreSQL


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """An empty database, of each kind in turn."""
    opened = Database(database_url)
    yield opened
    await opened.close()


@pytest.mark.parametrize(
    ("given", "environ", "expected"),
    [
        (None, {}, "sqlite:///{project}/.dosdk/datastore.db"),
        (None, {"DO_DATASTORE_URL": ""}, "sqlite:///{project}/.dosdk/datastore.db"),
        (None, {"DO_DATASTORE_URL": "sqlite:////srv/data.db"}, "sqlite:////srv/data.db"),
        ("sqlite:///data.db", {"DO_DATASTORE_URL": "sqlite:////srv/data.db"}, "sqlite:///{project}/a/data.db"),
        ("postgresql://ada:secret@db:5433/shop", {}, "postgresql://ada:***@db:5433/shop"),
        ("postgres://ada:secret@db/shop?sslmode=require&password=secret", {}, "postgresql://ada:***@db/shop"),
        ("postgresql+psycopg://ada@db/shop", {}, "postgresql://ada@db/shop"),
    ],
)
def test_where_it_is(
    given: str | None, environ: dict[str, str], expected: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An argument goes over the environment, that over the project's own file; no password is shown."""
    (tmp_path / "pyproject.toml").touch()
    (tmp_path / "a").mkdir()
    monkeypatch.chdir(tmp_path / "a")
    assert shown(resolved(given, environ)) == expected.format(project=tmp_path)


def test_ssl_is_as_providers_print_it() -> None:
    """Libpq's sslmode reaches asyncpg under its own word for it."""
    assert dict(resolved("postgres://db/shop?sslmode=require").query) == {"ssl": "require"}


@pytest.mark.parametrize("given", ["mysql://ada:secret@db/shop", "secret", "postgresql://ada:secret@db:port/shop"])
def test_what_is_no_database(given: str) -> None:
    """What is neither SQLite nor PostgreSQL is refused, and not repeated: it may hold a password."""
    with pytest.raises(DefinitionError) as refused:
        resolved(given, {})
    assert str(refused.value) == (
        "datastore_url= is no address of a database: write sqlite:///path or postgresql://user:password@host/database"
    )


@pytest.mark.parametrize("given", ["sqlite://", "sqlite:///:memory:"])
def test_memory_is_no_database(given: str) -> None:
    """What would be lost with the process is refused."""
    with pytest.raises(DefinitionError, match="DO_DATASTORE_URL names no file"):
        resolved(None, {"DO_DATASTORE_URL": given})


def test_a_missing_driver(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is said what to install."""
    monkeypatch.setattr(address, "find_spec", lambda _: None)
    with pytest.raises(DefinitionError) as refused:
        resolved(None, {"DO_DATASTORE_URL": "postgresql://db/shop"})
    assert str(refused.value) == (
        "DO_DATASTORE_URL asks for postgresql, whose driver is not installed: pip install 'dosdk-temporal[postgresql]'"
    )


def test_a_client_loads_no_database() -> None:
    """A client that has started workflows and emitted, and a worker's modules, have not imported SQLAlchemy."""
    code = (
        "import sys; from dosdk_temporal import Do; import dosdk_temporal._client.place, dosdk_temporal._worker.worker;"
        "do = Do(datastore_url='postgresql://db/shop'); do.events; do.database;"
        "print([m for m in ('sqlalchemy', 'asyncpg', 'aiosqlite') if m in sys.modules])"
    )
    assert subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout == "[]\n"  # noqa: S603


def test_the_projects_folder_is_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first use makes .dosdk, for this user alone and unseen by git; until then nothing is there."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("DO_DATASTORE_URL", raising=False)

    async def use() -> None:
        database = Database()
        assert database.is_new
        assert not (tmp_path / ".dosdk").exists()
        await count(database)
        assert not database.is_new
        await database.close()

    asyncio.run(use())
    assert ((tmp_path / ".dosdk").stat().st_mode & 0o777, (tmp_path / ".dosdk/.gitignore").read_text()) == (
        0o700,
        "*\n",
    )


async def test_a_block_is_all_or_nothing(database: Database) -> None:
    """What a block that raises has written is not there; what one has written that ended is."""

    async def fail() -> None:
        async with database.transaction(COUNTERS) as connection:
            await connection.execute(insert(counters).values(name="lost", value=1))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fail()
    await count(database)
    async with database.transaction(COUNTERS, read_only=True) as connection:
        assert (await connection.execute(select(counters))).all() == [("hits", 1)]


async def test_writers_take_turns(database: Database) -> None:
    """A hundred tasks that each read and then write lose nothing."""
    await asyncio.gather(*(count(database) for _ in range(100)))
    async with database.transaction(COUNTERS, read_only=True) as connection:
        assert await connection.scalar(select(counters.c.value)) == 100


async def test_processes_come_up_at_once(database: Database, database_url: str) -> None:
    """Eight processes that are the first to use a database create its tables once, and each counts."""
    environment = {**os.environ, "DO_DATASTORE_URL": database_url}
    running = [await ForkedProcess.start(["-m", "tests.counting"], env=environment) for _ in range(8)]
    assert [await process.wait() for process in running] == [0] * 8
    async with database.transaction(COUNTERS, read_only=True) as connection:
        assert await connection.scalar(select(counters.c.value)) == 8


async def test_a_cancelled_caller_breaks_nothing(database: Database) -> None:
    """A transaction whose caller is cancelled comes to its end, and the next one finds the database free."""
    await count(database)
    begun, go = asyncio.Event(), asyncio.Event()

    @uninterrupted
    async def slow() -> None:
        async with database.transaction(COUNTERS) as connection:
            begun.set()
            await go.wait()
            await connection.execute(update(counters).values(value=7))

    task = asyncio.create_task(slow())
    await begun.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    go.set()
    await database.close()
    async with database.transaction(COUNTERS, read_only=True) as connection:
        assert await connection.scalar(select(counters.c.value)) == 7


async def test_migrations_go_forward_once(database: Database) -> None:
    """A later version's migrations are applied to what an earlier one has written, each once, in order."""
    await count(database)

    def add(column: str) -> object:
        def migration(connection: Connection) -> None:
            connection.execute(text(f"ALTER TABLE counters ADD COLUMN {column} INTEGER"))

        return migration

    later = Schema("counters", COUNTERS.metadata, (add("second"), add("third")))  # type: ignore[arg-type] # called with a connection
    assert (await database.prepare(later), await database.prepare(later), later.version) == (1, 3, 3)
    async with database.transaction(later) as connection:
        columns = await connection.run_sync(lambda sync: [c["name"] for c in inspect(sync).get_columns("counters")])
    assert columns == ["name", "value", "second", "third"]


async def test_tables_of_a_later_version_are_refused(database: Database) -> None:
    """An earlier program does not touch what it does not know, and says what to do."""
    later = Schema("counters", COUNTERS.metadata, (lambda _: None,))
    assert await database.prepare(later) is None
    with pytest.raises(DefinitionError, match="have version 2, this dosdk-temporal knows version 1: update it"):
        await database.prepare(COUNTERS)


async def test_a_wrong_statement_is_not_a_lost_database(database: Database) -> None:
    """Waiting does not cure it, so it stays what it is."""
    with pytest.raises(DBAPIError, match="nowhere"):
        async with database.transaction(COUNTERS) as connection:
            await connection.execute(text("SELECT * FROM nowhere"))


async def test_a_server_that_is_away() -> None:
    """The error is of the tree, is worth another try, and names the database without its password."""
    database = Database("postgresql://ada:secret@127.0.0.1:1/shop")
    with pytest.raises(ServerUnavailableError) as away:
        await database.prepare(COUNTERS)
    assert str(away.value).startswith("the database postgresql://ada:***@127.0.0.1:1/shop cannot be used now (")
    assert str(away.value).endswith("): start it, or set DO_DATASTORE_URL to yours")
    assert away.value.retryable


async def test_a_server_that_goes_and_comes(postgresql: PostgreSQL) -> None:
    """The pool's broken connections are told as what they are, and replaced once the server is back."""
    database = Database(postgresql.url)
    await database.prepare(COUNTERS)
    with postgresql.away(), pytest.raises(DatabaseAwayError):
        await count(database)
    await count(database)
    await database.close()


@pytest.mark.parametrize("name", ["no_such_database"])
async def test_a_server_without_the_database(postgresql: PostgreSQL, name: str) -> None:
    """A database that nobody has made yet is away, with the server's reason."""
    database = Database(postgresql.url.replace("/postgres", f"/{name}"))
    with pytest.raises(DatabaseAwayError, match=f'database "{name}" does not exist'):
        await database.prepare(COUNTERS)
    await database.close()


async def test_a_file_that_cannot_be(tmp_path: Path) -> None:
    """A folder that is not there is told with the file's name."""
    database = Database(f"sqlite:///{tmp_path}/nowhere/data.db")
    with pytest.raises(DatabaseAwayError) as away:
        await database.prepare(COUNTERS)
    assert str(away.value) == (
        f"the database sqlite:///{tmp_path}/nowhere/data.db cannot be used now (unable to open database file): "
        "its folder must be there, and its file be yours to write"
    )
    await database.close()


async def test_setup_prepares_it(database: Database, tmp_path: Path) -> None:
    """``dosdk setup`` creates the tables, says so once, and leaves a project's own file to its first use."""
    done, again, untouched = Prepared(), Prepared(), Prepared()
    await count(database)  # the database is there, without these tables
    await prepare_database(database, done)
    await prepare_database(database, again)
    await prepare_database(Database(f"sqlite:///{tmp_path}/new.db"), untouched)
    names = ("datastore", "events", "transactions")
    assert done == Prepared(changed=[f"tables of the {name} in {database.shown} created" for name in names])
    assert again == Prepared(kept=[f"tables of the {name} in {database.shown} have version 1" for name in names])
    assert untouched == Prepared()


async def test_setup_says_what_is_away() -> None:
    """A database that does not answer stops no set-up: what waits for it is said."""
    done = Prepared()
    await prepare_database(Database("postgresql://127.0.0.1:1/shop"), done)
    (said,) = done.without
    assert said.endswith("DO_DATASTORE_URL to yours: the Datastore, events and transactions wait for it")


@pytest.mark.parametrize("replaced", [True, False])
async def test_a_file_that_is_removed_is_not_written_to(tmp_path: Path, *, replaced: bool) -> None:
    """What would go to a file that nobody finds any more is refused, and so is what would come from it."""
    file = tmp_path / "data.db"
    database = Database(f"sqlite:///{file}")
    await database.prepare(COUNTERS)
    file.rename(tmp_path / "elsewhere.db")
    if replaced:
        file.touch()
    with pytest.raises(DatabaseAwayError, match="removed or replaced while it was open: put it back, or start again"):
        async with database.transaction(COUNTERS):
            pass
    with pytest.raises(DatabaseAwayError, match="removed or replaced"):
        await database.row(COUNTERS, select(counters), {})
    await database.close()
