"""Outside: warnings of the SDK, as one line each on standard error."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from dosdk_temporal._cli.faults import complain
from dosdk_temporal._pure.polling import AGAIN

__all__ = ["showing_notices"]

_LOGGER = "dosdk_temporal"


class _OneLine(logging.Handler):
    def emit(self, record: logging.LogRecord) -> None:
        """Write the message, through whatever standard error is now: a live display puts itself there."""
        complain(record.getMessage(), record.levelname.lower() if record.levelno >= logging.WARNING else "note")


@contextmanager
def showing_notices() -> Iterator[None]:
    """While inside, say on standard error, and nowhere else, what the SDK warns of, and that it is over."""
    with _said(_LOGGER, logging.WARNING), _said(AGAIN, logging.INFO):
        yield


@contextmanager
def _said(name: str, least: int) -> Iterator[None]:
    logger, handler = logging.getLogger(name), _OneLine(least)
    level, propagates = logger.level, logger.propagate
    logger.addHandler(handler)
    logger.propagate = False
    if not logger.isEnabledFor(least):
        logger.setLevel(least)
    try:
        yield
    finally:
        logger.removeHandler(handler)
        logger.setLevel(level)
        logger.propagate = propagates
