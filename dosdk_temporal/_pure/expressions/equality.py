"""Pure: when values are equal, and which is less (ECMA-262, section 7.2)."""

from __future__ import annotations

from typing import Any

from dosdk_temporal._pure.expressions.conversions import to_number, to_primitive
from dosdk_temporal._pure.expressions.kinds import Kind, is_object, kind_of
from dosdk_temporal._pure.expressions.meter import Meter
from dosdk_temporal._pure.expressions.numbers import double
from dosdk_temporal._pure.expressions.undefined import UNDEFINED
from dosdk_temporal._pure.expressions.utf16 import units

__all__ = ["is_less", "loosely_equal", "same_or_both_nan", "strictly_equal"]


def strictly_equal(left: Any, right: Any, meter: Meter) -> bool:
    """``left === right``: lists and mappings are equal to themselves alone."""
    kind: Kind = "string"
    if type(left) is not str or type(right) is not str:  # what conditions mostly compare
        kind = kind_of(left)
        if kind != kind_of(right):
            return False
    if kind == "string":
        return left == right or (not left.isascii() and _same_units(left, right, meter))
    if kind == "number":
        return double(left) == double(right)
    return left is right


def same_or_both_nan(left: Any, right: Any, meter: Meter) -> bool:
    """As ``===``, but NaN is found: how ``includes`` compares."""
    return strictly_equal(left, right, meter) or (_is_nan(left) and _is_nan(right))


def loosely_equal(left: Any, right: Any, meter: Meter) -> bool:
    """``left == right``: other kinds are converted; ``null`` and ``undefined`` equal each other and nothing else."""
    if left is None or left is UNDEFINED or right is None or right is UNDEFINED:
        return left in (None, UNDEFINED) and right in (None, UNDEFINED)
    if kind_of(left) == kind_of(right):
        return strictly_equal(left, right, meter)
    if is_object(left) and is_object(right):
        return False
    left, right = to_primitive(left, meter), to_primitive(right, meter)
    if kind_of(left) == kind_of(right) == "string":
        return strictly_equal(left, right, meter)
    return double(to_number(left, meter)) == double(to_number(right, meter))


def is_less(left: Any, right: Any, meter: Meter) -> bool | None:
    """``left < right`` of primitives: texts by their UTF-16 units, all else as numbers; None where one is NaN."""
    if kind_of(left) == kind_of(right) == "string":
        meter.pay_for(left)
        meter.pay_for(right)
        return units(left) < units(right)
    first, second = double(to_number(left, meter)), double(to_number(right, meter))
    if _is_nan(first) or _is_nan(second):
        return None
    return first < second


def _same_units(left: str, right: str, meter: Meter) -> bool:
    """Whether they differ only in that one has halves where the other has a character."""
    meter.pay_for(left)
    meter.pay_for(right)
    return units(left) == units(right)


def _is_nan(value: Any) -> bool:
    return isinstance(value, float) and value != value  # noqa: PLR0124 - that is what NaN is
