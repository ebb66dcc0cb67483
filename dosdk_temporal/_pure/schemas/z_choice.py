"""Pure: enums of ``z``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dosdk_temporal._pure.schemas.z_type import ZType
from dosdk_temporal.errors import DefinitionError

__all__ = ["ZEnum"]


class ZEnum(ZType):
    """One of several texts.

    Args:
        values: the texts.
    """

    def __init__(self, values: Sequence[str]) -> None:
        if isinstance(values, str) or not isinstance(values, Sequence) or not values:
            raise DefinitionError(f"z.enum() takes a list of texts, like ['starter', 'professional'], not {values!r}")
        strange = [value for value in values if not isinstance(value, str)]
        if strange:
            raise DefinitionError(f"z.enum() takes texts, not {strange[0]!r}: z.literal([...]) takes other values")
        super().__init__({"type": "string", "enum": list(dict.fromkeys(values))})

    @property
    def options(self) -> list[str]:
        """The texts."""
        return list(self._schema["enum"])

    def exclude(self, values: Sequence[str]) -> ZEnum:
        """All but these."""
        return ZEnum([value for value in self.options if value not in self._chosen(values, "exclude")])

    def extract(self, values: Sequence[str]) -> ZEnum:
        """Only these."""
        return ZEnum([value for value in self.options if value in self._chosen(values, "extract")])

    def _chosen(self, values: Any, method: str) -> list[str]:
        unknown = [value for value in values if value not in self.options] if not isinstance(values, str) else [values]
        if unknown:
            raise DefinitionError(f".{method}({values!r}) takes a list of its values: {', '.join(self.options)}")
        return list(values)
