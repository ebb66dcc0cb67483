"""Pure: text with ``{{ expressions }}`` in it, and structures that hold such text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from dosdk_temporal._pure.expressions.conversions import joined, to_text
from dosdk_temporal._pure.expressions.faults import ExpressionError, ExpressionSyntaxError
from dosdk_temporal._pure.expressions.kinds import kind_of
from dosdk_temporal._pure.expressions.limits import MAX_DEPTH, MAX_PARTS
from dosdk_temporal._pure.expressions.meter import Meter
from dosdk_temporal._pure.expressions.parser import Parser
from dosdk_temporal._pure.expressions.program import Expression
from dosdk_temporal._pure.expressions.results import check_size, without_undefined
from dosdk_temporal._pure.expressions.undefined import UNDEFINED
from dosdk_temporal._pure.expressions.whitespace import WHITESPACE
from dosdk_temporal._pure.expressions.wording import shortened

__all__ = ["Template", "render", "texts_in"]

_OPEN: Final = "{{"
_CACHED: Final = 1_000
_ADVICE: Final = {
    "list": 'write .join(", ") after it',
    "mapping": "name one of its properties",
    "null": 'write ?? and a text for that case, as in ?? "none"',
    "undefined": 'write ?? and a text for that case, as in ?? "none"',
}


@dataclass(frozen=True, slots=True)
class Template:
    """A text, parsed.

    Attributes:
        text: the text as it is written.
        parts: plain pieces and expressions, in order; positions in an expression are offsets in ``text``.
        single: whether it is one expression, blanks around it aside: then its value keeps its type.
    """

    text: str
    parts: tuple[str | Expression, ...]
    single: bool

    @staticmethod
    def parse(text: str) -> Template:
        """The template of a text; the same text again costs nothing.

        Raises:
            ExpressionSyntaxError: when a ``{{`` is not closed, or holds no expression.
        """
        return _parse(text)

    @property
    def expressions(self) -> tuple[Expression, ...]:
        """The expressions in it."""
        return tuple(part for part in self.parts if isinstance(part, Expression))

    def render(self, scope: Mapping[str, Any]) -> Any:
        """The value of the single expression, else the text with the values in it; values are not expanded again.

        Raises:
            ExpressionError: when an expression cannot be evaluated, or its value has no place within text.
        """
        try:
            return self._value(scope) if self.single else self._text(scope)
        except ExpressionError as error:
            error.belong(self.text)
            raise

    def _value(self, scope: Mapping[str, Any]) -> Any:
        (expression,) = self.expressions
        return without_undefined(expression.evaluate(scope))

    def _text(self, scope: Mapping[str, Any]) -> str:
        text = joined((self._shown(part, scope) for part in self.parts), "", Meter())
        check_size(text)
        return text

    def _shown(self, part: str | Expression, scope: Mapping[str, Any]) -> str:
        if isinstance(part, str):
            return part
        value = part.evaluate(scope)
        kind = kind_of(value)
        if kind in _ADVICE:
            raise _unshowable(part, kind)
        return to_text(value, Meter())


def render(value: Any, scope: Mapping[str, Any], path: str = "", depth: int = 0) -> Any:
    """A structure with every template in it rendered; keys stay as they are written.

    An undefined value leaves its key out of a mapping, and is ``None`` in a list.

    Args:
        value: mappings and lists of plain JSON; it is not changed.
        scope: the names that expressions can read.
        path: what the structure is called, for errors.
        depth: how deep it stands in another one.

    Raises:
        ExpressionError: with the ``path`` of the field, when one cannot be rendered.
        ExpressionSyntaxError: when a template is none.
    """
    if depth > MAX_DEPTH:
        raise ExpressionError(f"nested more than {MAX_DEPTH} deep", path=path)
    if isinstance(value, str):
        return _render_text(value, scope, path)
    if isinstance(value, dict):
        fields = ((key, render(item, scope, _below(path, key), depth + 1)) for key, item in value.items())
        return {key: item for key, item in fields if item is not UNDEFINED}
    if isinstance(value, list | tuple):
        items = [render(item, scope, _below(path, index), depth + 1) for index, item in enumerate(value)]
        return [None if item is UNDEFINED else item for item in items]
    return value


def texts_in(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """The texts of a structure that hold ``{{``, each with its path: what a validator has to parse."""
    waiting = [(path, value)]
    while waiting:
        place, found = waiting.pop()
        if isinstance(found, str) and _OPEN in found:
            yield place, found
        elif isinstance(found, dict):
            waiting += reversed([(_below(place, key), item) for key, item in found.items()])
        elif isinstance(found, list | tuple):
            waiting += reversed([(_below(place, index), item) for index, item in enumerate(found)])


def _render_text(text: str, scope: Mapping[str, Any], path: str) -> Any:
    if _OPEN not in text:
        return text
    try:
        return _parse(text).render(scope)
    except ExpressionError as error:
        error.path = path
        raise


@lru_cache(maxsize=_CACHED)
def _parse(text: str) -> Template:
    parts: list[str | Expression] = []
    end = 0
    while (start := text.find(_OPEN, end)) >= 0:
        if len(parts) >= 2 * MAX_PARTS:
            message = f"a text has at most {MAX_PARTS:,} expressions: make it in an action"
            raise ExpressionSyntaxError(message, expression=text, position=start)
        tree, after = Parser(text, start + len(_OPEN)).braced()
        parts += (text[end:start], Expression(text, tree))
        end = after
    parts.append(text[end:])
    plain = "".join(part for part in parts if isinstance(part, str))
    return Template(text, tuple(part for part in parts if part != ""), len(parts) == 3 and not plain.strip(WHITESPACE))  # noqa: PLR2004 - before, it, behind


def _unshowable(expression: Expression, kind: str) -> ExpressionError:
    error = ExpressionError(
        f"{shortened(expression.source)} is {kind if kind in {'null', 'undefined'} else f'a {kind}'},"
        f" and text shows strings, numbers and booleans alone: {_ADVICE[kind]}"
    )
    error.place(expression.tree.start)
    error.belong(expression.text)
    return error


def _below(path: str, key: Any) -> str:
    if isinstance(key, str) and key.isidentifier():
        return f"{path}.{key}" if path else key
    return f"{path}[{key!r}]"
