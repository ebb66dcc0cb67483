"""Pure: how a run leaves its steps other than by their end."""

from __future__ import annotations

from typing import Any

__all__ = ["ReturnedError"]


class ReturnedError(Exception):
    """A ``return`` was reached: no error, and caught by no ``try``; the run ends with its value."""

    def __init__(self, value: Any) -> None:
        super().__init__("returned")
        self.value = value
