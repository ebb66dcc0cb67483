"""Pure: schemas as zod writes them, so that the documented definitions paste almost unchanged.

    from dosdk_temporal import z

    z.object({
        "customerId": z.string(),
        "plan": z.enum(["starter", "professional", "enterprise"]),
        "accountManager": z.string().optional(),
    })

What JSON Schema cannot say (``transform``, ``refine``, ``z.date()`` ...) is refused where it is written, with what to do instead.
"""

from __future__ import annotations

from typing import Final, NoReturn

from dosdk_temporal._pure.schemas.z_choice import ZEnum
from dosdk_temporal._pure.schemas.z_functions import any_ as any
from dosdk_temporal._pure.schemas.z_functions import any_ as unknown
from dosdk_temporal._pure.schemas.z_functions import (
    array,
    boolean,
    discriminatedUnion,
    email,
    intersection,
    iso,
    literal,
    looseObject,
    never,
    null,
    nullable,
    number,
    optional,
    record,
    strictObject,
    string,
    union,
    url,
    uuid,
)
from dosdk_temporal._pure.schemas.z_functions import enum_ as enum
from dosdk_temporal._pure.schemas.z_functions import int_ as int
from dosdk_temporal._pure.schemas.z_functions import object_ as object
from dosdk_temporal._pure.schemas.z_functions import tuple_ as tuple
from dosdk_temporal._pure.schemas.z_list import ZArray
from dosdk_temporal._pure.schemas.z_object import ZObject
from dosdk_temporal._pure.schemas.z_text import ZNumber, ZString
from dosdk_temporal._pure.schemas.z_type import NoSuchMethodError, ZType, refuse

__all__ = [
    "ZArray", "ZEnum", "ZNumber", "ZObject", "ZString", "ZType", "any", "array", "boolean", "discriminatedUnion", "email",
    "enum", "int", "intersection", "iso", "literal", "looseObject", "never", "null", "nullable", "number", "object",
    "optional", "record", "strictObject", "string", "tuple", "union", "unknown", "url", "uuid",
]  # fmt: skip

_MISSING: Final = {
    "date": "JSON has no dates: z.iso.date() is a day as text, z.iso.datetime() a moment",
    "bigint": "JSON has no such numbers: z.int(), or z.string() for digits",
    "coerce": "the SDK converts no value: declare what is sent",
    "lazy": "a schema that holds itself is written as JSON Schema with {'$ref': '#'}",
    "undefined": "a property that may be left out is .optional()",
    "function": "functions are not data",
    "map": "JSON has no maps: z.record(z.string(), ...)",
    "set": "JSON has no sets: z.array(...)",
    "nativeEnum": "z.enum([...]) takes the values",
    "custom": "a check that JSON Schema cannot say belongs in a step's condition",
    "instanceof": "classes are not data",
    "infer": "types are not needed in Python",
}


def __getattr__(name: str) -> NoReturn:
    if name.startswith("_"):
        raise AttributeError(name)
    if name in _MISSING:
        raise NoSuchMethodError(f"z has no {name} here: {_MISSING[name]}")
    refuse("z", name, __all__)
