"""Pure: the functions of ``z``: what stands at the beginning of a schema."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from dosdk_temporal._pure.schemas.z_choice import ZEnum
from dosdk_temporal._pure.schemas.z_list import ZArray
from dosdk_temporal._pure.schemas.z_object import ZObject, z_type
from dosdk_temporal._pure.schemas.z_text import ZNumber, ZString
from dosdk_temporal._pure.schemas.z_type import ZType, json_value, union_of
from dosdk_temporal.errors import DefinitionError

__all__ = [
    "any_", "array", "boolean", "discriminatedUnion", "email", "enum_", "int_", "intersection", "iso", "literal", "looseObject",
    "never", "null", "nullable", "number", "object_", "optional", "record", "strictObject", "string", "tuple_", "union", "url",
    "uuid",
]  # fmt: skip

_JSON_TYPES: Final = {str: "string", bool: "boolean", int: "number", float: "number", type(None): "null"}


def object_(shape: Mapping[str, ZType]) -> ZObject:
    """A mapping with these properties; others are kept."""
    return ZObject(shape)


def strictObject(shape: Mapping[str, ZType]) -> ZObject:
    """A mapping with these properties and no others."""
    return ZObject(shape).strict()


def looseObject(shape: Mapping[str, ZType]) -> ZObject:
    """A mapping with these properties; others are kept, and said to be."""
    return ZObject(shape).loose()


def string() -> ZString:
    """Text."""
    return ZString({"type": "string"})


def email() -> ZString:
    """An e-mail address."""
    return string().email()


def url() -> ZString:
    """A URL."""
    return string().url()


def uuid() -> ZString:
    """A UUID."""
    return string().uuid()


def number() -> ZNumber:
    """A number."""
    return ZNumber({"type": "number"})


def int_() -> ZNumber:
    """A whole number, no larger than JavaScript counts exactly."""
    return number().int()


def boolean() -> ZType:
    """True or false."""
    return ZType({"type": "boolean"})


def null() -> ZType:
    """Null alone."""
    return ZType({"type": "null"})


def any_() -> ZType:
    """Whatever JSON can say."""
    return ZType()


def never() -> ZType:
    """Nothing at all."""
    return ZType({"not": {}})


def enum_(values: Sequence[str]) -> ZEnum:
    """One of these texts."""
    return ZEnum(values)


def literal(value: Any) -> ZType:
    """This value, or one of this list of values: texts, numbers, booleans, null."""
    values = value if isinstance(value, list) else [value]
    if not values or any(type(item) not in _JSON_TYPES for item in values):
        raise DefinitionError(f"z.literal({value!r}) takes a text, number, boolean or null, or a list of them")
    types = {_JSON_TYPES[type(item)] for item in values}
    typed = {"type": types.pop()} if len(types) == 1 else {}
    values = [json_value(item, "literal") for item in values]
    return ZType({**typed, "const": values[0]} if len(values) == 1 else {**typed, "enum": values})


def array(items: ZType) -> ZArray:
    """A list of these."""
    return ZArray(z_type(items, "what z.array() holds"))


def tuple_(items: Sequence[ZType], rest: ZType | None = None) -> ZType:
    """A list with these in their order, and then any number of ``rest``."""
    if isinstance(items, str) or not isinstance(items, Sequence):
        raise DefinitionError(f"z.tuple() takes a list of schemas, not {items!r}")
    members = [z_type(item, f"item {index} of z.tuple()") for index, item in enumerate(items)]
    needed = max((index for index, item in enumerate(members, 1) if not item.is_optional), default=0)
    schema: dict[str, Any] = {
        "type": "array",
        "prefixItems": [item.json_schema() for item in members],
        "items": False if rest is None else z_type(rest, "the rest of z.tuple()").json_schema(),
        "minItems": needed,
    }
    return ZType(schema if rest is not None else {**schema, "maxItems": len(members)})


def record(keys: ZType, values: ZType | None = None) -> ZType:
    """A mapping of any keys that fit ``keys`` to ``values``; with one argument the keys are any text.

    With an enum for keys each of them is needed, as in zod 4.
    """
    if values is None:
        keys, values = string(), keys
    names = z_type(keys, "what names z.record()'s keys").json_schema()
    schema = {
        "type": "object",
        "propertyNames": names,
        "additionalProperties": z_type(values, "what z.record() holds").json_schema(),
    }
    return ZType({**schema, "required": names["enum"]} if "enum" in names else schema)


def union(options: Sequence[ZType]) -> ZType:
    """Any of these."""
    return ZType(union_of(_several(options, "union")))


def discriminatedUnion(key: str, options: Sequence[ZType]) -> ZType:
    """One of these objects, told apart by the literal that each has at ``key``."""
    schemas = _several(options, "discriminatedUnion")
    for schema in schemas:
        marked = schema.get("properties", {}).get(key, {})
        if "const" not in marked and "enum" not in marked:
            raise DefinitionError(f"an option of z.discriminatedUnion({key!r}) has no z.literal(...) at {key!r}")
    return ZType({"oneOf": schemas})


def intersection(left: ZType, right: ZType) -> ZType:
    """Both of these."""
    return ZType({"allOf": _several([left, right], "intersection")})


def optional(schema: ZType) -> ZType:
    """A property of it may be left out."""
    return z_type(schema, "what z.optional() takes").optional()


def nullable(schema: ZType) -> ZType:
    """This or null."""
    return z_type(schema, "what z.nullable() takes").nullable()


class iso:  # noqa: N801 - zod's name
    """Days and moments as text: ``z.iso.date()``, ``z.iso.datetime()``."""

    @staticmethod
    def date() -> ZString:
        """A day: ``2027-01-31``."""
        return string().date()

    @staticmethod
    def datetime(options: Mapping[str, Any] | None = None) -> ZString:
        """A moment: ``2027-01-31T09:30:00Z``."""
        return string().datetime(options)


def _several(options: Sequence[ZType], name: str) -> list[dict[str, Any]]:
    if not isinstance(options, list | tuple) or not options:
        raise DefinitionError(f"z.{name}() takes a list of schemas, not {options!r}")
    return [z_type(option, f"option {index} of z.{name}()").json_schema() for index, option in enumerate(options)]
