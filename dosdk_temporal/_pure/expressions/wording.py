"""Pure: how error messages name a part of an expression."""

from __future__ import annotations

from typing import Final

from dosdk_temporal._pure.expressions.conversions import to_text
from dosdk_temporal._pure.expressions.meter import Meter
from dosdk_temporal._pure.expressions.tree import Call, Chain, Group, Index, Literal, Member, Name, Node

__all__ = ["shortened", "written"]

_LONGEST: Final = 80


def written(node: Node) -> str:
    """The part as V8 names it, where it is a row that begins with a name or a literal; what else may begin it goes unnamed."""
    return shortened(_row(node))


def shortened(text: str) -> str:
    """The text, or as much of it as a message has room for."""
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def _row(node: Node) -> str:
    match node:
        case Chain(inner=inner) | Group(inner=inner):
            return _row(inner)
        case Member() | Index():
            return _row(node.owner) + _link(node)
        case Call(callee=callee):
            return f"{_row(callee)}(...)"
        case Name(name=name):
            return name
        case Literal(value=value):
            return f'"{value}"' if isinstance(value, str) else to_text(value, Meter())
    return "(intermediate value)"


def _link(node: Member | Index) -> str:
    match node:
        case Member(name=name) | Index(key=Literal(value=str(name))):
            return f"{'?.' if node.optional else '.'}{name}"
        case Index(key=key):
            return f"{'?.' if node.optional else ''}[{_row(key)}]"
    return ""
