"""Pure: what is wrong with an expression, or with what it was given."""

from __future__ import annotations

from typing import Any

from dosdk_temporal._pure.expressions.positions import pointed
from dosdk_temporal.errors import DefinitionError, DoError

__all__ = ["ExpressionError", "ExpressionSyntaxError"]


class ExpressionSyntaxError(DefinitionError):
    """Text is no expression of the language.

    Args:
        message: what is wrong and what to write.
        expression: the whole text.
        position: the offset of the fault in it, in characters from 0.
        **facts: the attributes every :class:`~dosdk_temporal.errors.DoError` has.
    """

    def __init__(self, message: str, *, expression: str = "", position: int = 0, **facts: Any) -> None:
        super().__init__(message, **facts)
        self.expression = expression
        self.position = position
        self.add_note(pointed(expression, position))


class ExpressionError(DoError):
    """An expression cannot be evaluated with the values it was given; the message is JavaScript's own.

    Attributes:
        expression: the whole text.
        position: the offset in it of what failed, in characters from 0; None before it is known.
        path: the field whose template it was, as ``input.variables.companyName``; empty outside of one.
    """

    def __init__(
        self, message: str, *, expression: str = "", position: int | None = None, path: str = "", **facts: Any
    ) -> None:
        super().__init__(message, **facts)
        self.expression = expression
        self.position = position
        self.path = path

    def place(self, position: int) -> None:
        """Say where it happened, unless something further inside has said so."""
        if self.position is None:
            self.position = position

    def belong(self, expression: str) -> None:
        """Say whose text the position counts in, unless that has been said."""
        if self.expression:
            return
        self.expression = expression
        self.add_note(pointed(expression, self.position or 0))
