"""Outside: the attempts of one action, as its worker counts them.

The server only delivers again. The worker that runs the action knows its options, so it decides: which attempt this is,
whether another follows and when. What it needs from attempt to attempt rides in heartbeat details, which the server hands
to the next one.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from temporalio import activity

from dosdk_temporal._wire.failures import type_of
from dosdk_temporal._wire.texts import text_of

__all__ = ["Record"]

_KEPT: Final = 20
_LONGEST_TEXT: Final = 500
"""What is carried from attempt to attempt stays small, however many there are."""


@dataclass
class Record:
    """What one attempt leaves for the next.

    Attributes:
        trail: the last 20 failed attempts, each ``{n, error: {type, message}, started_at, closed_at}``.
        uncounted: deliveries that were no attempt: to a worker without the action, or one that was stopping.
        unknown_since: when a worker first did not know the action, ISO 8601.
        user: what the handler last gave to ``context.heartbeat``.
    """

    trail: list[dict[str, Any]] = field(default_factory=list)
    uncounted: int = 0
    unknown_since: str | None = None
    user: Any = None

    @classmethod
    def of(cls, info: activity.Info) -> Record:
        """The record that the last delivery left, or a new one."""
        details = info.heartbeat_details[0] if info.heartbeat_details else None
        if not isinstance(details, dict):
            return cls()
        return cls(**{key: value for key, value in details.items() if key in cls.__dataclass_fields__})

    def attempt(self, info: activity.Info) -> int:
        """The number of this attempt, from 1."""
        return max(info.attempt - self.uncounted, 1)

    def failed(self, attempt: int, error: BaseException, started: datetime) -> None:
        """Add a failed attempt to the trail."""
        message = {"type": type_of(error), "message": text_of(error)[:_LONGEST_TEXT]}
        closed = datetime.now(UTC).isoformat()
        self.trail.append({"n": attempt, "error": message, "started_at": started.isoformat(), "closed_at": closed})
        del self.trail[:-_KEPT]

    def unknown_for(self) -> timedelta:
        """Since when workers have not known the action; starts the clock at the first."""
        now = datetime.now(UTC)
        self.unknown_since = self.unknown_since or now.isoformat()
        return now - datetime.fromisoformat(self.unknown_since)

    def beat(self) -> None:
        """Send this record as the attempt's sign of life. On the worker's loop only."""
        activity.heartbeat(asdict(self))
