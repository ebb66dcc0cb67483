"""Outside: which database is the SDK's own."""

from __future__ import annotations

import os
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from sqlalchemy import URL
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from dosdk_temporal._outside.project import data_folder
from dosdk_temporal.errors import DefinitionError

__all__ = ["DATASTORE_VARIABLE", "database_url", "shown", "url_of"]

DATASTORE_VARIABLE: Final = "DO_DATASTORE_URL"
"""Says where the SDK's own database is."""

_FILE: Final = "datastore.db"
_DRIVERS: Final = {"sqlite": "aiosqlite", "postgresql": "asyncpg"}
_INSTALL: Final = {"sqlite": "aiosqlite", "postgresql": "'dosdk-temporal[postgresql]'"}


def database_url(given: str | None = None, environ: Mapping[str, str] | None = None) -> URL:
    """Where the database is: what was given, else ``DO_DATASTORE_URL``, else ``.dosdk/datastore.db`` of the project.

    Args:
        given: ``sqlite:///path`` or ``postgresql://user:password@host/database``.
        environ: default this process's environment.

    Raises:
        DefinitionError: when it is neither, or its driver is not installed. The text itself, which may hold a password, is
            not repeated.
    """
    text = given or (os.environ if environ is None else environ).get(DATASTORE_VARIABLE)
    if not text:
        return URL.create("sqlite+aiosqlite", database=str(data_folder(Path.cwd()) / _FILE))
    return url_of(text, "datastore_url=" if given else DATASTORE_VARIABLE)


def url_of(text: str, source: str) -> URL:
    """The address that a text says.

    Args:
        text: ``sqlite:///path`` or ``postgresql://user:password@host/database``.
        source: where it stands, for messages.

    Raises:
        DefinitionError: as :func:`database_url`.
    """
    url = _parsed(text, source)
    kind = url.get_backend_name()
    if find_spec(_DRIVERS[kind]) is None:
        raise DefinitionError(f"{source} asks for {kind}, whose driver is not installed: pip install {_INSTALL[kind]}")
    return _of_sqlite(url, source) if kind == "sqlite" else _of_postgresql(url)


def shown(url: URL) -> str:
    """The address for people: without its password, and without its options, of which one may be a password too."""
    if url.get_backend_name() == "sqlite":
        return f"sqlite:///{url.database}"
    return url.set(drivername="postgresql", query={}).render_as_string(hide_password=True)


def _parsed(text: str, source: str) -> URL:
    try:
        url = make_url(text)
    except (ArgumentError, ValueError):
        url = URL.create("unreadable")
    if url.drivername == "postgres":
        url = url.set(drivername="postgresql")
    if url.get_backend_name() not in _DRIVERS:
        raise DefinitionError(
            f"{source} is no address of a database: write sqlite:///path or postgresql://user:password@host/database"
        )
    return url


def _of_sqlite(url: URL, source: str) -> URL:
    if url.database in (None, "", ":memory:"):
        raise DefinitionError(
            f"{source} names no file, and what is in memory alone does not survive: write sqlite:///path"
        )
    return URL.create("sqlite+aiosqlite", database=str(Path(str(url.database)).absolute()))


def _of_postgresql(url: URL) -> URL:
    # libpq's word, which providers print; asyncpg calls it ssl.
    query = {"ssl" if name == "sslmode" else name: value for name, value in url.query.items()}
    return url.set(drivername="postgresql+asyncpg", query=query)
