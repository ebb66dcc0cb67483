"""Outside: which database it is, whatever its address: an id that the first to ask writes into it."""

from __future__ import annotations

from typing import Final
from uuid import uuid4

from sqlalchemy import Column, Integer, MetaData, Table, Text, select

from dosdk_temporal._outside.database.database import Database, uninterrupted
from dosdk_temporal._outside.database.inserting import insert_or
from dosdk_temporal._outside.database.schema import Schema

__all__ = ["identity_of"]

_metadata = MetaData()
_identity = Table(
    "dosdk_identity", _metadata, Column("row", Integer, primary_key=True), Column("id", Text, nullable=False)
)
_IDENTITY: Final = Schema("identity", _metadata)


@uninterrupted
async def identity_of(database: Database) -> str:
    """The database's id; a copy of it, as a restored backup, has the same.

    Raises:
        DatabaseAwayError: when the database does not answer.
    """
    async with database.transaction(_IDENTITY, read_only=True) as connection:
        found = await connection.scalar(select(_identity.c.id))
    if found is not None:
        return str(found)
    async with database.transaction(_IDENTITY) as connection:
        first = {"row": 1, "id": str(uuid4())}
        await connection.execute(insert_or(connection, _identity, first).on_conflict_do_nothing())
        return str(await connection.scalar(select(_identity.c.id)))
