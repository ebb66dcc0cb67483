"""Outside: the end of programs that had a connection."""

from __future__ import annotations

import atexit
import time
from functools import lru_cache
from typing import Final

__all__ = ["settle", "settle_at_exit"]

_LONG_ENOUGH: Final = 0.1
"""Seconds. Temporal's Rust threads may call into Python once more after the last await; when the interpreter is being taken
apart by then, the process crashes (status 134 or 139) with all its work done."""


@lru_cache(maxsize=1)
def settle_at_exit() -> None:
    """Let this process wait a moment for Temporal's threads when it ends. Once a process."""
    atexit.register(settle)


def settle() -> None:
    """Wait that moment."""
    time.sleep(_LONG_ENOUGH)
