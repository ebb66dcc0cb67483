"""Pure: the methods of texts (ECMA-262, section 22.1.3); positions count UTF-16 units."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, Final

from dosdk_temporal._pure.expressions.arguments import Arguments
from dosdk_temporal._pure.expressions.conversions import joined
from dosdk_temporal._pure.expressions.numbers import double
from dosdk_temporal._pure.expressions.undefined import UNDEFINED
from dosdk_temporal._pure.expressions.utf16 import text_of, units
from dosdk_temporal._pure.expressions.whitespace import WHITESPACE

__all__ = ["TEXT_METHODS"]


def _includes(text: str, given: Arguments) -> bool:
    return _index_of(text, given) >= 0


def _index_of(text: str, given: Arguments) -> int:
    searched = units(text)
    wanted = units(given.text(0))
    start = given.position(1, len(searched), 0)
    return searched.find(wanted, max(0, min(start, len(searched))))


def _starts_with(text: str, given: Arguments) -> bool:
    searched = units(text)
    wanted = units(given.text(0))
    start = given.position(1, len(searched), 0)
    return searched.startswith(wanted, max(0, min(start, len(searched))))


def _ends_with(text: str, given: Arguments) -> bool:
    searched = units(text)
    wanted = units(given.text(0))
    end = given.position(1, len(searched), len(searched))
    return searched[: max(0, end)].endswith(wanted)


def _slice(text: str, given: Arguments) -> str:
    halves = units(text)
    return text_of(halves[given.slice(len(halves))])


def _split(text: str, given: Arguments) -> list[str]:
    limit = _limit(given)
    separator = units(given.text(0))
    if limit == 0:
        return []
    if given[0] is UNDEFINED:
        return [text]
    parts = units(text).split(separator) if separator else list(units(text))
    given.meter.pay_for(parts)
    return [text_of(part) for part in parts[:limit]]


def _limit(given: Arguments) -> int:
    """As JavaScript makes 32 bits of a number: -1 is the largest."""
    if given[1] is UNDEFINED:
        return 2**32 - 1
    exact = double(given.number(1))
    return math.trunc(exact) % 2**32 if math.isfinite(exact) else 0


def _concat(text: str, given: Arguments) -> str:
    return joined((text, *given.texts()), "", given.meter)


TEXT_METHODS: Final[dict[str, Callable[[str, Arguments], Any]]] = {
    "concat": _concat,
    "endsWith": _ends_with,
    "includes": _includes,
    "indexOf": _index_of,
    "slice": _slice,
    "split": _split,
    "startsWith": _starts_with,
    "toLowerCase": lambda text, _: text.lower(),
    "toUpperCase": lambda text, _: text.upper(),
    "trim": lambda text, _: text.strip(WHITESPACE),
}
