"""Pure: what a value has: its own keys, its elements, its length. What JavaScript inherits is not there, and undefined."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, Final

from dosdk_temporal._pure.expressions.conversions import to_text
from dosdk_temporal._pure.expressions.faults import ExpressionError
from dosdk_temporal._pure.expressions.kinds import kind_of
from dosdk_temporal._pure.expressions.limits import ELEMENT
from dosdk_temporal._pure.expressions.meter import Meter
from dosdk_temporal._pure.expressions.undefined import UNDEFINED
from dosdk_temporal._pure.expressions.utf16 import length, units
from dosdk_temporal._pure.expressions.wording import shortened

__all__ = ["in_order", "key_of", "own_keys", "property_of", "unreadable"]

_INDEX: Final = re.compile("0|[1-9][0-9]{0,9}")
_LAST_INDEX: Final = 2**32 - 2


def property_of(value: Any, key: str, meter: Meter) -> Any:
    """What ``value[key]`` is; ``UNDEFINED`` where the value has no such property of its own.

    Raises:
        ExpressionError: when the value is ``null`` or ``undefined``, which have no properties.
    """
    match kind_of(value):
        case "mapping":
            return value.get(key, UNDEFINED)
        case "list":
            return _element(value, key)
        case "string":
            return _of_text(value, key, meter)
        case "null" | "undefined":
            raise unreadable(value, key)
    return UNDEFINED


def unreadable(value: Any, key: Any) -> ExpressionError:
    """The error of reading a property of ``null`` or ``undefined``, worded as V8 words it."""
    kind = kind_of(key)
    shown = (
        ""
        if kind == "list"
        else f" (reading '{'#<Object>' if kind == 'mapping' else shortened(to_text(key, Meter()))}')"
    )
    return ExpressionError(f"Cannot read properties of {kind_of(value)}{shown}")


def key_of(value: Any, meter: Meter) -> str:
    """The value as the name of a property."""
    return value if isinstance(value, str) else to_text(value, meter)


def own_keys(value: Any, meter: Meter) -> list[str]:
    """What ``Object.keys(value)`` is.

    Raises:
        ExpressionError: when the value is ``null`` or ``undefined``.
    """
    match kind_of(value):
        case "mapping":
            meter.pay_for(value)
            return in_order(value)
        case "list" | "string":
            meter.pay(len(value) * ELEMENT)
            return [str(index) for index in range(length(value) if isinstance(value, str) else len(value))]
        case "null" | "undefined":
            raise ExpressionError("Cannot convert undefined or null to object")
    return []


def in_order(keys: Iterable[str]) -> list[str]:
    """Keys as JavaScript orders them: whole numbers first, by value, then the others as they came."""
    names = list(keys)
    indices = sorted((name for name in names if _is_index(name)), key=int)
    return [*indices, *(name for name in names if not _is_index(name))] if indices else names


def _of_text(text: str, key: str, meter: Meter) -> Any:
    if not text.isascii():  # else nothing has to be gone through
        meter.pay_for(text)
    return length(text) if key == "length" else _element(units(text), key)


def _element(values: Any, key: str) -> Any:
    if key == "length":
        return len(values)
    if not _is_index(key) or int(key) >= len(values):
        return UNDEFINED
    return values[int(key)]


def _is_index(name: str) -> bool:
    return bool(_INDEX.fullmatch(name)) and int(name) <= _LAST_INDEX
