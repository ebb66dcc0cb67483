"""Pure: the methods of lists (ECMA-262, section 23.1.3); none changes its list."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

from dosdk_temporal._pure.expressions.arguments import Arguments
from dosdk_temporal._pure.expressions.conversions import list_text
from dosdk_temporal._pure.expressions.equality import same_or_both_nan, strictly_equal
from dosdk_temporal._pure.expressions.kinds import kind_of
from dosdk_temporal._pure.expressions.undefined import UNDEFINED

__all__ = ["LIST_METHODS"]


def _includes(values: Sequence[Any], given: Arguments) -> bool:
    start, wanted = _from(values, given), given[0]
    for at in range(start, len(values)):  # noqa: SIM110 - any() takes twice as long, and lists can be long
        if same_or_both_nan(values[at], wanted, given.meter):
            return True
    return False


def _index_of(values: Sequence[Any], given: Arguments) -> int:
    start, wanted = _from(values, given), given[0]
    for at in range(start, len(values)):
        if strictly_equal(values[at], wanted, given.meter):
            return at
    return -1


def _from(values: Sequence[Any], given: Arguments) -> int:
    """Where the search begins; a negative position counts from the end."""
    if not values:
        return 0
    start = given.position(1, len(values), 0)
    return start if start >= 0 else max(0, len(values) + start)


def _join(values: Sequence[Any], given: Arguments) -> str:
    separator = "," if given[0] is UNDEFINED else given.text(0)
    return list_text(values, separator, given.meter)


def _concat(values: Sequence[Any], given: Arguments) -> list[Any]:
    whole = list(values)
    for value in given.values:
        added = value if kind_of(value) == "list" else [value]
        given.meter.pay_for(added)
        whole += added
    return whole


LIST_METHODS: Final[dict[str, Callable[[Sequence[Any], Arguments], Any]]] = {
    "concat": _concat,
    "includes": _includes,
    "indexOf": _index_of,
    "join": _join,
    "slice": lambda values, given: list(values[given.slice(len(values))]),
}
