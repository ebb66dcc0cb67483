"""Outside: warnings of the SDK, as one line each on standard error."""

from __future__ import annotations

import logging

from dosdk_temporal._cli.faults import complain
from dosdk_temporal._pure.polling import AGAIN

__all__ = ["show_notices"]

_LOGGER = "dosdk_temporal"


class _OneLine(logging.Handler):
    def emit(self, record: logging.LogRecord) -> None:
        """Write the message, through whatever standard error is now: a live display puts itself there."""
        complain(record.getMessage(), record.levelname.lower() if record.levelno >= logging.WARNING else "note")


def show_notices() -> None:
    """From now on, say on standard error what the SDK warns of, and that it is over."""
    logger = logging.getLogger(_LOGGER)
    logger.addHandler(_OneLine(logging.WARNING))
    logger.propagate = False
    again = logging.getLogger(AGAIN)
    again.addHandler(_OneLine(logging.INFO))
    again.setLevel(logging.INFO)
    again.propagate = False
