"""Pure: the ids of what is done beside a step; wire names, never to change."""

from __future__ import annotations

from typing import Final

__all__ = ["COMPENSATION", "FALLBACK"]

FALLBACK: Final = ":fallback"
"""Behind the id of the step that a function stands in for."""

COMPENSATION: Final = ":compensate"
"""Behind the id of the step that a function undoes."""
