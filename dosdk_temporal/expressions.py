"""Pure: the language of conditions and templates, for programs: JavaScript's expressions, with exactly its results.

    evaluate("input.plan === 'enterprise' && !!manager?.email", {"input": {...}, "manager": UNDEFINED})

Literals, lists and mappings (also with ``...``), ``.name``, ``[key]``, ``?.``, ``??``, ``&&``, ``||``, ``!``, ``===``,
``!==``, ``==``, ``!=``, ``<``, ``>``, ``<=``, ``>=``, ``+``, ``-``, ``*``, ``/``, ``%``, ``**``, ``typeof``, ``? :``,
``.length``.

Texts have ``concat``, ``endsWith``, ``includes``, ``indexOf``, ``slice``, ``split``, ``startsWith``, ``toLowerCase``,
``toUpperCase``, ``trim``; lists have ``concat``, ``includes``, ``indexOf``, ``join``, ``slice``. There are ``Boolean``,
``Number``, ``String``, ``Object.keys``, and of ``Math`` ``abs``, ``ceil``, ``floor``, ``max``, ``min``, ``round``.
Nothing else can be called, and nothing is inherited: ``x.constructor``, ``x.__proto__`` and a method that is not called
are undefined.

Values are plain JSON as Python has it, and :data:`UNDEFINED`. Evaluation changes none of them, depends on nothing but them, and
is bounded. A value that is only read stays as it is; one that is computed is a double, given as an ``int`` where it is whole.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dosdk_temporal._pure.expressions.faults import ExpressionError, ExpressionSyntaxError
from dosdk_temporal._pure.expressions.program import Expression, compile_text
from dosdk_temporal._pure.expressions.undefined import UNDEFINED

__all__ = ["UNDEFINED", "Expression", "ExpressionError", "ExpressionSyntaxError", "compile", "evaluate"]


def compile(text: str) -> Expression:  # noqa: A001 - the contract's name
    """Parse an expression, with or without ``{{ }}`` around it; the same text again costs nothing.

    Args:
        text: the expression.

    Returns:
        What can be evaluated in any number of scopes.

    Raises:
        ExpressionSyntaxError: when it is no expression; its ``position`` and notes say where.
    """
    return compile_text(text)


def evaluate(text: str, scope: Mapping[str, Any]) -> Any:
    """The value of an expression.

    Args:
        text: the expression, with or without ``{{ }}`` around it.
        scope: the names that it can read, each a plain JSON value or :data:`UNDEFINED`.

    Returns:
        A plain JSON value or :data:`UNDEFINED`, which may also stand within a list or mapping that the expression made.

    Raises:
        ExpressionSyntaxError: when it is no expression.
        ExpressionError: when the values do not allow it; the message is JavaScript's.
    """
    return compile_text(text).evaluate(scope)
