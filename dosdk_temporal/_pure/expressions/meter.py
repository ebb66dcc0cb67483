"""Pure: what one evaluation has read and made so far."""

from __future__ import annotations

from collections.abc import Sized

from dosdk_temporal._pure.expressions.faults import ExpressionError
from dosdk_temporal._pure.expressions.limits import ELEMENT, MAX_WORK, PAIR
from dosdk_temporal._pure.expressions.utf16 import has_pairs

__all__ = ["Meter"]


class Meter:
    """Counts the characters that one evaluation touches; what depends on data pays before it works."""

    __slots__ = ("_left",)

    def __init__(self) -> None:
        self._left = MAX_WORK

    def pay_for(self, value: Sized) -> None:
        """Pay for going through a text, a list or a mapping once."""
        if isinstance(value, str):
            self.pay(len(value) * PAIR if has_pairs(value) else len(value))
        else:
            self.pay(len(value) * ELEMENT)

    def pay(self, amount: int) -> None:
        """Take the amount from what is left.

        Raises:
            ExpressionError: when that is less.
        """
        self._left -= amount
        if self._left < 0:
            raise ExpressionError(
                f"the expression reads and makes more than {MAX_WORK:,} characters in all: compute this in an action"
            )
