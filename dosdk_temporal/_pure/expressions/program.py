"""Pure: an expression, parsed once and evaluated as often as one likes."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final

from dosdk_temporal._pure.expressions.compiling import compile_tree
from dosdk_temporal._pure.expressions.faults import ExpressionError, ExpressionSyntaxError
from dosdk_temporal._pure.expressions.meter import Meter
from dosdk_temporal._pure.expressions.parser import Parser
from dosdk_temporal._pure.expressions.results import check_size
from dosdk_temporal._pure.expressions.tree import Binary, Call, ListOf, MappingOf, Node, walk
from dosdk_temporal._pure.expressions.whitespace import WHITESPACE

__all__ = ["Expression", "compile_text"]

_CACHED: Final = 1_000
"""Expressions that are kept compiled."""


class Expression:
    """A parsed expression.

    Attributes:
        text: what it was written in; its positions are offsets in this.
        tree: its syntax tree.
    """

    __slots__ = ("_makes", "_run", "text", "tree")

    def __init__(self, text: str, tree: Node) -> None:
        self.text = text
        self.tree = tree
        self._run = compile_tree(tree)
        # What is only read is as large as it was.
        self._makes = any(isinstance(node, Binary | Call | ListOf | MappingOf) for node in walk(tree))

    def __repr__(self) -> str:
        return f"Expression({self.source!r})"

    @property
    def source(self) -> str:
        """The expression alone, without what stands around it."""
        return self.text[self.tree.start : self.tree.end]

    def evaluate(self, scope: Mapping[str, Any]) -> Any:
        """Its value in a scope, which is never changed; a value that is only read is the scope's own.

        Args:
            scope: plain JSON values by name, or ``UNDEFINED``.

        Raises:
            ExpressionError: with JavaScript's message, when the values do not allow it, or when it handles too much.
        """
        try:
            value = self._run(scope, Meter())
            if self._makes:
                check_size(value)
        except ExpressionError as error:
            error.place(self.tree.start)
            error.belong(self.text)
            raise
        return value


@lru_cache(maxsize=_CACHED)
def compile_text(text: str) -> Expression:
    """The expression of a text, with or without ``{{ }}`` around it.

    Raises:
        ExpressionSyntaxError: when it is none.
    """
    start = len(text) - len(text.lstrip(WHITESPACE))
    if not text.startswith("{{", start):
        return Expression(text, Parser(text).alone())
    tree, end = Parser(text, start + len("{{")).braced()
    rest = text[end:].lstrip(WHITESPACE)
    if rest:
        message = "text stands behind the '}}': a condition is one expression, with nothing around it"
        raise ExpressionSyntaxError(message, expression=text, position=len(text) - len(rest))
    return Expression(text, tree)
