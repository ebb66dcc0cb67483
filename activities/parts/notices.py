"""Saying once what is not configured."""

from __future__ import annotations

import logging

__all__ = ["tell_once"]

_log = logging.getLogger("activities")
_told: set[str] = set()


def tell_once(channel: str, notice: str) -> None:
    """Log a warning, the first time in this process that the channel gives one.

    Args:
        channel: what it is about, as in ``mail``.
        notice: what happens instead, and which variable to set.
    """
    if channel not in _told:
        _told.add(channel)
        _log.warning(notice)
