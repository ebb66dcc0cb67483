"""Pure: what a method was called with; what is left out is undefined, and what is too many is not looked at."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from dosdk_temporal._pure.expressions.conversions import to_integer, to_number, to_text
from dosdk_temporal._pure.expressions.meter import Meter
from dosdk_temporal._pure.expressions.undefined import UNDEFINED

__all__ = ["Arguments"]


class Arguments:
    """The values of a call, converted one by one as the method asks, which is the order of JavaScript's errors."""

    __slots__ = ("meter", "values")

    def __init__(self, values: Sequence[Any], meter: Meter) -> None:
        self.values = values
        self.meter = meter

    def __getitem__(self, index: int) -> Any:
        return self.values[index] if index < len(self.values) else UNDEFINED

    def number(self, index: int) -> int | float:
        """One as a number."""
        return to_number(self[index], self.meter)

    def numbers(self) -> list[int | float]:
        """All as numbers."""
        return [to_number(value, self.meter) for value in self.values]

    def text(self, index: int) -> str:
        """One as text."""
        return to_text(self[index], self.meter)

    def texts(self) -> Iterator[str]:
        """All as texts."""
        return (to_text(value, self.meter) for value in self.values)

    def position(self, index: int, length: int, default: int) -> int:
        """One as a position among ``length``; the default where it is undefined."""
        value = self[index]
        return default if value is UNDEFINED else to_integer(value, self.meter, length)

    def slice(self, length: int) -> slice:
        """The first two as a range of ``length``; negative ones count from the end."""
        start = self.position(0, length, 0)
        end = self.position(1, length, length)
        return slice(_from_start(start, length), _from_start(end, length))


def _from_start(position: int, length: int) -> int:
    return max(0, length + position) if position < 0 else position
