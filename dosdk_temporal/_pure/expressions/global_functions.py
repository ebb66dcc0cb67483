"""Pure: the functions that every expression has: of ``Math``, ``Object``, and the three conversions."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, Final

from dosdk_temporal._pure.expressions.arguments import Arguments
from dosdk_temporal._pure.expressions.conversions import is_true
from dosdk_temporal._pure.expressions.numbers import double, number
from dosdk_temporal._pure.expressions.properties import own_keys

__all__ = ["FUNCTIONS", "OBJECTS"]

_HALF: Final = 0.5


def _whole(chosen: Callable[[float], float]) -> Callable[[Arguments], int | float]:
    def apply(given: Arguments) -> int | float:
        value = double(given.number(0))
        if not math.isfinite(value) or value.is_integer():
            return number(value)
        return number(math.copysign(chosen(value), value))  # Math.ceil(-0.5) is -0

    return apply


def _rounded(value: float) -> float:
    """Half a unit goes up, also below zero."""
    below = math.floor(value)
    return below + 1 if value - below >= _HALF else below


def _extreme(choose: Callable[..., float], empty: float) -> Callable[[Arguments], int | float]:
    def apply(given: Arguments) -> int | float:
        values = [double(value) for value in given.numbers()]
        if any(math.isnan(value) for value in values):
            return math.nan
        return number(choose(values, key=_with_sign, default=empty))

    return apply


def _with_sign(value: float) -> tuple[float, float]:
    return value, math.copysign(1, value)  # -0 is less than 0 here


OBJECTS: Final[dict[str, dict[str, Callable[[Arguments], Any]]]] = {
    "Math": {
        "abs": lambda given: number(abs(double(given.number(0)))),
        "ceil": _whole(math.ceil),
        "floor": _whole(math.floor),
        "max": _extreme(max, -math.inf),
        "min": _extreme(min, math.inf),
        "round": _whole(_rounded),
    },
    "Object": {"keys": lambda given: own_keys(given[0], given.meter)},
}

FUNCTIONS: Final[dict[str, Callable[[Arguments], Any]]] = {
    "Boolean": lambda given: is_true(given[0]),
    "Number": lambda given: number(double(given.number(0))) if given.values else 0,
    "String": lambda given: given.text(0) if given.values else "",
}
