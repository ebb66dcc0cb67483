"""Identifiers made from an idempotency key: the same on every attempt."""

from __future__ import annotations

import hashlib

__all__ = ["derived_id"]


def derived_id(prefix: str, key: str) -> str:
    """An identifier such as ``task_0f3a…``, which the same prefix and key always give.

    Args:
        prefix: what it identifies.
        key: the idempotency key; it cannot be read back from the identifier.
    """
    return f"{prefix}_{hashlib.sha256(key.encode()).hexdigest()[:24]}"
