"""Pure: a syntax tree as Python closures: evaluating a node is one call, and what its kind means is decided once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from dosdk_temporal._pure.expressions import tree as syntax
from dosdk_temporal._pure.expressions.callables import GLOBALS
from dosdk_temporal._pure.expressions.compiled_calls import compile_call
from dosdk_temporal._pure.expressions.compiled_collections import compile_list, compile_mapping
from dosdk_temporal._pure.expressions.compiled_rows import compile_chain, compile_index, compile_member
from dosdk_temporal._pure.expressions.conversions import is_true
from dosdk_temporal._pure.expressions.faults import ExpressionError
from dosdk_temporal._pure.expressions.meter import Meter
from dosdk_temporal._pure.expressions.operators import BINARY, UNARY
from dosdk_temporal._pure.expressions.running import Run
from dosdk_temporal._pure.expressions.undefined import UNDEFINED

__all__ = ["compile_tree"]


def compile_tree(node: syntax.Node) -> Run:
    """The function that evaluates the tree in a scope, and counts its work."""
    return _COMPILERS[type(node)](node)


def _literal(node: syntax.Literal) -> Run:
    value = node.value
    return lambda scope, meter: value


def _name(node: syntax.Name) -> Run:
    name = node.name

    def read(scope: Mapping[str, Any], meter: Meter) -> Any:
        try:
            return scope[name]
        except KeyError:
            raise _unknown(node) from None

    return read


def _unknown(node: syntax.Name) -> ExpressionError:
    if node.name in GLOBALS:
        return ExpressionError(f"{node.name} can only be called here, it is no value", position=node.start)
    return ExpressionError(f"{node.name} is not defined", position=node.start)


def _group(node: syntax.Group) -> Run:
    return compile_tree(node.inner)


def _unary(node: syntax.Unary) -> Run:
    operand = compile_tree(node.operand) if node.operator != "typeof" else _typed(node.operand)
    apply = UNARY[node.operator]

    def run(scope: Mapping[str, Any], meter: Meter) -> Any:
        value = operand(scope, meter)
        try:
            return apply(value, meter)
        except ExpressionError as error:
            error.place(node.start)
            raise

    return run


def _typed(node: syntax.Node) -> Run:
    """The operand of ``typeof``, which alone may be asked of a name that is not there, in brackets too."""
    while isinstance(node, syntax.Group):
        node = node.inner
    if not isinstance(node, syntax.Name) or node.name in GLOBALS:
        return compile_tree(node)
    name = node.name
    return lambda scope, meter: scope.get(name, UNDEFINED)


def _binary(node: syntax.Binary) -> Run:
    left, right, apply = compile_tree(node.left), compile_tree(node.right), BINARY[node.operator]

    def run(scope: Mapping[str, Any], meter: Meter) -> Any:
        first, second = left(scope, meter), right(scope, meter)
        try:
            return apply(first, second, meter)
        except ExpressionError as error:
            error.place(node.at)
            raise

    return run


def _logical(node: syntax.Logical) -> Run:
    left, right = compile_tree(node.left), compile_tree(node.right)

    def both(scope: Mapping[str, Any], meter: Meter) -> Any:
        value = left(scope, meter)
        return right(scope, meter) if is_true(value) else value

    def either(scope: Mapping[str, Any], meter: Meter) -> Any:
        value = left(scope, meter)
        return value if is_true(value) else right(scope, meter)

    def first(scope: Mapping[str, Any], meter: Meter) -> Any:
        value = left(scope, meter)
        return right(scope, meter) if value is None or value is UNDEFINED else value

    return {"&&": both, "||": either, "??": first}[node.operator]


def _conditional(node: syntax.Conditional) -> Run:
    test, then, otherwise = compile_tree(node.test), compile_tree(node.then), compile_tree(node.otherwise)
    return lambda scope, meter: then(scope, meter) if is_true(test(scope, meter)) else otherwise(scope, meter)


_COMPILERS: Final[dict[type[syntax.Node], Callable[[Any], Run]]] = {
    syntax.Literal: _literal,
    syntax.Name: _name,
    syntax.Group: _group,
    syntax.Unary: _unary,
    syntax.Binary: _binary,
    syntax.Logical: _logical,
    syntax.Conditional: _conditional,
    syntax.Chain: lambda node: compile_chain(node, compile_tree),
    syntax.Member: lambda node: compile_member(node, compile_tree),
    syntax.Index: lambda node: compile_index(node, compile_tree),
    syntax.Call: lambda node: compile_call(node, compile_tree),
    syntax.ListOf: lambda node: compile_list(node, compile_tree),
    syntax.MappingOf: lambda node: compile_mapping(node, compile_tree),
}
