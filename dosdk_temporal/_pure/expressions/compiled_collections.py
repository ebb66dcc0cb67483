"""Pure: lists, mappings and arguments as closures."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from dosdk_temporal._pure.expressions.faults import ExpressionError
from dosdk_temporal._pure.expressions.kinds import kind_of
from dosdk_temporal._pure.expressions.limits import ELEMENT
from dosdk_temporal._pure.expressions.meter import Meter
from dosdk_temporal._pure.expressions.properties import in_order, key_of, own_keys, property_of
from dosdk_temporal._pure.expressions.running import Compile, Run
from dosdk_temporal._pure.expressions.tree import Entry, ListOf, MappingOf, Node, Spread
from dosdk_temporal._pure.expressions.undefined import UNDEFINED
from dosdk_temporal._pure.expressions.utf16 import text_of, units
from dosdk_temporal._pure.expressions.wording import written

__all__ = ["compile_items", "compile_list", "compile_mapping"]

_Add = Callable[[dict[str, Any], Mapping[str, Any], Meter], None]


def compile_list(node: ListOf, compile_node: Compile) -> Run:
    """``[a, ...b]``."""
    return compile_items(node.items, compile_node)


def compile_items(nodes: Sequence[Node], compile_node: Compile) -> Callable[[Mapping[str, Any], Meter], list[Any]]:
    """Values in a row, of which some may be spread."""
    if not any(isinstance(node, Spread) for node in nodes):
        plain = [compile_node(node) for node in nodes]
        return lambda scope, meter: [run(scope, meter) for run in plain]
    parts = [_spread(node, compile_node) if isinstance(node, Spread) else _one(node, compile_node) for node in nodes]
    return lambda scope, meter: [value for part in parts for value in part(scope, meter)]


def compile_mapping(node: MappingOf, compile_node: Compile) -> Run:
    """``{a: 1, ...b}``, its keys in JavaScript's order."""
    adders = [_adder(item, compile_node) for item in node.items]

    def run(scope: Mapping[str, Any], meter: Meter) -> dict[str, Any]:
        made: dict[str, Any] = {}
        for add in adders:
            add(made, scope, meter)
        return {key: made[key] for key in in_order(made)}

    return run


def _one(node: Node, compile_node: Compile) -> Callable[[Mapping[str, Any], Meter], Iterable[Any]]:
    value = compile_node(node)
    return lambda scope, meter: (value(scope, meter),)


def _spread(node: Spread, compile_node: Compile) -> Callable[[Mapping[str, Any], Meter], Iterable[Any]]:
    value = compile_node(node.value)

    def run(scope: Mapping[str, Any], meter: Meter) -> Iterable[Any]:
        values = value(scope, meter)
        if kind_of(values) not in {"list", "string"}:
            raise ExpressionError(f"{written(node.value)} is not iterable", position=node.start)
        meter.pay(len(values) * ELEMENT)
        return text_of(values) if isinstance(values, str) else values

    return run


def _adder(node: Entry | Spread, compile_node: Compile) -> _Add:
    if isinstance(node, Entry):
        return _entry(node, compile_node)
    value = compile_node(node.value)

    def add(made: dict[str, Any], scope: Mapping[str, Any], meter: Meter) -> None:
        given = value(scope, meter)
        if given is not None and given is not UNDEFINED:
            made.update(_own(given, meter))

    return add


def _own(value: Any, meter: Meter) -> dict[str, Any]:
    keys = own_keys(value, meter)
    if isinstance(value, str):
        return dict(zip(keys, units(value), strict=True))
    return {key: property_of(value, key, meter) for key in keys}


def _entry(node: Entry, compile_node: Compile) -> _Add:
    key, value = compile_node(node.key), compile_node(node.value)

    def add(made: dict[str, Any], scope: Mapping[str, Any], meter: Meter) -> None:
        try:
            name = key_of(key(scope, meter), meter)
        except ExpressionError as error:
            error.place(node.start)
            raise
        made[name] = value(scope, meter)

    return add
