"""Pure: the types of an input, level by level, as far down as each field is looked at by itself.

Of an input that templates make in part, a fault is sure only where no more than plain fields and items lie above it: what a
union, or a validator of the user's own, says of one field may depend on all the others.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Protocol

__all__ = ["Level", "schema_level", "type_level"]


class Level(Protocol):
    """One mapping or list of an input."""

    @property
    def fields(self) -> tuple[str, ...]:
        """The names that it declares; none for a list, and for a mapping of any keys."""

    def below(self, key: str | int) -> Level | None:
        """The level of a field or item; None where its parts cannot be looked at by themselves."""


@dataclass(frozen=True)
class _TypeLevel:
    """A level of a type, as pydantic's core schema describes it."""

    named: Mapping[str, Any]
    each: Any
    definitions: Mapping[str, Any]

    @property
    def fields(self) -> tuple[str, ...]:
        return tuple(self.named)

    def below(self, key: str | int) -> Level | None:
        core = self.named.get(str(key), self.each)
        return None if core is None else type_level(core, self.definitions)


def type_level(core: Mapping[str, Any], definitions: Mapping[str, Any] | None = None) -> Level | None:
    """The level that a core schema of pydantic's describes; None where its parts cannot be looked at by themselves.

    Args:
        core: of the type.
        definitions: what its references name.
    """
    core, named = _container(core, definitions or {})
    match core["type"]:
        case "model-fields" | "typed-dict":
            return _TypeLevel(_by_alias(core["fields"]), None, named)
        case "dataclass-args":
            return _TypeLevel(_by_alias({field["name"]: field for field in core["fields"]}), None, named)
        case "list":
            return _TypeLevel({}, core.get("items_schema"), named)
        case "dict":
            return _TypeLevel({}, core.get("values_schema"), named)
    return None


def _container(core: Mapping[str, Any], named: Mapping[str, Any]) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """What holds the fields, below all that takes their mapping as it is; with what its references name."""
    while True:
        match core["type"]:
            case "definitions":
                named = {each["ref"]: each for each in core["definitions"]}
                core = core["schema"]
            case "definition-ref":
                core = named[core["schema_ref"]]
            case "nullable" | "default" | "function-after" | "dataclass":
                core = core["schema"]
            case "model" if not core.get("custom_init") and not core.get("root_model"):
                core = core["schema"]
            case _:
                return core, named


def _by_alias(fields: Mapping[str, Any]) -> dict[str, Any]:
    """The types of fields by the one name that an input calls each; a field of several is left out."""
    found = {}
    for name, field in fields.items():
        alias = field.get("validation_alias", name)
        if isinstance(alias, str):
            found[alias] = field["schema"]
    return found


_DEPENDING: Final = frozenset(
    {
        "$dynamicRef", "$ref", "allOf", "anyOf", "contains", "dependentRequired", "dependentSchemas", "else", "if", "not",
        "oneOf", "patternProperties", "prefixItems", "propertyNames", "then", "unevaluatedItems", "unevaluatedProperties",
    }
)  # fmt: skip
"""Keywords of JSON Schema that look at a value as a whole, or from elsewhere."""


@dataclass(frozen=True)
class _SchemaLevel:
    """A level of a JSON Schema."""

    schema: Mapping[str, Any]

    @property
    def fields(self) -> tuple[str, ...]:
        return tuple(self.schema.get("properties", ()))

    def below(self, key: str | int) -> Level | None:
        if isinstance(key, int):
            return schema_level(self.schema.get("items"))
        return schema_level(self.schema.get("properties", {}).get(key, self.schema.get("additionalProperties")))


def schema_level(schema: Any) -> Level | None:
    """The level that a JSON Schema describes; None where its parts cannot be looked at by themselves."""
    if not isinstance(schema, Mapping) or _DEPENDING & set(schema):
        return None
    return _SchemaLevel(schema)
