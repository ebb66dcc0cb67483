"""Helpers in a module of their own."""

from __future__ import annotations

import random
import time


def clean(amount: int) -> int:
    """Plain arithmetic."""
    return amount * 2


def by_the_clock() -> float:
    """Reads the clock, two calls below the handler."""
    return _now()


def by_chance() -> float:
    """Draws a number."""
    return random.random()  # noqa: S311


def _now() -> float:
    return time.time()
