"""Wire: how the server delivers an action's attempts. Retries and time-outs are the worker's: the server delivers again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

__all__ = ["DELIVERY", "Delivery"]


@dataclass(frozen=True)
class Delivery:
    """What every scheduling of an activity says.

    Attributes:
        start_to_close: the server's limit of one attempt, beyond any that a worker sets; a dead worker is noticed by its heartbeat.
        pause: until an attempt that died with its worker is delivered again.
    """

    start_to_close: timedelta = timedelta(days=3650)
    pause: timedelta = timedelta(seconds=1)


DELIVERY: Final = Delivery()
