"""A table of counters, and a program that counts in it: a first user of a database."""

from __future__ import annotations

import asyncio

from sqlalchemy import Column, Integer, MetaData, Table, Text, select, text

from dosdk_temporal._outside.database.database import Database
from dosdk_temporal._outside.database.schema import Schema

__all__ = ["COUNTERS", "count", "counters"]

_metadata = MetaData()
counters = Table(
    "counters", _metadata, Column("name", Text, primary_key=True), Column("value", Integer, nullable=False)
)
COUNTERS = Schema("counters", _metadata)

# One statement: of two first ones that find no row, on PostgreSQL, the second adds to the first's.
_COUNT = text(
    "INSERT INTO counters (name, value) VALUES ('hits', 1) ON CONFLICT (name) DO UPDATE SET value = counters.value + 1"
)


async def count(database: Database) -> None:
    """Read, and then write."""
    async with database.transaction(COUNTERS) as connection:
        await connection.execute(select(counters))
        await connection.execute(_COUNT)


async def _alone() -> None:
    database = Database()
    await count(database)
    await database.close()


if __name__ == "__main__":
    asyncio.run(_alone())
