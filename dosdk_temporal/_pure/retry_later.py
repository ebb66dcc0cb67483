"""Pure: an action that names the time of its next attempt, as a server does by ``Retry-After``."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from dosdk_temporal._pure.durations import Duration, parse_duration
from dosdk_temporal.errors import ActionError

__all__ = ["RetryLater"]


class RetryLater(ActionError):  # noqa: N818 - the contract's name
    """Raised by an action's handler: this attempt failed, and the next one follows after that time.

    It counts as an attempt, and the time is not waited where ``max_attempts`` or ``total_timeout`` end before it. Neither
    ``max_delay`` nor jitter changes it, and ``retry_on`` need not name it.

    Args:
        after: a ``timedelta``, seconds, text like ``"90s"``, or what a header ``Retry-After`` says: digits, or an HTTP date.
            None for the delay that the retry strategy has.
        message: what a caller reads when it was the last attempt.
        **facts: the attributes every :class:`DoError` has.

    Raises:
        InputError: when ``after`` is none of these.
    """

    after: timedelta | None = None

    def __init__(self, after: Duration | None = None, message: str = "", **facts: Any) -> None:
        length = None if after is None else _length(after)
        super().__init__(message or _told(length), **facts)
        self.after = length


def _length(after: Duration) -> timedelta:
    if isinstance(after, str):
        text = after.strip()
        if text.isdecimal():
            return parse_duration(float(text), what="after")
        moment = _moment(text)
        if moment is not None:
            return parse_duration(max(moment - datetime.now(UTC), timedelta(0)), what="after")
    return parse_duration(after, what="after")


def _moment(text: str) -> datetime | None:
    """The time of an HTTP date; None for any other text."""
    from email.utils import parsedate_to_datetime  # noqa: PLC0415 - slow to import, and few services give dates

    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)  # "-0000" is UTC that says nothing of where


def _told(length: timedelta | None) -> str:
    return "it is to be tried again later" + ("" if length is None else f", after {length.total_seconds():g} s")
