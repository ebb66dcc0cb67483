"""Pure: the words of JSON Schema 2020-12, and what each holds."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

__all__ = ["KEYWORDS", "SAME_VALUE", "TYPES", "holds"]

TYPES: Final[Mapping[str, str]] = {
    "string": "text",
    "number": "a number",
    "integer": "a whole number",
    "boolean": "true or false",
    "array": "a list",
    "object": "a mapping",
    "null": "null",
}
"""JSON's types, and what they are called in messages."""

KEYWORDS: Final[Mapping[str, str]] = {
    **dict.fromkeys(("additionalProperties", "propertyNames", "items", "contains", "contentSchema"), "schema"),
    **dict.fromkeys(("not", "if", "then", "else"), "schema"),
    **dict.fromkeys(("allOf", "anyOf", "oneOf", "prefixItems"), "schemas"),
    **dict.fromkeys(("properties", "patternProperties", "dependentSchemas", "$defs", "definitions"), "named schemas"),
    **dict.fromkeys(("maxLength", "minLength", "maxItems", "minItems", "maxProperties", "minProperties"), "count"),
    **dict.fromkeys(("maxContains", "minContains"), "count"),
    **dict.fromkeys(("maximum", "minimum", "exclusiveMaximum", "exclusiveMinimum"), "number"),
    **dict.fromkeys(("uniqueItems", "deprecated", "readOnly", "writeOnly"), "boolean"),
    **dict.fromkeys(("$comment", "title", "description", "format", "contentEncoding", "contentMediaType"), "text"),
    "$ref": "text",
    "type": "type",
    "enum": "values",
    "const": "value",
    "default": "value",
    "examples": "list",
    "required": "names",
    "dependentRequired": "named names",
    "multipleOf": "positive number",
    "pattern": "pattern",
}
"""What stands behind each keyword. ``$id``, ``$schema``, anchors and dynamic references are dealt with where they stand."""

SAME_VALUE: Final = frozenset({"allOf", "anyOf", "oneOf", "not", "if", "then", "else", "dependentSchemas"})
"""Keywords whose schemas look at the same value as the schema that has them, and not at a part of it."""

_WANTED: Final = {
    "count": "a whole number of at least 0",
    "number": "a number",
    "positive number": "a number above 0",
    "boolean": "true or false",
    "text": "text",
    "type": f"one of {', '.join(TYPES)}, or a list of them",
    "values": "a list of at least one value",
    "list": "a list",
    "names": "a list of names",
    "named names": "a mapping of names to lists of names",
    "pattern": "a regular expression as text",
    "schema": "a schema: a mapping, true or false",
    "schemas": "a list of at least one schema",
    "named schemas": "a mapping of names to schemas",
}


def holds(kind: str, value: Any) -> str | None:
    """What should stand there, where the value is nothing of that kind; None where it is."""
    return None if _FITS[kind](value) else _WANTED[kind]


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_count(value: Any) -> bool:
    return _is_number(value) and value >= 0 and value == int(value)


def _are_names(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(name, str) for name in value)


def _is_type(value: Any) -> bool:
    names = value if isinstance(value, list) and value else [value]
    return all(isinstance(name, str) and name in TYPES for name in names) and len(set(names)) == len(names)


_FITS: Final[Mapping[str, Callable[[Any], bool]]] = {
    "count": _is_count,
    "number": _is_number,
    "positive number": lambda value: _is_number(value) and value > 0,
    "boolean": lambda value: isinstance(value, bool),
    "text": lambda value: isinstance(value, str),
    "type": _is_type,
    "values": lambda value: isinstance(value, list) and bool(value),
    "value": lambda _: True,
    "list": lambda value: isinstance(value, list),
    "names": _are_names,
    "named names": lambda value: isinstance(value, dict) and all(map(_are_names, value.values())),
    "pattern": lambda value: isinstance(value, str),
    "schema": lambda value: isinstance(value, dict | bool),
    "schemas": lambda value: isinstance(value, list) and bool(value),
    "named schemas": lambda value: isinstance(value, dict),
}
