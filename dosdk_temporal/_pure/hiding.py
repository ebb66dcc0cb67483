"""Pure: types that hide values, as pydantic's ``SecretStr`` does: of what does not fit one of them nothing is shown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from pydantic import TypeAdapter

__all__ = ["hides_values"]

_WRITERS: Final = ("_serialize_secret", "_serialize_secret_field")
"""What writes asterisks, in pydantic's schemas."""


@lru_cache(maxsize=1024)
def hides_values(adapter: TypeAdapter[Any]) -> bool:
    """Whether a value of that type may have one in it that is hidden."""
    return any(getattr(function, "__name__", "") in _WRITERS for function in _functions(adapter.core_schema))


def _functions(schema: Any) -> Iterator[Any]:
    if isinstance(schema, Mapping):
        for key, part in schema.items():
            if key == "function":
                yield part
            yield from _functions(part)
    elif isinstance(schema, list | tuple):
        for part in schema:
            yield from _functions(part)
