"""Pure: the texts of a definition that hold expressions, parsed; what cannot be parsed is told."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from dosdk_temporal._pure.declarative.problem import Path
from dosdk_temporal._pure.declarative.problems import Problems
from dosdk_temporal._pure.expressions.faults import ExpressionSyntaxError
from dosdk_temporal._pure.expressions.program import Expression, compile_text
from dosdk_temporal._pure.expressions.templates import Template

__all__ = ["condition_in", "expressions_in", "is_single"]

_OPEN: Final = "{{"


def condition_in(text: str | None, path: Path, problems: Problems) -> Expression | None:
    """The expression of a condition; None, and told, where it is none."""
    if text is None:
        return None
    try:
        return compile_text(text)
    except ExpressionSyntaxError as error:
        if _OPEN in text and not is_single(text):
            message = "a condition is one expression, and this has text around its braces"
            problems.error("text-around-condition", path, message, _joined(text))
        else:
            problems.error("expression-syntax", path, str(error), offset=error.position)
    return None


def expressions_in(value: Any, path: Path, problems: Problems) -> Iterator[tuple[Path, Expression]]:
    """The expressions in a structure's templates, each with the path of its text."""
    waiting: list[tuple[Path, Any]] = [(path, value)]
    while waiting:
        at, found = waiting.pop()
        if isinstance(found, dict):
            waiting += reversed([((*at, key), item) for key, item in found.items()])
        elif isinstance(found, list | tuple):
            waiting += reversed([((*at, index), item) for index, item in enumerate(found)])
        elif isinstance(found, str) and _OPEN in found:
            try:
                parsed = Template.parse(found)
            except ExpressionSyntaxError as error:
                problems.error("expression-syntax", at, str(error), offset=error.position)
                continue
            for expression in parsed.expressions:
                yield at, expression


def is_single(text: str) -> bool:
    """Whether a text is one template, whose value keeps its type; so is one that is none, which is told elsewhere."""
    try:
        return Template.parse(text).single
    except ExpressionSyntaxError:
        return True


def _joined(text: str) -> str:
    """What to do: the whole within one pair of braces, where that is an expression."""
    joined = " ".join(text.replace("{{", " ").replace("}}", " ").split())
    try:
        compile_text(joined)
    except ExpressionSyntaxError:
        return "write one expression, as in {{ input.plan === 'enterprise' && input.seats > 5 }}"
    return f"write all of it within one pair: {{{{ {joined} }}}}"
