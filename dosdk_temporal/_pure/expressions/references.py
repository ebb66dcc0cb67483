"""Pure: what an expression reads, for checks before anything runs: names, properties, and whether each read is guarded."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from dosdk_temporal._pure.expressions.callables import GLOBALS, find_global
from dosdk_temporal._pure.expressions.faults import ExpressionSyntaxError
from dosdk_temporal._pure.expressions.guards import Known, known_if_false, known_if_true
from dosdk_temporal._pure.expressions.program import compile_text
from dosdk_temporal._pure.expressions.rows import Row, key_text, row_of
from dosdk_temporal._pure.expressions.tree import (
    Call,
    Chain,
    Conditional,
    Group,
    Index,
    Logical,
    Member,
    Name,
    Node,
    children,
)

__all__ = ["Access", "Read", "is_name", "names_in", "reads_in"]


@dataclass(frozen=True, slots=True)
class Access:
    """A property that is read, or a method that is called.

    Attributes:
        key: its name; None where that is computed.
        position: the offset in the text where it is named.
        guarded: whether what it is read from is known to be there: by ``?.``, ``&&``, ``||``, ``? :`` or a comparison.
        called: whether it is a method.
    """

    key: str | None
    position: int
    guarded: bool
    called: bool = False


@dataclass(frozen=True, slots=True)
class Read:
    """A name of the scope with the properties that are read from it, as ``customer?.address.city``.

    Attributes:
        name: the name.
        position: the offset in the text where it stands.
        end: the offset behind the last access.
        accesses: what is read from it, in order; it ends at a method.
    """

    name: str
    position: int
    end: int
    accesses: tuple[Access, ...]

    @property
    def path(self) -> tuple[str, ...]:
        """The name and the properties, up to a method or a computed key."""
        keys: list[str] = [self.name]
        for access in self.accesses:
            if access.key is None or access.called:
                break
            keys.append(access.key)
        return tuple(keys)


def is_name(text: str) -> bool:
    """Whether an expression can read a value of that name: a step's id, a loop's name."""
    try:
        tree = compile_text(text).tree
    except ExpressionSyntaxError:
        return False
    return tree == Name(0, len(text), text) and text not in GLOBALS


def names_in(tree: Node) -> tuple[str, ...]:
    """The names that the scope has to have, each once, in the order of the text."""
    return tuple(dict.fromkeys(read.name for read in reads_in(tree)))


def reads_in(tree: Node, known: Known = frozenset()) -> tuple[Read, ...]:
    """What an expression reads, in the order in which it is evaluated.

    Args:
        tree: the expression.
        known: what is known to be there, such as what the step's own condition has asked for.
    """
    return tuple(_reads(tree, known))


def _reads(node: Node, known: Known) -> Iterator[Read]:
    match node:
        case Logical(operator=operator, left=left, right=right):
            yield from _reads(left, known)
            learnt = {"&&": known_if_true(left), "||": known_if_false(left)}.get(operator, frozenset())
            yield from _reads(right, known | learnt)
        case Conditional(test=test, then=then, otherwise=otherwise):
            yield from _reads(test, known)
            yield from _reads(then, known | known_if_true(test))
            yield from _reads(otherwise, known | known_if_false(test))
        case _ if row := row_of(node):
            yield _read(row, known)
            yield from _within(node, known)
        case Call(callee=callee, arguments=arguments) if find_global(callee):
            for argument in arguments:
                yield from _reads(argument, known)
        case _:
            for child in children(node):
                yield from _reads(child, known)


def _read(row: Row, known: Known) -> Read:
    paths = dict(enumerate(row.paths))
    accesses = tuple(
        Access(
            key_text(link),
            link.at if isinstance(link, Member) else link.key.start,
            link.optional or paths.get(index) in known,
            called=row.called and link is row.links[-1],
        )
        for index, link in enumerate(row.links)
    )
    return Read(row.root.name, row.root.start, (row.links[-1] if row.links else row.root).end, accesses)


def _within(node: Node, known: Known) -> Iterator[Read]:
    """What is read in the keys and arguments of a row."""
    match node:
        case Chain(inner=inner) | Group(inner=inner) | Member(owner=inner):
            yield from _within(inner, known)
        case Index(owner=owner, key=key):
            yield from _within(owner, known)
            yield from _reads(key, known)
        case Call(callee=callee, arguments=arguments):
            yield from () if isinstance(callee, Name) else _within(callee, known)
            for argument in arguments:
                yield from _reads(argument, known)
