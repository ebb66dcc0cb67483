"""Outside: figures and the bounds they are judged by."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

__all__ = ["Bound", "Figure"]

_HOLDS: Final[Mapping[str, Callable[[float, float], bool]]] = {"≤": operator.le, "<": operator.lt, "=": operator.eq}


@dataclass(frozen=True)
class Bound:
    """What a figure is held to.

    Attributes:
        sign: how the figure compares with the value.
        value: in the figure's unit.
    """

    sign: Literal["≤", "<", "="]
    value: float

    def __str__(self) -> str:
        return f"{self.sign} {self.value:g}"

    def holds(self, measured: float) -> bool:
        """Whether a measured value keeps it."""
        return _HOLDS[self.sign](measured, self.value)


@dataclass(frozen=True)
class Figure:
    """One line of the table.

    Attributes:
        name: what was measured.
        measured: the median, the least, or a count.
        unit: of all its numbers; a ratio is ``x``.
        bound: what it is held to; None where it is only told.
        spread: the quartiles; None for a count.
    """

    name: str
    measured: float
    unit: str = "x"
    bound: Bound | None = None
    spread: tuple[float, float] | None = None

    @property
    def missed(self) -> bool:
        """Whether a bound was not kept."""
        return self.bound is not None and not self.bound.holds(self.measured)

    @property
    def verdict(self) -> str:
        """For people."""
        if self.bound is None:
            return "told"
        return "MISSED" if self.missed else "kept"

    def as_json(self) -> dict[str, Any]:
        """This line as plain JSON."""
        return {
            "name": self.name,
            "measured": self.measured,
            "unit": self.unit,
            "bound": None if self.bound is None else str(self.bound),
            "spread": None if self.spread is None else list(self.spread),
            "verdict": self.verdict,
        }
