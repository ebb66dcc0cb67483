"""Pure: all that an expression can call."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from dosdk_temporal._pure.expressions.arguments import Arguments
from dosdk_temporal._pure.expressions.global_functions import FUNCTIONS, OBJECTS
from dosdk_temporal._pure.expressions.kinds import kind_of
from dosdk_temporal._pure.expressions.list_methods import LIST_METHODS
from dosdk_temporal._pure.expressions.meter import Meter
from dosdk_temporal._pure.expressions.properties import unreadable
from dosdk_temporal._pure.expressions.text_methods import TEXT_METHODS
from dosdk_temporal._pure.expressions.tree import Member, Name, Node

__all__ = ["GLOBALS", "bind_method", "callables_text", "find_global", "is_callable"]

_METHODS: Final = frozenset({*TEXT_METHODS, *LIST_METHODS})
GLOBALS: Final = frozenset({*FUNCTIONS, *OBJECTS})
"""Names that are there without a scope; a scope that has one hides it."""


def find_global(callee: Node) -> Callable[[Arguments], Any] | None:
    """The function that ``Number`` or ``Math.max`` names, where it is written so."""
    match callee:
        case Name(name=name):
            return FUNCTIONS.get(name)
        case Member(owner=Name(name=name), name=function, optional=False):
            return OBJECTS.get(name, {}).get(function)
    return None


def bind_method(value: Any, name: str, meter: Meter) -> Callable[[Any, Arguments], Any] | None:
    """The method of that name, where values of this kind have it; its value is read, and that is paid for.

    Raises:
        ExpressionError: when the value is ``null`` or ``undefined``, which have no properties.
    """
    methods: dict[str, Callable[[Any, Arguments], Any]]
    match kind_of(value):
        case "string":
            methods = TEXT_METHODS
        case "list":
            methods = LIST_METHODS
        case "null" | "undefined":
            raise unreadable(value, name)
        case _:
            return None
    meter.pay_for(value)
    return methods.get(name)


def is_callable(callee: Member | Name) -> bool:
    """Whether there is such a method or function; of what kind the value is shows only when it is there."""
    return find_global(callee) is not None or (isinstance(callee, Member) and callee.name in _METHODS)


def callables_text() -> str:
    """All that can be called, for a message."""
    functions = [*(f"{owner}.{name}" for owner, names in OBJECTS.items() for name in names), *FUNCTIONS]
    return ", ".join([*(f".{name}" for name in sorted(_METHODS)), *functions])
