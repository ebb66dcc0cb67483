"""What a handler may do with its transaction, and what is said when it may not, or when the database is away."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from contextlib import nullcontext, suppress
from datetime import timedelta
from typing import Any

import asyncpg
import pytest
from sqlalchemy import column, event, insert, select, table, text
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

from dosdk_temporal import ActionError, DefinitionError, Do, Registry, Transaction
from dosdk_temporal._outside.database.away import DatabaseAwayError
from dosdk_temporal._outside.database.database import Database
from dosdk_temporal._outside.transactions.once import CommitUnknownError
from tests.transacting import PAYMENTS, Caller, database, paid, pay

__all__ = ["database"]

payments = table("payments", column("key"), column("amount"))

ON_POSTGRESQL = pytest.mark.parametrize("module_database_url", ["postgresql"], indirect=True)


async def test_statements(database: Database) -> None:
    """Text with named parameters, SQLAlchemy's statements, several rows at once, rows one by one: each in the transaction."""

    async def handler(tx: Transaction) -> Any:
        await tx.execute("INSERT INTO payments VALUES (:key, :amount)", [{"key": "k", "amount": n} for n in (1, 2)])
        await tx.execute(insert(payments), {"key": "k", "amount": 3})
        changed = await tx.execute("UPDATE payments SET amount = amount + :more WHERE amount > :n", {"more": 1, "n": 1})
        one = (await tx.execute("SELECT key, amount FROM payments WHERE amount = 1")).one()
        async with tx.stream("SELECT amount FROM payments ORDER BY amount") as rows:
            streamed = [row.amount async for row in rows]
        return [
            changed.rowcount,
            tuple(one),
            await tx.scalar("SELECT sum(amount) FROM payments"),
            (await tx.scalars(select(payments.c.amount).order_by(payments.c.amount))).all(),
            streamed,
            await tx.scalar("SELECT amount FROM payments WHERE key = 'nobody'"),
            isinstance(tx, AsyncConnection),
            repr(tx.in_transaction()),
        ]

    done = await Caller(database).attempt(handler)
    assert done.data.decode() == str([2, ("k", 1), 8, [1, 3, 4], [1, 3, 4], None, True, "True"])
    assert await paid(database) == 3


ENDINGS: dict[str, Callable[[Transaction], Any]] = {
    "commit": lambda tx: tx.commit(),
    "rollback": lambda tx: tx.rollback(),
    "the transaction's commit": lambda tx: tx.get_transaction().commit(),  # type: ignore[union-attr]
    "the plain connection's commit": lambda tx: tx.run_sync(lambda connection: connection.commit()),
    "text": lambda tx: tx.execute("COMMIT"),
    "text, in other letters": lambda tx: tx.execute(text("  rollback ;")),
    "text for the driver": lambda tx: tx.exec_driver_sql("END"),
    "another transaction": lambda tx: tx.execute("BEGIN"),
}


@pytest.mark.parametrize("goes_on", [False, True])
@pytest.mark.parametrize("spelling", list(ENDINGS))
async def test_a_handler_that_ends_its_transaction(database: Database, spelling: str, goes_on: bool) -> None:
    """Whatever the spelling it is refused with a sentence, also where the handler goes on, and nothing of the attempt is left."""

    async def handler(tx: Transaction) -> str:
        await pay(tx)
        with suppress(Exception) if goes_on else nullcontext():
            await ENDINGS[spelling](tx)
        return "ended"

    with pytest.raises(DefinitionError) as refused:
        await Caller(database).attempt(handler)
    assert str(refused.value) == (
        "the handler of action 'pay' would end its transaction itself: it is committed with the result when the handler "
        "returns, and undone when it raises; for a part that may fail, use 'async with tx.begin_nested()'"
    )
    assert (refused.value.retryable, await paid(database)) == (False, 0)


async def test_a_handler_that_begins_its_transaction(database: Database) -> None:
    """It is told that it is begun."""

    async def handler(tx: Transaction) -> None:
        async with tx.begin():
            await pay(tx)

    with pytest.raises(
        DefinitionError, match=r"^tx is within its transaction already: it is committed with the result "
    ):
        await Caller(database).attempt(handler)


async def test_savepoints_in_text(database: Database) -> None:
    """Savepoints are the handler's own, in text too."""

    async def handler(tx: Transaction) -> None:
        await pay(tx)
        await tx.execute("SAVEPOINT here")
        await pay(tx)
        await tx.execute("ROLLBACK TO here")
        await tx.execute("ROLLBACK TO SAVEPOINT here")
        await tx.execute("RELEASE SAVEPOINT here")

    await Caller(database).attempt(handler)
    assert await paid(database) == 1


CAUGHT: dict[str, Callable[[Transaction], Any]] = {
    "and goes on to its end": lambda _: asyncio.sleep(0),
    "and goes on with another statement": lambda tx: tx.execute("SELECT 1"),
    "and goes on in a savepoint": lambda tx: tx.begin_nested().start(),
}


@ON_POSTGRESQL
@pytest.mark.parametrize("then", list(CAUGHT))
async def test_a_handler_that_catches_a_statements_error(database: Database, then: str) -> None:
    """PostgreSQL does nothing more then: the error tells that statement's and what to write, and is tried again."""

    async def handler(tx: Transaction) -> str:
        await pay(tx)
        with suppress(Exception):
            await tx.execute("INSERT INTO nowhere VALUES (1)")
        await CAUGHT[then](tx)
        return "paid"

    with pytest.raises(ActionError) as failed:
        await Caller(database).attempt(handler)
    assert str(failed.value) == (
        "a statement of the handler of action 'pay' had failed (relation \"nowhere\" does not exist), and PostgreSQL does "
        "nothing more in that transaction: put what may fail into 'async with tx.begin_nested()', and catch the error around that"
    )
    assert (failed.value.retryable, await paid(database)) == (True, 0)


