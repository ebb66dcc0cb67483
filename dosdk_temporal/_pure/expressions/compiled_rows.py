"""Pure: rows of properties as closures, and what ``?.`` does to them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from dosdk_temporal._pure.expressions.faults import ExpressionError
from dosdk_temporal._pure.expressions.meter import Meter
from dosdk_temporal._pure.expressions.properties import key_of, property_of, unreadable
from dosdk_temporal._pure.expressions.running import Compile, Run
from dosdk_temporal._pure.expressions.tree import Chain, Index, Member, Node
from dosdk_temporal._pure.expressions.undefined import UNDEFINED

__all__ = ["CUT", "compile_chain", "compile_index", "compile_member", "compile_owner"]

CUT: Final = object()
"""What a row gives from the ``?.`` on that found nothing; every later link hands it on, and the row's end makes it undefined."""


def compile_chain(node: Chain, compile_node: Compile) -> Run:
    """A row that may be cut short."""
    inner = compile_node(node.inner)

    def run(scope: Mapping[str, Any], meter: Meter) -> Any:
        value = inner(scope, meter)
        return UNDEFINED if value is CUT else value

    return run


def compile_owner(node: Node, optional: bool, compile_node: Compile) -> Run:
    """What stands left of a dot or bracket; with ``?.`` nothing there cuts the row."""
    owner = compile_node(node)
    if not optional:
        return owner

    def run(scope: Mapping[str, Any], meter: Meter) -> Any:
        value = owner(scope, meter)
        return CUT if value is None or value is UNDEFINED else value

    return run


def compile_member(node: Member, compile_node: Compile) -> Run:
    """``owner.name``."""
    owner, name = compile_owner(node.owner, node.optional, compile_node), node.name

    def run(scope: Mapping[str, Any], meter: Meter) -> Any:
        value = owner(scope, meter)
        if type(value) is dict:  # nearly always: the rest may take its time
            return value.get(name, UNDEFINED)
        return _read(value, name, meter, node.at)

    return run


def compile_index(node: Index, compile_node: Compile) -> Run:
    """``owner[key]``; the key is evaluated before it is known whether the owner has properties at all."""
    owner, key = compile_owner(node.owner, node.optional, compile_node), compile_node(node.key)

    def run(scope: Mapping[str, Any], meter: Meter) -> Any:
        value = owner(scope, meter)
        if value is CUT:
            return CUT
        name = key(scope, meter)
        try:
            if value is None or value is UNDEFINED:
                raise unreadable(value, name)
            return property_of(value, key_of(name, meter), meter)
        except ExpressionError as error:
            error.place(node.key.start)
            raise

    return run


def _read(value: Any, name: str, meter: Meter, at: int) -> Any:
    if value is CUT:
        return CUT
    try:
        return property_of(value, name, meter)
    except ExpressionError as error:
        error.place(at)
        raise
