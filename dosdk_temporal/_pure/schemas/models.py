"""Pure: pydantic models, dataclasses and other types as JSON Schema."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from dosdk_temporal._pure.values import adapter_for
from dosdk_temporal.errors import DefinitionError

__all__ = ["is_model", "model_schema"]


def is_model(value: Any) -> bool:
    """Whether it is a type that has a schema: a class, or what ``list[Order]`` gives."""
    return isinstance(value, type) or hasattr(value, "__origin__")


def model_schema(model: Any) -> dict[str, Any]:
    """The JSON Schema of what a type takes.

    Raises:
        DefinitionError: when JSON Schema has no words for it.
    """
    from pydantic.errors import PydanticInvalidForJsonSchema  # noqa: PLC0415 - importing pydantic takes 0.1 s

    try:
        schema: dict[str, Any] = adapter_for(model, "the definition").json_schema(schema_generator=_generator())
    except PydanticInvalidForJsonSchema as error:
        reason = str(error).partition("\n")[0]
        raise DefinitionError(f"{model!r} has no JSON Schema: {reason}") from None
    return schema


@lru_cache(maxsize=1)
def _generator() -> Any:
    from pydantic.json_schema import GenerateJsonSchema  # noqa: PLC0415

    class Linear(GenerateJsonSchema):
        """Without the lookahead that pydantic writes for decimals, which has no linear time."""

        def get_decimal_pattern(self, schema: Any) -> str:
            """See the base class."""
            del schema
            return r"^[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)$"

    return Linear
