"""A table of counters, and a program that counts in it: a first user of a database."""

from __future__ import annotations

import asyncio

from sqlalchemy import Column, Integer, MetaData, Table, Text, insert, update

from dosdk_temporal._outside.database.database import Database
from dosdk_temporal._outside.database.schema import Schema

__all__ = ["COUNTERS", "count", "counters"]

_metadata = MetaData()
counters = Table(
    "counters", _metadata, Column("name", Text, primary_key=True), Column("value", Integer, nullable=False)
)
COUNTERS = Schema("counters", _metadata)


async def count(database: Database) -> None:
    """Read, and then write."""
    async with database.transaction(COUNTERS) as connection:
        if (await connection.execute(update(counters).values(value=counters.c.value + 1))).rowcount == 0:
            await connection.execute(insert(counters).values(name="hits", value=1))


async def _alone() -> None:
    database = Database()
    await count(database)
    await database.close()


if __name__ == "__main__":
    asyncio.run(_alone())
