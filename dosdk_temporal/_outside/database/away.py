"""Outside: a database that does not answer, as an error of the tree."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from sqlalchemy import URL
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnectionError

from dosdk_temporal._outside.database.address import DATASTORE_VARIABLE, shown
from dosdk_temporal.errors import DoError, ServerUnavailableError

__all__ = ["DatabaseAwayError", "answering", "reason_of"]

_LONGEST: Final = 200
_DRIVERS_CLASS: Final = re.compile(r"^<class '[^']+'>: ")

_STATES: Final = frozenset({"08", "28", "3D", "40", "53", "55", "57", "58"})
"""Classes of PostgreSQL's codes: connection, password, unknown database, collision, resources, locks, shutdown, disk."""

_STANDBY: Final = "25006"
"""A server that only reads: for a while, one that has not yet taken over."""

_ADVICE: Final = {
    "sqlite": "its folder must be there, and its file be yours to write",
    "postgresql": "start it, or set {setting} to yours",
}


class DatabaseAwayError(ServerUnavailableError):
    """The SDK's database cannot be reached or used now; a step that needs it is tried again."""

    retryable = True


@contextmanager
def answering(url: URL, setting: str = DATASTORE_VARIABLE) -> Iterator[None]:
    """Raise, for whatever says that the database cannot be reached or used now, one error that names it.

    Args:
        url: the database's.
        setting: what says where it is, for the message.

    Raises:
        DatabaseAwayError: in their place. A statement that is wrong stays what it is: waiting does not cure it.
    """
    try:
        yield
    except DoError:
        raise
    except Exception as error:
        if not _is_away(error):
            raise
        advice = _ADVICE[url.get_backend_name()].format(setting=setting)
        raise DatabaseAwayError(
            f"the database {shown(url)} cannot be used now ({reason_of(error)}): {advice}"
        ) from error


def _is_away(error: Exception) -> bool:
    if isinstance(error, NoConnectionError | OSError | TimeoutError):
        return True
    if not isinstance(error, DBAPIError):
        return False
    state = getattr(error.orig, "sqlstate", None)
    if state is not None:
        return state[:2] in _STATES or state == _STANDBY
    # SQLite's generic error is a wrong statement; locked, read-only, full and unreadable files have codes of their own.
    is_statement = getattr(error.orig, "sqlite_errorcode", None) == sqlite3.SQLITE_ERROR
    return error.connection_invalidated or (isinstance(error, InterfaceError | OperationalError) and not is_statement)


def reason_of(error: Exception) -> str:
    """The driver's own words for an error, without the statement."""
    cause = error.orig if isinstance(error, DBAPIError) and error.orig is not None else error
    text = _DRIVERS_CLASS.sub("", str(cause).partition("\n")[0])
    return text[:_LONGEST] or type(cause).__name__
