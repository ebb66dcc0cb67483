"""Outside: values as people read them on one line."""

from __future__ import annotations

from typing import Any

__all__ = ["as_text"]


def as_text(value: Any) -> str:
    """A value as JSON on one line."""
    from pydantic_core import to_json  # noqa: PLC0415 - only where it is asked for

    return to_json(value, inf_nan_mode="null").decode()
