"""Pure: JavaScript's ``undefined``, which Python has not."""

from __future__ import annotations

from typing import Final

__all__ = ["UNDEFINED", "Undefined"]


class Undefined:
    """The class of :data:`UNDEFINED`, its only value."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "undefined"

    def __bool__(self) -> bool:
        return False

    def __reduce__(self) -> str:
        return "UNDEFINED"  # copies and pickles are the one value again, so that `is` holds


UNDEFINED: Final = Undefined()
"""What a skipped step and a missing property are; ``None`` is JavaScript's ``null``."""
