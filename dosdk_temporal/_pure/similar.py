"""Pure: what somebody may have meant."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

__all__ = ["did_you_mean", "similar"]


def similar(name: str, known: Iterable[str]) -> str | None:
    """The known name most like this one, or None when none is near; case counts for nothing."""
    by_folded = {other.lower(): other for other in known}
    near = difflib.get_close_matches(name[:100].lower(), by_folded, n=1)
    return by_folded[near[0]] if near else None


def did_you_mean(name: str, known: Iterable[str]) -> str | None:
    """The advice ``did you mean 'steps'?``, or None when no known name is near."""
    near = similar(name, known)
    return f"did you mean {near!r}?" if near else None
