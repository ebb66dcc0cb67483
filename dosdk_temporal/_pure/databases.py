"""Pure: databases of a project's own, by name."""

from __future__ import annotations

import re
from typing import Final

from dosdk_temporal.errors import DefinitionError

__all__ = ["check_database_name", "database_variable"]

_NAME: Final = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,62}")


def check_database_name(name: object) -> str:
    """The name, if it may name a database.

    Raises:
        DefinitionError: when it may not. An address given in its place is not repeated: it may hold a password.
    """
    if isinstance(name, str) and _NAME.fullmatch(name):
        return name
    told = "an address" if isinstance(name, str) and "://" in name else repr(name)
    raise DefinitionError(
        f"a database is named by a letter and up to 62 letters, digits, - and _, as in database='orders', not by {told}"
    )


def database_variable(name: str) -> str:
    """The environment variable that holds the address of the database of that name."""
    return f"DO_DATABASE_{name.upper().replace('-', '_')}_URL"
