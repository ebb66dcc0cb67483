"""Actions that take a transaction, as they are defined: what they take, where they write, and what is refused."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

from dosdk_temporal import ActionContext, DefinitionError, Do, InputError, Registry, Transaction
from dosdk_temporal._client.preparing import Prepared
from dosdk_temporal._client.preparing_database import prepare_named
from dosdk_temporal._outside.database.database import Database
from dosdk_temporal._outside.transactions.tables import TRANSACTIONS
from dosdk_temporal._outside.transactions.worker_transactions import WorkerTransactions
from dosdk_temporal._pure.registry_check import check_registry
from tests.postgresql import PostgreSQL

if TYPE_CHECKING:
    from nowhere import Missing  # type: ignore[import-not-found]


@pytest.fixture
def do() -> Do:
    """A client with a registry of its own; it connects to nothing."""
    return Do(registry=Registry())


async def fields(order: int, tx: Transaction, context: ActionContext, amount: int = 1) -> None: ...
async def one_object(order: dict[str, Any], tx: Transaction) -> None: ...
async def plainly_annotated(order: int, tx: AsyncConnection) -> None: ...
async def not_annotated(order: int, tx) -> None: ...  # type: ignore[no-untyped-def] # noqa: ANN001
async def a_hash(order: int, tx: str) -> None: ...
async def later(order: int, tx: Transaction, when: Missing) -> None: ...
def plain(order: int, tx: Transaction) -> None: ...
async def other_name(order: int, db: Transaction) -> None: ...
async def no_transaction(order: int) -> None: ...


@pytest.mark.parametrize(
    ("handler", "takes", "validated"),
    [
        (fields, True, {"order": 1}),
        (one_object, True, {"order": {"order": "1"}}),
        (plainly_annotated, True, {"order": 1}),
        (not_annotated, True, {"order": 1}),
        (no_transaction, False, {"order": 1}),
    ],
)
def test_what_it_takes(handler: Callable[..., Any], takes: bool, validated: dict[str, Any], do: Do) -> None:
    """The transaction is no field of the input, and does not count beside the one object that a handler takes."""
    signature = do.action.create(name="pay", handler=handler).definition.signature
    assert (signature.takes_tx, signature.validate(b'{"order": "1"}')) == (takes, validated)


def test_a_field_may_have_its_name(do: Do) -> None:
    """A parameter of that name and another type is a field like any other."""
    signature = do.action.create(name="watch", handler=a_hash).definition.signature
    assert (signature.takes_tx, signature.validate(b'{"order": 1, "tx": "0xff"}')) == (
        False,
        {"order": 1, "tx": "0xff"},
    )


def test_nobody_sends_a_transaction(do: Do) -> None:
    """An input that holds one is refused, as any field that the handler does not have."""
    signature = do.action.create(name="pay", handler=fields).definition.signature
    with pytest.raises(InputError, match="tx: is not a field of it"):
        signature.validate(b'{"order": 1, "tx": 1}')


REFUSED: dict[str, tuple[Callable[..., Any], Any, str]] = {
    "a plain function": (
        plain, None, "the handler of action 'pay' takes a transaction, whose statements are awaited: write 'async def'",
    ),
    "another name": (other_name, None, "the handler of action 'pay' calls its transaction 'db': name it 'tx'"),
    "a database for nothing": (
        no_transaction, "orders",
        ("action 'pay' names the database 'orders', and its handler takes no transaction: let it take 'tx: Transaction', or "
        "leave database= out"),
    ),
    "no name": (
        fields, "", "a database is named by a letter and up to 62 letters, digits, - and _, as in database='orders', not by ''",
    ),
    "an address in its place": (
        fields, "postgresql://ada:secret@db/shop",
        "a database is named by a letter and up to 62 letters, digits, - and _, as in database='orders', not by an address",
    ),
    "no text": (
        fields, 7, "a database is named by a letter and up to 62 letters, digits, - and _, as in database='orders', not by 7",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", list(REFUSED))
def test_what_is_refused_at_its_definition(case: str, do: Do) -> None:
    """What could not work is refused where it is written, with what to write instead."""
    handler, database, expected = REFUSED[case]
    with pytest.raises(DefinitionError) as refused:
        do.action.create(name="pay", handler=handler, database=database)
    assert str(refused.value) == expected


def test_what_cannot_be_known_yet_is_refused_at_the_start(do: Do) -> None:
    """An annotation that cannot be resolved where it is written stops the worker's start."""
    do.action.create(name="pay", handler=later)
    with pytest.raises(DefinitionError, match="an annotation of the handler of action 'pay' cannot be resolved"):
        check_registry(do.registry)


@pytest.mark.parametrize(
    ("name", "url", "expected"),
    [
        ("orders", "secret", "do.databases.add('orders', ...) is no address of a database: write "),
        ("orders", "sqlite://", "do.databases.add('orders', ...) names no file, and "),
        ("no name", "sqlite:///a.db", "a database is named by a letter and "),
    ],
)
def test_what_is_no_database(name: str, url: str, expected: str, do: Do) -> None:
    """A name or an address that cannot be one is refused where it is given; the address is not repeated."""
    with pytest.raises(DefinitionError) as refused:
        do.databases.add(name, url)
    assert str(refused.value).startswith(expected)
    assert "secret" not in str(refused.value)
    assert repr(do.databases) == "<databases none>"


