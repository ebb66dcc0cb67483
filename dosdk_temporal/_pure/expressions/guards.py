"""Pure: what is known to be there, once a condition has held or failed."""

from __future__ import annotations

from typing import Final

from dosdk_temporal._pure.expressions.rows import Path, row_of
from dosdk_temporal._pure.expressions.tree import Binary, Call, Chain, Group, Literal, Logical, Name, Node, Unary
from dosdk_temporal._pure.expressions.undefined import UNDEFINED

__all__ = ["Known", "known_if_false", "known_if_true"]

Known = frozenset[Path]
"""Paths that are neither null nor undefined, as far as the author has asked."""

_NOTHING: Known = frozenset()
_SAME: Final = {"===": True, "==": True, "!==": False, "!=": False}
_ORDER: Final = frozenset({"<", ">", "<=", ">="})


def known_if_true(node: Node) -> Known:
    """What is there where the condition holds."""
    match node:
        case Group(inner=inner) | Chain(inner=inner) | Call(callee=Name(name="Boolean"), arguments=(inner, *_)):
            return known_if_true(inner)
        case Unary(operator="!", operand=operand):
            return known_if_false(operand)
        case Logical(operator=operator, left=left, right=right):
            return _combined(known_if_true(left), known_if_true(right), both=operator == "&&")
        case Binary(operator=operator) if operator in _SAME:
            return _compared(node, same=_SAME[operator])
        case Binary(operator=operator) if operator in _ORDER:
            # undefined is neither less nor more than anything; but null is a 0, so that the last property may be null.
            return _owners(node.left) | _owners(node.right)
    return _read(node)


def known_if_false(node: Node) -> Known:
    """What is there where the condition does not hold."""
    match node:
        case Group(inner=inner) | Chain(inner=inner) | Call(callee=Name(name="Boolean"), arguments=(inner, *_)):
            return known_if_false(inner)
        case Unary(operator="!", operand=operand):
            return known_if_true(operand)
        case Logical(operator=operator, left=left, right=right) if operator != "??":
            return _combined(known_if_false(left), known_if_false(right), both=operator == "||")
        case Binary(operator=operator) if operator in _SAME:
            return _compared(node, same=not _SAME[operator])
    return _NOTHING


def _combined(left: Known, right: Known, *, both: bool) -> Known:
    return left | right if both else left & right


def _compared(node: Binary, *, same: bool) -> Known:
    """What is there where a value is the same as, or differs from, one that is written there."""
    known = _NOTHING
    for side, other in ((node.left, node.right), (node.right, node.left)):
        if isinstance(other, Literal):
            known |= _equal(side, other, same=same)
    return known


def _equal(side: Node, literal: Literal, *, same: bool) -> Known:
    if isinstance(side, Unary) and side.operator == "typeof":
        return _read(side.operand) if same != (literal.value == "undefined") else _NOTHING
    is_nothing = literal.value is None or literal.value is UNDEFINED
    return _read(side) if same != is_nothing else _NOTHING


def _read(node: Node) -> Known:
    row = row_of(node)
    return frozenset(row.paths) if row else _NOTHING


def _owners(node: Node) -> Known:
    row = row_of(node)
    return frozenset(row.paths[:-1]) if row else _NOTHING
