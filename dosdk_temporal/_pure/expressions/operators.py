"""Pure: what the operators do with values, once their operands are evaluated (ECMA-262, section 13)."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, Final

from dosdk_temporal._pure.expressions.conversions import is_true, joined, to_number, to_primitive, to_text
from dosdk_temporal._pure.expressions.equality import is_less, loosely_equal, strictly_equal
from dosdk_temporal._pure.expressions.kinds import type_name
from dosdk_temporal._pure.expressions.meter import Meter
from dosdk_temporal._pure.expressions.numbers import double, number

__all__ = ["BINARY", "UNARY"]


def _add(left: Any, right: Any, meter: Meter) -> Any:
    left, right = to_primitive(left, meter), to_primitive(right, meter)
    if isinstance(left, str) or isinstance(right, str):
        return joined((to_text(left, meter), to_text(right, meter)), "", meter)
    return number(double(to_number(left, meter)) + double(to_number(right, meter)))


def _arithmetic(compute: Callable[[float, float], float]) -> Callable[[Any, Any, Meter], int | float]:
    def apply(left: Any, right: Any, meter: Meter) -> int | float:
        left, right = to_number(left, meter), to_number(right, meter)
        return number(compute(double(left), double(right)))

    return apply


def _divide(left: float, right: float) -> float:
    if right:
        return left / right
    if not left or math.isnan(left):
        return math.nan
    return math.copysign(math.inf, left) * math.copysign(1, right)


def _remainder(left: float, right: float) -> float:
    return math.fmod(left, right) if right and math.isfinite(left) else math.nan


def _power(left: float, right: float) -> float:
    # The standard leaves the last digit of a broken power open: this is the C library's, and V8's may differ.
    if math.isnan(right) or (abs(left) == 1 and math.isinf(right)):
        return math.nan  # where C says 1
    try:
        return math.pow(left, right)
    except OverflowError:
        return -math.inf if left < 0 and math.fmod(right, 2) else math.inf
    except ValueError:
        # Zero to a negative power is infinite; a negative number to a broken one is no number.
        return math.nan if left else _divide(1, math.pow(left, -right))


def _less(left: Any, right: Any, meter: Meter) -> bool:
    return is_less(to_primitive(left, meter), to_primitive(right, meter), meter) is True


def _greater(left: Any, right: Any, meter: Meter) -> bool:
    left, right = to_primitive(left, meter), to_primitive(right, meter)
    return is_less(right, left, meter) is True


def _at_most(left: Any, right: Any, meter: Meter) -> bool:
    left, right = to_primitive(left, meter), to_primitive(right, meter)
    return is_less(right, left, meter) is False


def _at_least(left: Any, right: Any, meter: Meter) -> bool:
    return is_less(to_primitive(left, meter), to_primitive(right, meter), meter) is False


BINARY: Final[dict[str, Callable[[Any, Any, Meter], Any]]] = {
    "===": strictly_equal,
    "!==": lambda left, right, meter: not strictly_equal(left, right, meter),
    "==": loosely_equal,
    "!=": lambda left, right, meter: not loosely_equal(left, right, meter),
    "<": _less,
    ">": _greater,
    "<=": _at_most,
    ">=": _at_least,
    "+": _add,
    "-": _arithmetic(lambda left, right: left - right),
    "*": _arithmetic(lambda left, right: left * right),
    "/": _arithmetic(_divide),
    "%": _arithmetic(_remainder),
    "**": _arithmetic(_power),
}
"""By sign: of two values, and who counts the work."""

UNARY: Final[dict[str, Callable[[Any, Meter], Any]]] = {
    "!": lambda value, _: not is_true(value),
    "-": lambda value, meter: number(-double(to_number(value, meter))),
    "+": lambda value, meter: number(double(to_number(value, meter))),
    "typeof": lambda value, _: type_name(value),
}
"""By sign: of a value, and who counts the work."""
