"""Pure: expressions and templates of which some values are not known yet: what can be said all the same."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from dosdk_temporal._pure.expressions.conversions import is_true
from dosdk_temporal._pure.expressions.deciding import path_text, values_read
from dosdk_temporal._pure.expressions.program import Expression
from dosdk_temporal._pure.expressions.references import Read, reads_in
from dosdk_temporal._pure.expressions.templates import Template, render, texts_in
from dosdk_temporal._pure.expressions.tree import Conditional, Group, Logical, Node, Unary
from dosdk_temporal._pure.expressions.undefined import UNDEFINED

__all__ = ["UNKNOWN", "Partly", "evaluate_partly", "render_partly"]


class _Unknown:
    """The class of :data:`UNKNOWN`, its only value."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "unknown"


UNKNOWN: Final = _Unknown()
"""In a scope, what nobody knows yet: it may turn out to be anything, ``undefined`` too."""


@dataclass(frozen=True)
class Partly:
    """What can be said of an expression.

    Attributes:
        value: ``UNKNOWN`` where it depends on what is not known.
        truth: whether it counts as true; known sometimes where the value is not. None where it is not.
        values: the known ones that it rests on, by path.
        depends: the paths whose values it depends on.
    """

    value: Any
    truth: bool | None
    values: Mapping[str, Any] = field(default_factory=dict)
    depends: tuple[str, ...] = ()


def evaluate_partly(expression: Expression, scope: Mapping[str, Any]) -> Partly:
    """As much of an expression as can be evaluated.

    Args:
        expression: parsed.
        scope: names and their values, which are ``UNKNOWN`` or hold such.

    Raises:
        ExpressionError: when what is known does not allow it.
    """
    return _Evaluation(expression, scope).of(expression.tree)


def render_partly(value: Any, scope: Mapping[str, Any]) -> tuple[Any, tuple[str, ...]]:
    """A structure with its templates' values, and the paths that are not known: each template that needs one is ``UNKNOWN``."""
    if isinstance(value, dict):
        rendered = {key: render_partly(item, scope) for key, item in value.items()}
        fields = {key: item for key, (item, _) in rendered.items() if item is not UNDEFINED}
        return fields, _all_paths(paths for _, paths in rendered.values())
    if isinstance(value, list | tuple):
        items = [render_partly(item, scope) for item in value]
        return [None if item is UNDEFINED else item for item, _ in items], _all_paths(paths for _, paths in items)
    if not any(texts_in(value)):
        return value, ()
    template = Template.parse(value)
    parts = [evaluate_partly(expression, scope) for expression in template.expressions]
    if any(part.value is UNKNOWN for part in parts):
        return UNKNOWN, _all_paths(part.depends for part in parts)
    return render(value, scope), ()


def _holds_unknown(value: Any) -> bool:
    """Whether something in a value is not known."""
    waiting = [value]
    while waiting:
        found = waiting.pop()
        if found is UNKNOWN:
            return True
        if isinstance(found, dict):
            waiting += found.values()
        elif isinstance(found, list):
            waiting += found
    return False


class _Evaluation:
    def __init__(self, expression: Expression, scope: Mapping[str, Any]) -> None:
        self._text, self._scope = expression.text, scope

    def of(self, node: Node) -> Partly:
        match node:
            case Group(inner=inner):
                return self.of(inner)
            case Logical(operator=operator, left=left, right=right):
                return self._logical(operator, self.of(left), right)
            case Conditional(test=test, then=then, otherwise=otherwise):
                return self._conditional(self.of(test), then, otherwise)
            case Unary(operator="!", operand=operand):
                return _negated(self.of(operand))
        return self._leaf(node)

    def _logical(self, operator: str, left: Partly, right: Node) -> Partly:
        if left.value is UNKNOWN and (left.truth is None or operator == "??"):
            return self._undecided(operator, left, self.of(right))
        return left if _decides(operator, left) else _both(replace(left, depends=()), self.of(right))

    def _undecided(self, operator: str, left: Partly, right: Partly) -> Partly:
        """Where nobody knows whether the right operand counts: it may settle the truth all the same."""
        if operator != "??" and right.truth is (operator == "||"):
            return Partly(UNKNOWN, right.truth, right.values)
        return _both(left, replace(right, value=UNKNOWN, truth=None))

    def _conditional(self, test: Partly, then: Node, otherwise: Node) -> Partly:
        if test.truth is None:
            return test
        return _both(replace(test, depends=()), self.of(then if test.truth else otherwise))

    def _leaf(self, node: Node) -> Partly:
        part = Expression(self._text, node)
        unknown = [read for read in reads_in(node) if self._is_unknown(read)]
        if not unknown:
            value = part.evaluate(self._scope)
            return Partly(value, is_true(value), values_read(part, self._scope))
        return Partly(UNKNOWN, None, depends=tuple(dict.fromkeys(path_text(read) for read in unknown)))

    def _is_unknown(self, read: Read) -> bool:
        name, *keys = read.path
        found = self._scope.get(name, UNDEFINED)
        for key in keys:
            if found is UNKNOWN:
                return True
            if isinstance(found, dict):
                found = found.get(key, UNDEFINED)
            elif isinstance(found, list) and key.isdecimal():
                found = found[int(key)] if int(key) < len(found) else UNDEFINED
            else:
                return False  # of what has no items, such as a text, everything is known
        return _holds_unknown(found)


def _decides(operator: str, left: Partly) -> bool:
    """Whether the left operand is the value; what decides it is known."""
    if operator == "??":
        return left.value is not None and left.value is not UNDEFINED
    return left.truth is (operator == "||")


def _negated(partly: Partly) -> Partly:
    truth = None if partly.truth is None else not partly.truth
    return replace(partly, value=UNKNOWN if truth is None else truth, truth=truth)


def _all_paths(several: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(path for paths in several for path in paths))


def _both(first: Partly, second: Partly) -> Partly:
    depends = _all_paths((first.depends, second.depends))
    return Partly(second.value, second.truth, {**first.values, **second.values}, depends)