def _databases(do: Do) -> list[str]:
    return [database.shown for database in WorkerTransactions(do.registry, Database("sqlite:////srv/own.db")).named()]


@pytest.mark.parametrize(
    ("added", "environment", "expected"),
    [
        ("sqlite:////srv/added.db", {}, "sqlite:////srv/added.db"),
        (None, {"DO_DATABASE_ORDERS_EU_URL": "sqlite:////srv/said.db"}, "sqlite:////srv/said.db"),
        (
            "postgresql://ada:secret@db/shop",
            {"DO_DATABASE_ORDERS_EU_URL": "sqlite:////srv/said.db"},
            "postgresql://ada:***@db/shop",
        ),
    ],
)
def test_where_a_named_database_is(
    added: str | None, environment: dict[str, str], expected: str, do: Do, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a program adds goes over the environment; a database is looked for once, and no password shown."""
    for name in ("pay", "refund"):
        do.action.create(name=name, handler=fields, database="orders-eu")
    do.action.create(name="note", handler=fields)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    if added:
        do.databases.add("orders-eu", added)
    assert _databases(do) == [expected]
    assert repr(do.databases) == f"<databases {'orders-eu' if added else 'none'}>"


def test_names_go_where_definitions_go(do: Do) -> None:
    """Clients of one registry share them; one that stands on another sees that one's, and says its own over them."""
    do.databases.add("orders", "sqlite:////srv/first.db")
    mine = Do(registry=Registry(base=do.registry))
    mine.action.create(name="pay", handler=fields, database="orders")
    assert _databases(mine) == ["sqlite:////srv/first.db"]
    mine.databases.add("orders", "sqlite:////srv/second.db")
    assert _databases(mine) == ["sqlite:////srv/second.db"]
    assert dict(do.registry.databases) == {"orders": "sqlite:////srv/first.db"}


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        (
            None,
            (
                "there is no database 'orders' (of 'pay', 'refund'): say where it is by "
                "do.databases.add('orders', 'postgresql://...') or DO_DATABASE_ORDERS_URL"
            ),
        ),
        (
            "mysql://ada:secret@db/shop",
            "DO_DATABASE_ORDERS_URL is no address of a database: write sqlite:///path or postgresql://user:password@host/database",
        ),
    ],
)
def test_a_database_that_is_not_there(url: str | None, expected: str, do: Do, monkeypatch: pytest.MonkeyPatch) -> None:
    """An action whose database has no address stops the worker's start, and says how to give it one."""
    if url:
        monkeypatch.setenv("DO_DATABASE_ORDERS_URL", url)
    for name in ("pay", "refund"):
        do.action.create(name=name, handler=fields, database="orders")
    with pytest.raises(DefinitionError) as refused:
        _databases(do)
    assert str(refused.value) == expected


async def test_setup_prepares_it(do: Do, database_url: str, tmp_path: Path) -> None:
    """``dosdk setup`` makes the table in the databases that actions name, says so once, and leaves new files to their use."""
    do.databases.add("orders", database_url)
    do.databases.add("new", f"sqlite:///{tmp_path}/new.db")
    do.action.create(name="pay", handler=fields, database="orders")
    do.action.create(name="note", handler=fields, database="new")
    orders = Database(database_url)
    async with orders.transaction(TRANSACTIONS) as connection:
        await connection.execute(text("DROP TABLE dosdk_transactions"))
        await connection.execute(text("DELETE FROM dosdk_schemas"))
    done, again = Prepared(), Prepared()
    await prepare_named(do, done)
    await prepare_named(do, again)
    assert done == Prepared(changed=[f"tables of the transactions in {orders.shown} created"])
    assert again == Prepared(kept=[f"tables of the transactions in {orders.shown} have version 1"])
    await orders.close()


@pytest.fixture
async def visitor(postgresql: PostgreSQL) -> AsyncIterator[str]:
    """The address of a set-up database, for one who may use its tables and make none."""
    owner = Database(postgresql.url)
    await owner.prepare(TRANSACTIONS)
    await owner.close()
    engine = create_async_engine(postgresql.url.replace("postgresql:", "postgresql+asyncpg:"))
    async with engine.begin() as connection:
        await connection.execute(text("CREATE ROLE visitor LOGIN"))
        await connection.execute(text("GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO visitor"))
    yield postgresql.url.replace("tests@", "visitor@")
    async with engine.begin() as connection:
        await connection.execute(text("DROP OWNED BY visitor"))
        await connection.execute(text("DROP ROLE visitor"))
    await engine.dispose()


async def test_who_may_not_create_tables(visitor: str) -> None:
    """Once the database is set up, a worker needs no right to create tables."""
    database = Database(visitor, patient=True)
    assert await database.prepare(TRANSACTIONS) == 1
    await database.close()