async def test_a_statements_error_within_a_savepoint(database: Database) -> None:
    """As that message says it, the error is the handler's to catch, and the rest is done."""

    async def handler(tx: Transaction) -> str:
        await pay(tx)
        with suppress(Exception):
            async with tx.begin_nested():
                await tx.execute("INSERT INTO nowhere VALUES (1)")
        return "paid"

    await Caller(database).attempt(handler)
    assert await paid(database) == 1


async def test_a_database_that_cannot_be_written(database_url: str) -> None:
    """Who is in the way, or gone, is said in one error that names the database and is tried again."""
    gone = Database(_away(database_url), setting="DO_DATABASE_SHOP_URL", patient=True)
    with pytest.raises(DatabaseAwayError) as away:
        await Caller(gone).attempt()
    assert str(away.value).startswith(f"the database {gone.shown} cannot be used now (")
    assert ("set DO_DATABASE_SHOP_URL to yours" in str(away.value)) is gone.shown.startswith("postgresql")
    assert away.value.retryable
    await gone.close()


def _away(url: str) -> str:
    if url.startswith("sqlite"):
        return url.replace("data.db", "nowhere/data.db")
    return url.rpartition("/")[0] + "/nobody_made_it"


@ON_POSTGRESQL
async def test_a_database_that_goes_away_meanwhile(database: Database) -> None:
    """A handler's statement that meets a lost connection says that the database is away; nothing is left of the attempt."""

    async def handler(tx: Transaction) -> None:
        await pay(tx)
        await _end_session(database, await tx.scalar("SELECT pg_backend_pid()"))
        await pay(tx)

    with pytest.raises(DatabaseAwayError, match=r"^the database postgresql://.* cannot be used now "):
        await Caller(database).attempt(handler)
    assert await paid(database) == 0


@ON_POSTGRESQL
@pytest.mark.parametrize(("moment", "times"), [("commit", 0), ("checkin", 1)])
async def test_a_commit_that_is_cut(database: Database, moment: str, times: int) -> None:
    """Where the connection is lost as it commits, that is said; whether it was done, the next attempt finds out."""

    async def handler(tx: Transaction) -> str:
        pid = await tx.scalar("SELECT pg_backend_pid()")
        target = tx.sync_connection if moment == "commit" else tx.sync_engine

        def cut(*_: Any) -> None:
            thread = threading.Thread(target=lambda: asyncio.run(_end_session(database, pid)))
            thread.start()
            thread.join()

        event.listen(target, moment, cut, once=True)
        return await pay(tx)

    if moment == "commit":
        with pytest.raises(
            CommitUnknownError, match=r"^whether it was committed is not known yet: the database postgresql"
        ):
            await Caller(database).attempt(handler)
    else:
        await Caller(database).attempt(handler)
    assert await paid(database) == times
    await Caller(database).attempt(n=2)
    assert await paid(database) == 1


@ON_POSTGRESQL
async def test_a_lost_attempt_holds_nobody_up(database: Database) -> None:
    """The server ends a transaction of whose worker it hears nothing for the attempt's time and five seconds more."""

    async def handler(tx: Transaction) -> Any:
        return await tx.scalar("SHOW idle_in_transaction_session_timeout")

    caller = Caller(database)
    assert (await caller.attempt(handler, limit=timedelta(seconds=30))).data == b"35s"
    assert (await caller.attempt(handler, key="other")).data == b"0"


@ON_POSTGRESQL
async def test_a_statement_may_take_long(database: Database) -> None:
    """No limit but the attempt's own cuts a handler's statement; waits for other attempts likewise."""
    async with database.connected(PAYMENTS) as connection:
        raw: Any = (await connection.get_raw_connection()).driver_connection
        assert raw._config.command_timeout is None


async def _end_session(database: Database, pid: Any) -> None:
    url = database.url.set(drivername="postgresql").render_as_string(hide_password=False)
    connection = await asyncpg.connect(url)
    await connection.execute("SELECT pg_terminate_backend($1, 10000)", pid)  # and wait for its end
    await connection.close()


async def test_a_handler_is_a_function(database_url: str) -> None:
    """A unit test calls it with any connection of SQLAlchemy's, by position or name; whose transaction it is, ends it."""
    do = Do(registry=Registry())

    @do.action.create(name="pay")
    async def pays(amount: int, tx: Transaction) -> int:
        await tx.execute("INSERT INTO payments VALUES (:key, :amount)", {"key": "k", "amount": amount})
        return int(await tx.scalar("SELECT count(*) FROM payments"))

    driver = "sqlite+aiosqlite" if database_url.startswith("sqlite") else "postgresql+asyncpg"
    engine = create_async_engine(f"{driver}:{database_url.partition(':')[2]}")
    async with engine.connect() as connection:
        await connection.execute(text("CREATE TABLE payments (key TEXT, amount INT)"))
        handed: Any = connection
        assert await pays(5, handed) == 1
        assert await pays(5, tx=handed) == 2
        assert await pays(5, tx=Transaction.of(connection)) == 3
        await connection.rollback()
    await engine.dispose()
