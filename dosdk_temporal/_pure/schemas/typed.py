"""Pure: a schema as a type, for what is declared by types: an approval's form, a handler's input."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from dosdk_temporal._pure.schemas.schema import Schema
from dosdk_temporal._pure.signature import SCHEMA_FAULT
from dosdk_temporal.errors import InputError

__all__ = ["type_of"]


class _Checked:
    """Lets a schema check what is filled in."""

    def __init__(self, schema: Schema) -> None:
        self._schema = schema

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        del source, handler
        return core_schema.no_info_plain_validator_function(self._check)

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> Any:
        del schema, handler
        return dict(self._schema.json)

    def _check(self, value: Any) -> Any:
        try:
            return self._schema.check(value, "the value")
        except InputError as error:
            listed = "; ".join(f"{field}: {message}" for field, message in error.problems)
            raise PydanticCustomError(SCHEMA_FAULT, "{listed}", {"listed": listed}) from None


def type_of(schema: Schema) -> Any:
    """The type of a schema's values: plain JSON with defaults filled in."""
    return Annotated[Any, _Checked(schema)]
