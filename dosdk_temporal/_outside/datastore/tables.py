"""Outside: the tables of the Datastore. A database may serve several Temporal namespaces; each has a Datastore of its own."""

from __future__ import annotations

from typing import Final

from sqlalchemy import BigInteger, Column, Index, Integer, MetaData, Table, Text

from dosdk_temporal._outside.database.schema import Schema

__all__ = ["DATASTORE", "entries", "history", "writes"]

_metadata = MetaData()

# A list is sorted by its keys' characters, on PostgreSQL whatever its language is.
_SORTED = Text().with_variant(Text(collation="C"), "postgresql")

entries: Final = Table(
    "dosdk_entries",
    _metadata,
    Column("namespace", Text, primary_key=True),
    Column("space", Text, primary_key=True),  # the Datastore's own namespace; empty for the root
    Column("key", _SORTED, primary_key=True),
    Column("data", Text),  # JSON; NULL of a deletion, whose version is kept so that a later write goes on counting
    Column("version", Integer, nullable=False),
    Column("written_at", BigInteger, nullable=False),  # microseconds since 1970
    Column("gone", BigInteger),  # from when it is not there
    Column("written_by", Text),
    Index("dosdk_entries_by_end", "namespace", "gone"),
)

history: Final = Table(
    "dosdk_entry_versions",
    _metadata,
    Column("namespace", Text, primary_key=True),
    Column("space", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("data", Text),
    Column("written_at", BigInteger, nullable=False),
    Column("gone", BigInteger),
    Column("written_by", Text),
)

writes: Final = Table(
    "dosdk_writes",
    _metadata,
    Column("namespace", Text, primary_key=True),
    Column("id", Text, primary_key=True),
    Column("outcome", Text),  # JSON, of the same transaction as the write
    Column("at", BigInteger, nullable=False),
    Index("dosdk_writes_by_time", "namespace", "at"),
)

DATASTORE: Final = Schema("datastore", _metadata)
