"""Pure: whether anybody asks a task queue for work, judged by what the server knows of its workers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, Literal

__all__ = ["AGAIN", "ANSWERED", "AT_ONCE", "Poll", "QueueSight", "Sign", "Work", "ago"]

ANSWERED: Final = timedelta(seconds=60)
"""How long the server keeps a worker that asks waiting for work. Until it asks again it is not seen, busy or dead."""

_SOON: Final = timedelta(seconds=10)
"""How long a word that does not tell when the next is due is proof of life: as often, a worker of the SDK's speaks."""

_LATE: Final = timedelta(seconds=5)
"""How much longer the next sign of life may take: machines are busy, networks slow, and two clocks not quite one."""

AT_ONCE: Final = timedelta(seconds=5)
"""How long work lies there before that says something: who asks for it is given it in milliseconds."""

AGAIN: Final = "dosdk_temporal.polling"
"""The logger that tells, at the level INFO, that what was warned of is over."""

Work = Literal["workflow", "action"]


@dataclass(frozen=True)
class Poll:
    """The last time that a worker asked for work.

    Attributes:
        worker: its identity.
        work: what it asked for.
        at: when the server saw it ask.
    """

    worker: str
    work: Work
    at: datetime


@dataclass(frozen=True)
class Sign:
    """The last word of a worker about itself.

    Attributes:
        worker: its identity.
        at: when it came.
        every: how long after it the next one is due; None where that is not known yet, as after its first.
        stops: whether it said that it takes no more work.
    """

    worker: str
    at: datetime
    every: timedelta | None
    stops: bool = False


@dataclass(frozen=True)
class QueueSight:
    """A task queue as the server shows it at one moment.

    Attributes:
        name: the task queue's.
        at: that moment.
        polls: of its workers, gone ones among them.
        signs: of its workers; none of one that has not yet said a word, or of a server that keeps none.
        untaken: since when the oldest work of each kind lies there; nothing of what there is none of.
    """

    name: str
    at: datetime
    polls: tuple[Poll, ...] = ()
    signs: tuple[Sign, ...] = ()
    untaken: Mapping[Work, datetime] = field(default_factory=dict)

    @property
    def alive(self) -> tuple[Sign, ...]:
        """The last words of the workers that are there: they are in time, and not that it stops."""
        return tuple(sign for sign in self.signs if not sign.stops and self._is_timely(sign.at, sign.every or _SOON))

    @property
    def is_served(self) -> bool:
        """Whether, for all that is known, a worker is there."""
        timely = (poll for poll in self.polls if self._is_timely(poll.at, ANSWERED))
        return bool(self.alive) or any(not self._has_left_since(poll) for poll in timely)

    @property
    def is_forsaken(self) -> bool:
        """Whether work lies there that nobody asks for."""
        return bool(self._forsaken)

    @property
    def last_poll(self) -> datetime | None:
        """When a worker last asked for work; None where the server remembers none."""
        return self._last_poll("workflow", "action")

    def is_forsaken_again(self, before: QueueSight) -> bool:
        """Whether somebody has asked for what lies there since an earlier sight: it is not what lay there then.

        Args:
            before: the earlier sight.
        """
        return any(self._last_poll(work) != before._last_poll(work) for work in self._forsaken)

    def forsakes(self, work: Work, since: datetime, patience: timedelta = AT_ONCE) -> bool:
        """Whether nobody asks for what has lain there since then.

        A worker that had been asking would have been given it at once, so its question must be over, and since then there
        was none. One that is there all the same is busy, and will ask.

        Args:
            work: what lies there.
            since: when it came to lie there.
            patience: how long that says nothing yet.
        """
        asked_since = any(poll.work == work and poll.at > since for poll in self.polls)
        return self.at - since >= patience and not asked_since and not self.alive

    def nobody_asks(self, where: str = "") -> str:
        """Say that no worker asks, and since when.

        Args:
            where: said after the queue's name.
        """
        last = self.last_poll
        if last is None:
            return f"no worker has asked task queue {self.name!r}{where} for work in the last minute"
        stopped = ", and has stopped" if any(sign.stops and sign.at >= last for sign in self.signs) else ""
        return f"no worker is asking task queue {self.name!r}{where} for work (the last one did {ago(self.at - last)}{stopped})"

    @property
    def _forsaken(self) -> list[Work]:
        return [work for work, since in self.untaken.items() if self.forsakes(work, since)]

    def _last_poll(self, *work: Work) -> datetime | None:
        return max((poll.at for poll in self.polls if poll.work in work), default=None)

    def _is_timely(self, at: datetime, every: timedelta) -> bool:
        return self.at - at <= every + _LATE

    def _is_gone(self, sign: Sign) -> bool:
        return sign.stops or (sign.every is not None and not self._is_timely(sign.at, sign.every))

    def _has_left_since(self, poll: Poll) -> bool:
        """Whether the worker that asked is known to have gone, and not to have come again and asked."""
        words = [sign for sign in self.signs if sign.worker == poll.worker]
        return bool(words) and all(map(self._is_gone, words)) and max(sign.at for sign in words) >= poll.at


def ago(length: timedelta) -> str:
    """A length of time in whole seconds, or in minutes where it has several: ``74 s ago``."""
    seconds = max(round(length.total_seconds()), 0)
    return f"{seconds} s ago" if seconds < 2 * 60 else f"{seconds // 60} min ago"
