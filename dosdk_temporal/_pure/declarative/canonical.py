"""Pure: the one text of a definition, by which two writings of it are known to be the same."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any, Final

__all__ = ["canonical_json", "digest", "travelling"]

_STAYS: Final = frozenset({"tests"})
"""Keys that no run needs: what is tested is the same definition with other tests."""


def travelling(form: Mapping[str, Any]) -> dict[str, Any]:
    """The part of the one form that says what a run does."""
    return {key: value for key, value in form.items() if key not in _STAYS}


def canonical_json(value: Any) -> str:
    """JSON with sorted keys, no blanks, and numbers as JavaScript has them, where 1.0 and 1 are one."""
    return json.dumps(_numbers(value), sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def digest(text: str) -> str:
    """The SHA-256 of a canonical text, in hexadecimal digits."""
    return hashlib.sha256(text.encode()).hexdigest()


def _numbers(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _numbers(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_numbers(item) for item in value]
    return int(value) if isinstance(value, float) and value.is_integer() and abs(value) < 2**53 else value
