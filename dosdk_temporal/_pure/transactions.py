"""Pure: handlers that take a transaction: how one is known, and what such a handler must be."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from dosdk_temporal._pure.databases import check_database_name
from dosdk_temporal.errors import DefinitionError

if TYPE_CHECKING:
    from dosdk_temporal._pure.signature import HandlerSignature

__all__ = ["TRANSACTION", "check_transaction", "is_transaction"]

TRANSACTION: Final = "tx"
"""The name of the parameter."""


def is_transaction(annotation: Any) -> bool:
    """Whether a parameter so annotated is given a transaction: SQLAlchemy's ``AsyncConnection``, or a kind of it."""
    # By its name: SQLAlchemy is imported by who uses it.
    kinds = {(kind.__module__.partition(".")[0], kind.__name__) for kind in getattr(annotation, "__mro__", ())}
    return ("sqlalchemy", "AsyncConnection") in kinds


def check_transaction(signature: HandlerSignature, database: str | None) -> None:
    """Refuse a handler that could not use its transaction; one whose annotations are not defined yet passes, for now.

    Args:
        signature: the handler's.
        database: the name of the one that its transaction is to be on; None for the SDK's own.

    Raises:
        DefinitionError: saying what to write instead.
    """
    if database is not None:
        check_database_name(database)
    try:
        hints = signature.hints
    except DefinitionError:  # of which the worker's start tells
        return
    for name, annotation in hints.items():
        if name not in (TRANSACTION, "return") and is_transaction(annotation):
            raise DefinitionError(f"the handler of {signature.owner} calls its transaction {name!r}: name it 'tx'")
    if not signature.takes_tx:
        if database is not None:
            raise DefinitionError(
                f"{signature.owner} names the database {database!r}, and its handler takes no transaction: let it take "
                "'tx: Transaction', or leave database= out"
            )
    elif not signature.is_async:
        raise DefinitionError(
            f"the handler of {signature.owner} takes a transaction, whose statements are awaited: write 'async def'"
        )
