"""Outside: warnings of the SDK, as one line each on standard error."""

from __future__ import annotations

import logging

from dosdk_temporal._cli.faults import complain

__all__ = ["show_notices"]

_LOGGER = "dosdk_temporal"


class _OneLine(logging.Handler):
    def emit(self, record: logging.LogRecord) -> None:
        """Write the message, through whatever standard error is now: a live display puts itself there."""
        complain(record.getMessage(), record.levelname.lower())


def show_notices() -> None:
    """From now on, say on standard error what the SDK warns of."""
    logger = logging.getLogger(_LOGGER)
    logger.addHandler(_OneLine(logging.WARNING))
    logger.propagate = False
