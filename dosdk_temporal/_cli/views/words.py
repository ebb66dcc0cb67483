"""Outside: how states look and how counts and errors read."""

from __future__ import annotations

from typing import Final

from dosdk_temporal._pure.status import ErrorStatus

__all__ = ["attempts", "error_line", "mark", "style"]

_STYLES: Final = {
    "completed": ("✓", "green"),
    "failed": ("✗", "red"),
    "timed_out": ("✗", "red"),
    "terminated": ("✗", "red"),
    "cancelled": ("✗", "yellow"),
    "running": ("▸", "cyan"),
    "pending": ("·", "dim"),
    "waiting": ("◦", "yellow"),
    "held": ("!", "yellow"),
    "compensated": ("↺", "yellow"),
    "compensation_failed": ("✗", "red"),
}


def mark(state: str) -> str:
    """One character for a state."""
    return _STYLES.get(state, ("•", ""))[0]


def style(state: str) -> str:
    """Rich's style for a state."""
    return _STYLES.get(state, ("•", ""))[1]


def attempts(count: int | None) -> str:
    """``1 attempt``, ``3 attempts``; empty where it is not known."""
    if not count:
        return ""
    return "1 attempt" if count == 1 else f"{count} attempts"


def error_line(error: ErrorStatus) -> str:
    """The kind of an error and its message, on one line."""
    return f"{error.type}: {' '.join(error.message.split())}"
