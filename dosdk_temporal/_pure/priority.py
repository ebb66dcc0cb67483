"""Pure: which of the runs that wait for a worker goes first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, Self

from dosdk_temporal.errors import InputError

__all__ = ["MIDDLE", "Priority"]

_LAST: Final = 5
_LONGEST_KEY: Final = 64
_WEIGHTS: Final = (0.001, 1000)
"""Temporal's own bounds."""


@dataclass(frozen=True)
class Priority:
    """The turn of a run, and of its steps and children, among what waits on a task queue.

    Attributes:
        level: 1, first, to 5; None for the middle.
        fairness_key: whose it is, as a tenant's id: those of one level take turns; None for nobody's.
        fairness_weight: how large this key's share is; None for 1.
    """

    level: int | None = None
    fairness_key: str | None = None
    fairness_weight: float | None = None

    @classmethod
    def of(cls, priority: Any = None, fairness_key: Any = None, fairness_weight: Any = None) -> Self:
        """What a caller says.

        Raises:
            InputError: naming what cannot be meant.
        """
        if priority is not None and (type(priority) is not int or not 1 <= priority <= _LAST):
            raise InputError(f"priority={priority!r} does not fit: give a number from 1 (first) to {_LAST} (last)")
        if fairness_key is not None and not _is_key(fairness_key):
            raise InputError(f"fairness_key={fairness_key!r} is text of 1 to {_LONGEST_KEY} bytes, as a tenant's id")
        if fairness_weight is not None:
            _check_weight(fairness_key, fairness_weight)
        return cls(priority, fairness_key, fairness_weight)


MIDDLE: Final = Priority()
"""Of what says nothing; inside a workflow, as the workflow's own."""


def _is_key(key: Any) -> bool:
    return isinstance(key, str) and bool(key.strip()) and key.isprintable() and len(key.encode()) <= _LONGEST_KEY


def _check_weight(key: str | None, weight: Any) -> None:
    least, most = _WEIGHTS
    if isinstance(weight, bool) or not isinstance(weight, int | float) or not least <= weight <= most:
        raise InputError(f"fairness_weight={weight!r} is a number from {least} to {most}")
    if key is None:
        raise InputError("fairness_weight= is a key's: give fairness_key= too")
