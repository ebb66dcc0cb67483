"""Outside: the transaction that a handler gets."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final, NoReturn, Self

from sqlalchemy import Connection, Executable, event, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncTransaction

from dosdk_temporal._outside.transactions.statements import ends_transaction
from dosdk_temporal.errors import DefinitionError

if TYPE_CHECKING:
    from sqlalchemy import CursorResult, ScalarResult
    from sqlalchemy.engine.interfaces import _CoreAnyExecuteParams, _CoreSingleExecuteParams

__all__ = ["Transaction", "kept_open"]

_ADVICE: Final = (
    "it is committed with the result when the handler returns, and undone when it raises; for a part that may fail, "
    "use 'async with tx.begin_nested()'"
)


class Transaction(AsyncConnection):
    """SQLAlchemy's connection within the transaction of one attempt; a handler that declares ``tx: Transaction`` gets it.

    What the handler does by it and the record that the action is done are committed together when the handler returns, and
    undone together when it raises. Statements may be plain text with named parameters:
    ``await tx.execute("UPDATE accounts SET balance = balance - :amount WHERE id = :id", {"amount": 5, "id": 7})``.
    """

    __slots__ = ()

    @classmethod
    def of(cls, connection: AsyncConnection) -> Self:
        """A connection as a handler gets it, as unit tests of handlers need it; whose transaction it is stays its owner's."""
        return cls(connection.engine, connection.sync_connection)

    async def execute(
        self, statement: Executable | str, parameters: _CoreAnyExecuteParams | None = None, **options: Any
    ) -> CursorResult[*tuple[Any, ...]]:
        """Run a statement, or plain text with named parameters (``:name``)."""
        return await super().execute(_executable(statement), parameters, **options)

    async def scalar(
        self, statement: Executable | str, parameters: _CoreSingleExecuteParams | None = None, **options: Any
    ) -> Any:
        """The first value of the first row; None where there is no row. Takes what :meth:`execute` takes."""
        return (await self.execute(statement, parameters, **options)).scalar()

    async def scalars(
        self, statement: Executable | str, parameters: _CoreAnyExecuteParams | None = None, **options: Any
    ) -> ScalarResult[Any]:
        """The first value of each row. Takes what :meth:`execute` takes."""
        return (await self.execute(statement, parameters, **options)).scalars()

    def stream(
        self, statement: Executable | str, parameters: _CoreAnyExecuteParams | None = None, **options: Any
    ) -> Any:
        """The rows one by one: ``async with tx.stream(...) as rows``. Takes what :meth:`execute` takes."""
        return super().stream(_executable(statement), parameters, **options)

    def begin(self) -> AsyncTransaction:
        """Refuse: it is begun.

        Raises:
            DefinitionError: always.
        """
        raise DefinitionError(f"tx is within its transaction already: {_ADVICE}")


def _executable(statement: Executable | str) -> Executable:
    return text(statement) if isinstance(statement, str) else statement


@contextmanager
def kept_open(connection: AsyncConnection, owner: str) -> Iterator[None]:
    """While the block runs, the connection's transaction is not the handler's to end, by whatever spelling.

    Args:
        connection: in a transaction.
        owner: whose handler runs, for the message.

    Raises:
        DefinitionError: where it tried, in the handler and again at the end of the block.
    """
    tried = False

    def refuse() -> NoReturn:
        nonlocal tried
        tried = True
        raise DefinitionError(f"the handler of {owner} would end its transaction itself: {_ADVICE}")

    def ending(ended: Connection) -> NoReturn:
        # SQLAlchemy takes a commit that raises for an end, and would hand the connection on with the transaction in it.
        ended.invalidate()
        refuse()

    def executing(_: Any, __: Any, statement: str, *___: Any) -> None:
        if ends_transaction(statement):
            refuse()

    listeners = (("commit", ending), ("rollback", ending), ("before_cursor_execute", executing))
    for name, listener in listeners:
        event.listen(connection.sync_connection, name, listener)
    try:
        yield
    finally:
        for name, listener in listeners:
            event.remove(connection.sync_connection, name, listener)
        if tried:
            refuse()
