"""Outside: a handler called as a plain function, as its unit test does."""

from __future__ import annotations

from typing import Any

from dosdk_temporal._outside.by_hand import with_secrets
from dosdk_temporal._pure.definitions import ActionDefinition

__all__ = ["plain_call"]


def plain_call(definition: ActionDefinition, *args: Any, **kwargs: Any) -> Any:
    """Call the handler; any SQLAlchemy connection that it is given takes what its transaction takes, plain text too."""
    if not definition.signature.takes_tx:
        return with_secrets(definition.name, definition.handler, *args, **kwargs)
    from sqlalchemy.ext.asyncio import AsyncConnection  # noqa: PLC0415 - only for handlers that use it

    from dosdk_temporal._outside.transactions.transaction import Transaction  # noqa: PLC0415

    def given(value: Any) -> Any:
        return Transaction.of(value) if isinstance(value, AsyncConnection) else value

    named = {name: given(value) for name, value in kwargs.items()}
    return with_secrets(definition.name, definition.handler, *map(given, args), **named)
