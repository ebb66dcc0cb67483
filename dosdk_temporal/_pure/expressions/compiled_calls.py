"""Pure: calls as closures: of a value's methods, and of the global functions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NoReturn

from dosdk_temporal._pure.expressions.arguments import Arguments
from dosdk_temporal._pure.expressions.callables import bind_method, find_global
from dosdk_temporal._pure.expressions.compiled_collections import compile_items
from dosdk_temporal._pure.expressions.compiled_rows import CUT, compile_owner
from dosdk_temporal._pure.expressions.faults import ExpressionError
from dosdk_temporal._pure.expressions.meter import Meter
from dosdk_temporal._pure.expressions.running import Compile, Run
from dosdk_temporal._pure.expressions.tree import Call, Member, Name
from dosdk_temporal._pure.expressions.wording import written

__all__ = ["compile_call"]


_Values = Callable[[Mapping[str, Any], Meter], list[Any]]


def compile_call(node: Call, compile_node: Compile) -> Run:
    """A call, of a global function unless the scope has its name."""
    values = compile_items(node.arguments, compile_node)
    callee = node.callee
    called = _method(callee, values, compile_node) if isinstance(callee, Member) else _uncallable(callee, values)
    function = find_global(callee)
    return called if function is None else _global(callee, function, values, called)


def _global(callee: Member | Name, function: Callable[[Arguments], Any], values: _Values, hidden: Run) -> Run:
    name = written(callee).partition(".")[0]

    def run(scope: Mapping[str, Any], meter: Meter) -> Any:
        if name in scope:
            return hidden(scope, meter)
        given = values(scope, meter)
        try:
            return function(Arguments(given, meter))
        except ExpressionError as error:
            error.place(callee.start)
            raise

    return run


def _method(callee: Member, values: _Values, compile_node: Compile) -> Run:
    owner = compile_owner(callee.owner, callee.optional, compile_node)

    def run(scope: Mapping[str, Any], meter: Meter) -> Any:
        value = owner(scope, meter)
        if value is CUT:
            return CUT
        try:
            method = bind_method(value, callee.name, meter)
            given = values(scope, meter)
            return method(value, Arguments(given, meter)) if method else _refuse(callee)
        except ExpressionError as error:
            error.place(callee.at)
            raise

    return run


def _uncallable(callee: Name, values: _Values) -> Run:
    def run(scope: Mapping[str, Any], meter: Meter) -> NoReturn:
        values(scope, meter)
        _refuse(callee)

    return run


def _refuse(callee: Member | Name) -> NoReturn:
    at = callee.at if isinstance(callee, Member) else callee.start
    raise ExpressionError(f"{written(callee)} is not a function", position=at)
