"""Outside: which statements of SQL end a transaction or begin one."""

from __future__ import annotations

import re
from typing import Final

__all__ = ["ends_transaction"]

_ENDS: Final = re.compile(
    r"(COMMIT|END|ABORT|BEGIN|START|PREPARE\s+TRANSACTION|ROLLBACK(?!\s+(\w+\s+)?TO\b))\b", re.IGNORECASE
)
"""``ROLLBACK TO SAVEPOINT`` does neither."""

_BEFORE: Final = re.compile(r"[\s;\ufeff]+")
_LINE: Final = {"SQLite": re.compile(r"--[^\n]*"), "PostgreSQL": re.compile(r"--[^\n\r]*")}
_MARKS: Final = re.compile(r"/\*|\*/")


def ends_transaction(statement: str) -> bool:
    """Whether a statement does, as either database reads it, whatever comments stand before its first word."""
    return any(_ENDS.match(_uncommented(statement, database)) for database in _LINE)


def _uncommented(statement: str, database: str) -> str:
    """The statement from its first word on."""
    while True:
        if found := _BEFORE.match(statement) or _LINE[database].match(statement):
            statement = statement[found.end() :]
        elif statement.startswith("/*"):
            statement = statement[_end_of_comment(statement, nests=database == "PostgreSQL") :]
        else:
            return statement


def _end_of_comment(statement: str, *, nests: bool) -> int:
    depth = 0
    for mark in _MARKS.finditer(statement):
        if mark[0] == "*/":
            depth -= 1
        elif nests or not depth:
            depth += 1
        if not depth:
            return mark.end()
    return len(statement)
