"""Outside: inserting a row that may be there, in the words of either database."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

__all__ = ["insert_or"]


def insert_or(connection: AsyncConnection, table: Table, row: Mapping[str, Any]) -> sqlite.Insert | postgresql.Insert:
    """An INSERT in the connection's own dialect, for ``on_conflict_do_nothing()`` or ``on_conflict_do_update(...)``."""
    if connection.dialect.name == "postgresql":
        return postgresql.insert(table).values(**row)
    return sqlite.insert(table).values(**row)
