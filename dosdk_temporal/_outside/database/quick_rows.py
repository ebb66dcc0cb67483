"""Outside: single rows of a SQLite file, read where the caller is.

One row by its key costs SQLite 7 µs, and through aiosqlite and SQLAlchemy's pool 3 ms of CPU: each statement, cursor and
commit is a hop to the connection's thread and back. A file is on this host, so the event loop is held up for no longer than
the read takes; what would wait for a lock fails at once, and is left to the long way.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from functools import cached_property, lru_cache
from typing import Any

from sqlalchemy import Select
from sqlalchemy.dialects import sqlite

__all__ = ["QuickRows"]


class QuickRows:
    """Reads by a connection of their own, made at the first.

    Args:
        path: of the file.
    """

    def __init__(self, path: str) -> None:
        self._path = path

    def row(self, statement: Select[Any], parameters: Mapping[str, Any]) -> tuple[Any, ...] | None:
        """The first row, as it was last committed.

        Raises:
            sqlite3.Error: when the file cannot be read at once.
        """
        row: tuple[Any, ...] | None = self._connection.execute(_text(statement), parameters).fetchone()
        return row

    def close(self) -> None:
        """Close the connection."""
        if "_connection" in self.__dict__:
            self._connection.close()

    @cached_property
    def _connection(self) -> sqlite3.Connection:
        return sqlite3.connect(self._path, isolation_level=None, timeout=0)


@lru_cache(maxsize=64)
def _text(statement: Select[Any]) -> str:
    return str(statement.compile(dialect=sqlite.dialect(paramstyle="named")))
