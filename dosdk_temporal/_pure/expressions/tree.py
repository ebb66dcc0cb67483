"""Pure: the syntax tree of an expression; each node knows where it stands."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import Any

__all__ = [
    "Binary", "Call", "Chain", "Conditional", "Entry", "Group", "Index", "ListOf", "Literal", "Logical", "MappingOf",
    "Member", "Name", "Node", "Spread", "Unary", "children", "depth", "walk",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Node:
    """What all nodes have: the offsets in the text where it begins and where it has ended."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Literal(Node):
    """A number, a text, ``true``, ``false``, ``null``, ``undefined``, ``NaN`` or ``Infinity``."""

    value: Any


@dataclass(frozen=True, slots=True)
class Name(Node):
    """A name of the scope."""

    name: str


@dataclass(frozen=True, slots=True)
class Spread(Node):
    """``...value``, within a list, a mapping or arguments."""

    value: Node


@dataclass(frozen=True, slots=True)
class ListOf(Node):
    """``[a, b, ...c]``."""

    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Entry(Node):
    """``key: value``; what is written as a name, text or number is a :class:`Literal` here."""

    key: Node
    value: Node


@dataclass(frozen=True, slots=True)
class MappingOf(Node):
    """``{a: 1, [b]: 2, c, ...d}``."""

    items: tuple[Entry | Spread, ...]


@dataclass(frozen=True, slots=True)
class Member(Node):
    """``owner.name`` or ``owner?.name``; ``at`` is where the name stands."""

    owner: Node
    name: str
    optional: bool
    at: int


@dataclass(frozen=True, slots=True)
class Index(Node):
    """``owner[key]`` or ``owner?.[key]``."""

    owner: Node
    key: Node
    optional: bool


@dataclass(frozen=True, slots=True)
class Call(Node):
    """``owner.method(...)``, ``Math.max(...)`` or ``Number(...)``."""

    callee: Member | Name
    arguments: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Chain(Node):
    """Properties and calls in a row of which one has ``?.``: where that finds nothing, the row ends here."""

    inner: Node


@dataclass(frozen=True, slots=True)
class Group(Node):
    """``(inner)``: kept, because a row of properties that ``?.`` cuts short ends at the brackets."""

    inner: Node


@dataclass(frozen=True, slots=True)
class Unary(Node):
    """``!a``, ``-a``, ``+a`` or ``typeof a``."""

    operator: str
    operand: Node


@dataclass(frozen=True, slots=True)
class Binary(Node):
    """Two operands that are always both evaluated; ``at`` is where the operator stands."""

    operator: str
    left: Node
    right: Node
    at: int


@dataclass(frozen=True, slots=True)
class Logical(Node):
    """``&&``, ``||`` or ``??``: the right operand is evaluated only where the left one does not decide."""

    operator: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Conditional(Node):
    """``test ? then : otherwise``."""

    test: Node
    then: Node
    otherwise: Node


def children(node: Node) -> Iterator[Node]:
    """The nodes right below, in the order of the text."""
    for field in fields(node):
        value = getattr(node, field.name)
        if isinstance(value, Node):
            yield value
        elif isinstance(value, tuple):
            yield from value


def walk(tree: Node) -> Iterator[Node]:
    """All nodes, each before those below it. Not recursive: the tree may be deeper than Python's stack."""
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        yield node
        waiting += reversed([*children(node)])


def depth(tree: Node) -> int:
    """How many nodes stand within each other. Not recursive, for the same reason."""
    level, count = [tree], 0
    while level:
        count += 1
        level = [child for node in level for child in children(node)]
    return count
