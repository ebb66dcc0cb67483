"""Pure: JavaScript's conversions: to a truth value, a number, a text, a primitive, a key (ECMA-262, section 7.1)."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

from dosdk_temporal._pure.expressions.faults import ExpressionError
from dosdk_temporal._pure.expressions.kinds import kind_of
from dosdk_temporal._pure.expressions.limits import ELEMENT, MAX_DEPTH
from dosdk_temporal._pure.expressions.meter import Meter
from dosdk_temporal._pure.expressions.numbers import double, number_text, text_number
from dosdk_temporal._pure.expressions.undefined import UNDEFINED
from dosdk_temporal._pure.expressions.utf16 import text_of

__all__ = ["is_true", "joined", "list_text", "to_integer", "to_number", "to_primitive", "to_text"]

_WORDS: Final = {"undefined": "undefined", "null": "null"}


def is_true(value: Any) -> bool:
    """Whether a condition holds: all but ``false``, ``0``, ``NaN``, ``""``, ``null`` and ``undefined``."""
    if value is True or value is False or value is UNDEFINED:  # what conditions mostly are
        return value is True
    kind = kind_of(value)
    if kind == "number":
        return bool(value) and value == value  # noqa: PLR0124 - NaN is the one number that differs from itself
    return kind in {"list", "mapping"} or bool(value)


def to_primitive(value: Any, meter: Meter) -> Any:
    """The value itself, or the text of a list or mapping."""
    return to_text(value, meter) if isinstance(value, dict | list | tuple) else value


def to_number(value: Any, meter: Meter) -> int | float:
    """What ``Number(value)`` is."""
    primitive = to_primitive(value, meter)
    match kind_of(primitive):
        case "number":
            return primitive  # type: ignore[no-any-return] # its kind says that it is one
        case "boolean":
            return int(primitive)
        case "null":
            return 0
        case "undefined":
            return math.nan
    meter.pay_for(primitive)
    return text_number(primitive)


def to_integer(value: Any, meter: Meter, length: int) -> int:
    """A position: whole, towards zero; what lies beyond ``length`` on either side is cut to one beyond."""
    exact = double(to_number(value, meter))
    if math.isnan(exact):
        return 0
    return math.trunc(max(-length - 1, min(length + 1, exact)))


def to_text(value: Any, meter: Meter, depth: int = 0) -> str:
    """What ``String(value)`` is.

    Raises:
        ExpressionError: for a mapping with a ``toString`` of its own, which JavaScript would call.
    """
    match kind_of(value):
        case "string":
            return value  # type: ignore[no-any-return] # its kind says that it is one
        case "number":
            return number_text(value)
        case "boolean":
            return "true" if value else "false"
        case "list":
            return list_text(value, ",", meter, depth + 1)
        case "mapping":
            if "toString" in value:
                raise ExpressionError("Cannot convert object to primitive value")
            return "[object Object]"
        case kind:
            return _WORDS[kind]


def list_text(values: Sequence[Any], separator: str, meter: Meter, depth: int = 0) -> str:
    """What ``values.join(separator)`` is: ``null`` and ``undefined`` leave nothing between the separators."""
    if depth > MAX_DEPTH:
        raise ExpressionError(f"a list more than {MAX_DEPTH} lists deep has no text")
    return joined(_texts(values, meter, depth), separator, meter)


def joined(parts: Iterable[str], separator: str, meter: Meter) -> str:
    """The parts as one text, paid for one by one, so that too long a text is never made."""
    kept: list[str] = []
    for part in parts:
        meter.pay(len(part) + len(separator) + ELEMENT)
        kept.append(part)
    return text_of(separator.join(kept))


def _texts(values: Sequence[Any], meter: Meter, depth: int) -> Iterator[str]:
    for value in values:
        yield "" if value is None or value is UNDEFINED else to_text(value, meter, depth)
