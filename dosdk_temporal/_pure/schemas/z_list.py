"""Pure: lists of ``z``."""

from __future__ import annotations

from typing import Self

from dosdk_temporal._pure.schemas.z_type import ZType, count

__all__ = ["ZArray"]


class ZArray(ZType):
    """A list.

    Args:
        items: the schema of each.
    """

    def __init__(self, items: ZType) -> None:
        super().__init__({"type": "array", "items": items.json_schema()})

    def min(self, length: int) -> Self:
        """At least so many."""
        return self._with(minItems=count(length, "min"))

    def max(self, length: int) -> Self:
        """At most so many."""
        return self._with(maxItems=count(length, "max"))

    def length(self, length: int) -> Self:
        """Exactly so many."""
        return self._with(minItems=count(length, "length"), maxItems=length)

    def nonempty(self) -> Self:
        """At least one."""
        return self.min(1)
