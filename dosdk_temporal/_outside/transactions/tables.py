"""Outside: the table of what transactional actions have done; it stands in each database that they write."""

from __future__ import annotations

from typing import Final

from sqlalchemy import BigInteger, Column, Index, MetaData, Table, Text

from dosdk_temporal._outside.database.schema import Schema

__all__ = ["TRANSACTIONS", "transactions"]

_metadata = MetaData()

transactions: Final = Table(
    "dosdk_transactions",
    _metadata,
    Column("namespace", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("digest", Text, nullable=False),  # of the action's name and input
    Column("result", Text),  # JSON; NULL while nothing was done
    Column("facts", Text),  # JSON: of the attempt that did it
    Column("given_up", Text),  # JSON: the calls that may do nothing any more
    Column("at", BigInteger, nullable=False),  # microseconds since 1970
    Index("dosdk_transactions_by_time", "namespace", "at"),
)

TRANSACTIONS: Final = Schema("transactions", _metadata)
