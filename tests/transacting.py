"""A table of payments, and calls that pay: what is paid is counted in the database itself."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

import pytest
from sqlalchemy import Column, Integer, MetaData, Table, Text, delete, func, select

from dosdk_temporal import Transaction
from dosdk_temporal._outside.database.database import Database
from dosdk_temporal._outside.database.schema import Schema
from dosdk_temporal._outside.transactions.once import Once
from dosdk_temporal._outside.transactions.recorded import Asked, Recorded
from dosdk_temporal._outside.transactions.tables import TRANSACTIONS, transactions
from dosdk_temporal._pure.facts import ResultFacts

__all__ = ["PAYMENTS", "Caller", "bank", "database", "paid", "pay"]

_metadata = MetaData()
_payments: Final = Table("payments", _metadata, Column("key", Text, nullable=False), Column("amount", Integer))
PAYMENTS: Final = Schema("payments", _metadata)


async def pay(tx: Transaction, key: str = "k", amount: int = 5) -> str:
    """Pay once more."""
    await tx.execute("INSERT INTO payments VALUES (:key, :amount)", {"key": key, "amount": amount})
    return f"paid {key}"


async def paid(database: Database, key: str = "k") -> int:
    """How often it was paid."""
    async with database.transaction(PAYMENTS, read_only=True) as connection:
        count = select(func.count()).select_from(_payments).where(_payments.c.key == key)
        return int(await connection.scalar(count) or 0)


@pytest.fixture
async def database(module_database_url: str) -> AsyncIterator[Database]:
    """A database in which nothing was done and paid yet, of each kind in turn."""
    async with bank(module_database_url) as opened:
        yield opened


@asynccontextmanager
async def bank(url: str) -> AsyncIterator[Database]:
    """A database in which nothing was done and paid yet, as handlers use it."""
    database = Database(url, patient=True)
    for schema in (PAYMENTS, TRANSACTIONS):
        await database.prepare(schema)
    async with database.transaction(PAYMENTS) as connection:
        await connection.execute(delete(_payments))
        await connection.execute(delete(transactions))
    try:
        yield database
    finally:
        await database.close()


@dataclass(frozen=True)
class Caller:
    """Who calls, in attempts of its own.

    Attributes:
        database: that is written.
        run: that calls.
        number: of the call in it.
        digest: of what is called.
        namespace: where.
        kept_for: as of :class:`Once`.
    """

    database: Database
    run: str = "run-1"
    number: int = 1
    digest: str = "digest"
    namespace: str = "here"
    kept_for: timedelta | None = None

    def once(self, key: str = "k") -> Once:
        """Its call."""
        asked = Asked(key, self.digest, self.run, f"{self.run} {self.number}")
        return Once(self.database, self.namespace, asked, "action 'pay'", _nothing, self.kept_for)

    async def attempt(
        self,
        handler: Callable[..., Awaitable[Any]] = pay,
        *,
        n: int = 1,
        key: str = "k",
        limit: timedelta | None = None,
        **arguments: Any,
    ) -> Recorded:
        """One attempt, the n-th; its result's JSON is the handler's text."""
        if handler is pay:
            arguments["key"] = key
        facts = ResultFacts(attempts=n)
        return await self.once(key).run(handler, arguments, lambda output: Recorded(str(output).encode(), facts), limit)

    async def give_up(self, *, all_of_run: bool = False) -> Recorded | None:
        """Give the call up."""
        return await self.once().give_up(all_of_run=all_of_run)


async def _nothing() -> None:
    """Nothing to check."""
