"""Outside: times and lengths of time as people read them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

__all__ = ["local_time", "short", "took"]

_UNITS = (("d", 86_400), ("h", 3_600), ("min", 60))


def short(length: timedelta) -> str:
    """A length of time in its two largest units: ``0.31 s``, ``12.4 s``, ``3 min 20 s``, ``6 d 1 h``."""
    seconds = max(length.total_seconds(), 0.0)
    if seconds < 60:  # noqa: PLR2004 - a minute
        return f"{seconds:.2f} s" if seconds < 10 else f"{seconds:.1f} s"  # noqa: PLR2004 - two digits say enough
    rest, parts = round(seconds), []
    for unit, size in (*_UNITS, ("s", 1)):
        count, rest = divmod(rest, size)
        if count:
            parts.append(f"{count} {unit}")
    return " ".join(parts[:2])


def took(started_at: datetime, closed_at: datetime | None) -> str:
    """How long something took, or has taken until now."""
    return short((closed_at or datetime.now(UTC)) - started_at)


def local_time(when: datetime) -> str:
    """A time in the reader's own time zone, to the second."""
    return when.astimezone().strftime("%Y-%m-%d %H:%M:%S")
