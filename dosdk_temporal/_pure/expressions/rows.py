"""Pure: a name with what is read from it, as ``steps.order?.items[0].trim()``, taken apart for static checks."""

from __future__ import annotations

from dataclasses import dataclass

from dosdk_temporal._pure.expressions.callables import find_global
from dosdk_temporal._pure.expressions.numbers import number_text
from dosdk_temporal._pure.expressions.tree import Call, Chain, Group, Index, Literal, Member, Name, Node

__all__ = ["Path", "Row", "row_of"]

Path = tuple[str, ...]
"""A name, and the keys of properties within each other."""


@dataclass(frozen=True, slots=True)
class Row:
    """A row that begins with a name.

    Attributes:
        root: the name.
        links: the properties read from it, in order; with a call, the last one is the method.
        called: whether the last link is a method that is called: what comes after it has no path.
    """

    root: Name
    links: tuple[Member | Index, ...]
    called: bool = False

    @property
    def paths(self) -> tuple[Path, ...]:
        """What the row reads: the name, then each property; it ends before a method, and before a key not known here."""
        found: list[Path] = [(self.root.name,)]
        for link in self.links[: -1 if self.called else None]:
            key = key_text(link)
            if key is None:
                break
            found.append((*found[-1], key))
        return tuple(found)


def key_text(link: Member | Index) -> str | None:
    """The key of a property, where it is written there."""
    if isinstance(link, Member):
        return link.name
    match link.key:
        case Literal(value=str(key)):
            return key
        case Literal(value=int() | float() as key) if not isinstance(key, bool):
            return number_text(key)
    return None


def row_of(node: Node) -> Row | None:
    """The row that a node ends; None where it begins with something else, such as a list or a function's result."""
    match node:
        case Name():
            return Row(node, ())
        case Chain(inner=inner) | Group(inner=inner):
            return row_of(inner)
        case Call(callee=Member() as method) if not find_global(method):
            row = row_of(method)
            return row if row is None or row.called else Row(row.root, row.links, called=True)
        case Member(owner=owner) | Index(owner=owner):
            row = row_of(owner)
            return row if row is None or row.called else Row(row.root, (*row.links, node))
    return None
