"""Pure: what a run saw, turn by turn, as its record has it; see :mod:`~dosdk_temporal._pure.interpreter.retracing`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from dosdk_temporal.errors import DoError

__all__ = ["Moment", "Recorded"]


@dataclass(frozen=True)
class Recorded:
    """What came of something that the run had asked for.

    Attributes:
        kind: ``call`` of a function, a workflow or a portion; ``event`` or ``approval`` for the end of a wait; ``timer``;
            ``cancel`` and ``retried`` for the whole run.
        id: under which the record has it: ``charge#2``, ``manager#2``; empty where the kind needs none.
        value: what it gave, plain JSON; of an approval ``{approved, by, at, comment, form, timedOut}``.
        error: what it raised instead.
        due: of a timer: when it was to fire.
        skipped: whether a person gave the value of a call that had failed.
    """

    kind: Literal["call", "event", "approval", "timer", "cancel", "retried"]
    id: str = ""
    value: Any = None
    error: DoError | None = None
    due: datetime | None = None
    skipped: bool = False


@dataclass(frozen=True)
class Moment:
    """One turn of a run.

    Attributes:
        time: the run's clock.
        recorded: what it saw, in order.
        is_long: whether its record counted as long.
    """

    time: datetime
    recorded: tuple[Recorded, ...] = ()
    is_long: bool = False
