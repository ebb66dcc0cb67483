"""Pure: what of a run lies there for a worker, or is in the hands of one that is silent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from dosdk_temporal._pure.polling import AT_ONCE, QueueSight, Work, ago

__all__ = ["Due", "Silence", "is_forsaken", "untaken"]

_QUIET: Final = timedelta(seconds=10)
"""How long a worker may say nothing of a step: two of the SDK's own signs of life."""


@dataclass(frozen=True)
class Due:
    """What a worker is to take.

    Attributes:
        step: the step's id; None where the run itself is to go on.
        since: when it came to lie there.
        patience: how long that says nothing yet.
    """

    step: str | None
    since: datetime
    patience: timedelta = AT_ONCE

    @property
    def work(self) -> Work:
        """What a worker has to ask for to be given it."""
        return "workflow" if self.step is None else "action"


@dataclass(frozen=True)
class Silence:
    """A step whose worker should have said by now that it is alive.

    Attributes:
        step: its id.
        since: when its worker was last heard of.
        until: when the server gives the step to another one.
    """

    step: str
    since: datetime
    until: datetime

    @classmethod
    def of(cls, step: str, heard_at: datetime, limit: timedelta, now: datetime) -> Silence | None:
        """The silence of a step's worker; None where it is too short to mean anything.

        Args:
            step: its id.
            heard_at: when its worker was last heard of.
            limit: the heartbeat time-out.
            now: by the same clock.
        """
        return cls(step, heard_at, heard_at + limit) if _QUIET < now - heard_at < limit else None


def is_forsaken(due: tuple[Due, ...], queue: QueueSight) -> bool:
    """Whether any of it lies there while nobody asks for it."""
    return any(queue.forsakes(work.work, work.since, work.patience) for work in due)


def untaken(due: tuple[Due, ...], queue: QueueSight) -> str | None:
    """Why work still lies there though workers may be there, as far as that can be known; None where it has just come."""
    if queue.last_poll is None or not any(queue.at - work.since >= work.patience for work in due):
        return None
    when = ago(queue.at - queue.last_poll)
    return f"Task queue {queue.name!r} was last asked for work {when}: its workers are busy, of another build, or have just gone."
