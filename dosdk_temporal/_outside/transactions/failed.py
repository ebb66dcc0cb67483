"""Outside: a transaction in which a statement had failed before, said of that statement."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from sqlalchemy import event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from dosdk_temporal._outside.database.away import reason_of
from dosdk_temporal.errors import ActionError

__all__ = ["failed_before"]

_FAILED: Final = "25P02"
"""PostgreSQL's code for whatever is asked of a transaction in which a statement has failed."""


@contextmanager
def failed_before(connection: AsyncConnection, owner: str) -> Iterator[None]:
    """Where the block ends because an earlier statement of it had failed, and that was caught, say so.

    Args:
        connection: in the transaction.
        owner: whose handler runs, for the message.

    Raises:
        ActionError: with the earlier statement's error; tried again, as that error would be.
    """
    culprit: Exception | None = None

    def failing(context: Any) -> None:
        nonlocal culprit
        own = context.connection is connection.sync_connection
        if own and not _is_failed_before(context.sqlalchemy_exception):
            culprit = context.sqlalchemy_exception

    event.listen(connection.sync_engine, "handle_error", failing)
    try:
        yield
    except DBAPIError as error:
        if not _is_failed_before(error):
            raise
        said = "" if culprit is None else f" ({reason_of(culprit)})"
        raise ActionError(
            f"a statement of the handler of {owner} had failed{said}, and PostgreSQL does nothing more in that transaction: "
            "put what may fail into 'async with tx.begin_nested()', and catch the error around that"
        ) from culprit
    finally:
        event.remove(connection.sync_engine, "handle_error", failing)


def _is_failed_before(error: object) -> bool:
    return isinstance(error, DBAPIError) and getattr(error.orig, "sqlstate", None) == _FAILED
