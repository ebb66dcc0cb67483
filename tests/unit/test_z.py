"""``z``: zod's schemas in Python, and the JSON Schema that zod makes of them."""

from __future__ import annotations

import copy
import re
from collections.abc import Callable
from typing import Any

import pytest

from dosdk_temporal import DefinitionError, z

SAFE = 9007199254740991

# What zod 4.4 answers to z.toJSONSchema(schema, {io: "input"}), asked once under Node, without $schema and without the
# expressions that it puts beside a format.
ZOD: list[tuple[z.ZType, dict[str, Any]]] = [
    (z.string(), {"type": "string"}),
    (z.string().min(2).max(5), {"type": "string", "minLength": 2, "maxLength": 5}),
    (z.string().min(2).min(5), {"type": "string", "minLength": 5}),
    (z.string().length(3), {"type": "string", "minLength": 3, "maxLength": 3}),
    (z.string().nonempty(), {"type": "string", "minLength": 1}),
    (z.string().email(), {"type": "string", "format": "email"}),
    (z.string().url(), {"type": "string", "format": "uri"}),
    (z.string().uuid(), {"type": "string", "format": "uuid"}),
    (z.string().datetime(), {"type": "string", "format": "date-time"}),
    (z.string().datetime({"offset": True}), {"type": "string", "format": "date-time"}),
    (z.string().date(), {"type": "string", "format": "date"}),
    (z.email(), {"type": "string", "format": "email"}),
    (z.url(), {"type": "string", "format": "uri"}),
    (z.uuid(), {"type": "string", "format": "uuid"}),
    (z.iso.date(), {"type": "string", "format": "date"}),
    (z.iso.datetime(), {"type": "string", "format": "date-time"}),
    (z.string().regex("^a+$"), {"type": "string", "pattern": "^a+$"}),
    (z.string().regex(re.compile("^a+$")).regex("b"), {"type": "string", "allOf": [{"pattern": "^a+$"}, {"pattern": "b"}]}),
    (z.string().regex("b").max(5).startsWith("a.b").includes("d"), {
        "type": "string", "maxLength": 5, "allOf": [{"pattern": "b"}, {"pattern": "^a\\.b.*"}, {"pattern": "d"}],
    }),
    (z.string().endsWith("c"), {"type": "string", "pattern": ".*c$"}),
    (z.number(), {"type": "number"}),
    (z.number().min(1).max(5), {"type": "number", "minimum": 1, "maximum": 5}),
    (z.number().gte(1).lte(5.5), {"type": "number", "minimum": 1, "maximum": 5.5}),
    (z.number().gt(1).lt(5), {"type": "number", "exclusiveMinimum": 1, "exclusiveMaximum": 5}),
    (z.number().positive(), {"type": "number", "exclusiveMinimum": 0}),
    (z.number().nonnegative(), {"type": "number", "minimum": 0}),
    (z.number().negative(), {"type": "number", "exclusiveMaximum": 0}),
    (z.number().nonpositive(), {"type": "number", "maximum": 0}),
    (z.number().multipleOf(5), {"type": "number", "multipleOf": 5}),
    (z.number().step(5).finite(), {"type": "number", "multipleOf": 5}),
    (z.number().int(), {"type": "integer", "minimum": -SAFE, "maximum": SAFE}),
    (z.number().safe(), {"type": "integer", "minimum": -SAFE, "maximum": SAFE}),
    (z.int(), {"type": "integer", "minimum": -SAFE, "maximum": SAFE}),
    (z.int().min(1), {"type": "integer", "minimum": 1, "maximum": SAFE}),
    (z.int().positive(), {"type": "integer", "exclusiveMinimum": 0, "maximum": SAFE}),
    (z.boolean(), {"type": "boolean"}),
    (z.null(), {"type": "null"}),
    (z.any(), {}),
    (z.unknown(), {}),
    (z.never(), {"not": {}}),
    (z.literal("a"), {"type": "string", "const": "a"}),
    (z.literal(5), {"type": "number", "const": 5}),
    (z.literal(True), {"type": "boolean", "const": True}),
    (z.literal(None), {"type": "null", "const": None}),
    (z.literal(["a", "b"]), {"type": "string", "enum": ["a", "b"]}),
    (z.literal(["a", 1]), {"enum": ["a", 1]}),
    (z.enum(["a", "b"]), {"type": "string", "enum": ["a", "b"]}),
    (z.enum(["a", "b", "c"]).exclude(["a"]), {"type": "string", "enum": ["b", "c"]}),
    (z.enum(["a", "b", "c"]).extract(["a"]), {"type": "string", "enum": ["a"]}),
    (z.array(z.string()), {"type": "array", "items": {"type": "string"}}),
    (z.array(z.string().optional()), {"type": "array", "items": {"type": "string"}}),
    (z.array(z.string()).min(1).max(3), {"type": "array", "items": {"type": "string"}, "minItems": 1, "maxItems": 3}),
    (z.array(z.string()).length(2), {"type": "array", "items": {"type": "string"}, "minItems": 2, "maxItems": 2}),
    (z.array(z.string()).nonempty(), {"type": "array", "items": {"type": "string"}, "minItems": 1}),
    (z.array(z.string()).default([]), {"type": "array", "items": {"type": "string"}, "default": []}),
    (z.tuple([z.string(), z.number()]), {
        "type": "array", "prefixItems": [{"type": "string"}, {"type": "number"}], "items": False, "minItems": 2, "maxItems": 2,
    }),
    (z.tuple([z.string()], z.number()), {
        "type": "array", "prefixItems": [{"type": "string"}], "items": {"type": "number"}, "minItems": 1,
    }),
    (z.tuple([z.string(), z.number().optional()]), {
        "type": "array", "prefixItems": [{"type": "string"}, {"type": "number"}], "items": False, "minItems": 1, "maxItems": 2,
    }),
    (z.record(z.string(), z.number()), {
        "type": "object", "propertyNames": {"type": "string"}, "additionalProperties": {"type": "number"},
    }),
    (z.record(z.enum(["a", "b"]), z.number()), {
        "type": "object", "propertyNames": {"type": "string", "enum": ["a", "b"]}, "additionalProperties": {"type": "number"},
        "required": ["a", "b"],
    }),
    (z.union([z.string(), z.number()]), {"type": ["string", "number"]}),
    (z.union([z.string().min(1), z.null()]), {"anyOf": [{"type": "string", "minLength": 1}, {"type": "null"}]}),
    (z.discriminatedUnion("k", [z.object({"k": z.literal("a")}), z.object({"k": z.literal("b"), "x": z.number()})]), {
        "oneOf": [
            {"type": "object", "properties": {"k": {"type": "string", "const": "a"}}, "required": ["k"]},
            {
                "type": "object", "properties": {"k": {"type": "string", "const": "b"}, "x": {"type": "number"}},
                "required": ["k", "x"],
            },
        ],
    }),
    (z.object({}), {"type": "object", "properties": {}}),
    (
        z.object({
            "a": z.string(), "b": z.string().optional(), "c": z.number().default(5), "d": z.string().nullable(),
            "e": z.string().nullish(), "f": z.string().describe("hey"), "g": z.any(), "h": z.unknown().optional(),
        }),
        {
            "type": "object",
            "properties": {
                "a": {"type": "string"}, "b": {"type": "string"}, "c": {"default": 5, "type": "number"},
                "d": {"type": ["string", "null"]}, "e": {"type": ["string", "null"]},
                "f": {"type": "string", "description": "hey"}, "g": {}, "h": {},
            },
            "required": ["a", "d", "f", "g"],
        },
    ),
    (z.object({"a": z.optional(z.string()), "b": z.nullable(z.string())}), {
        "type": "object", "properties": {"a": {"type": "string"}, "b": {"type": ["string", "null"]}}, "required": ["b"],
    }),
    (z.object({"a": z.string()}).strict(), {
        "type": "object", "properties": {"a": {"type": "string"}}, "required": ["a"], "additionalProperties": False,
    }),
    (z.strictObject({}), {"type": "object", "properties": {}, "additionalProperties": False}),
    (z.looseObject({}), {"type": "object", "properties": {}, "additionalProperties": {}}),
    (z.object({}).passthrough(), {"type": "object", "properties": {}, "additionalProperties": {}}),
    (z.object({}).catchall(z.number()), {"type": "object", "properties": {}, "additionalProperties": {"type": "number"}}),
    (z.object({"a": z.string(), "b": z.number().default(1)}).partial(), {
        "type": "object", "properties": {"a": {"type": "string"}, "b": {"default": 1, "type": "number"}},
    }),
    (z.object({"a": z.string().default("x"), "b": z.string().optional()}).required({"a": True}), {
        "type": "object", "properties": {"a": {"default": "x", "type": "string"}, "b": {"type": "string"}}, "required": ["a"],
    }),
    (z.object({"a": z.string()}).strict().extend({"b": z.number()}), {
        "type": "object", "properties": {"a": {"type": "string"}, "b": {"type": "number"}}, "required": ["a", "b"],
        "additionalProperties": False,
    }),
    (z.object({"a": z.string()}).merge(z.object({"a": z.number()})), {
        "type": "object", "properties": {"a": {"type": "number"}}, "required": ["a"],
    }),
    (z.object({"a": z.string(), "b": z.number()}).pick({"a": True}), {
        "type": "object", "properties": {"a": {"type": "string"}}, "required": ["a"],
    }),
    (z.object({"a": z.string(), "b": z.number()}).omit({"a": True}), {
        "type": "object", "properties": {"b": {"type": "number"}}, "required": ["b"],
    }),
    (z.object({"a": z.string(), "b": z.number()}).keyof(), {"type": "string", "enum": ["a", "b"]}),
    (z.object({}).describe("o"), {"type": "object", "properties": {}, "description": "o"}),
    (z.string().nullable().default(None), {"default": None, "type": ["string", "null"]}),
    (z.string().default("a").nullable(), {"anyOf": [{"default": "a", "type": "string"}, {"type": "null"}]}),
    (z.string().prefault("a"), {"default": "a", "type": "string"}),
    (z.string().meta({"title": "T", "description": "d", "examples": ["a"]}), {
        "type": "string", "title": "T", "description": "d", "examples": ["a"],
    }),
    (z.string().readonly(), {"readOnly": True, "type": "string"}),
    (z.intersection(z.object({}), z.object({})), {
        "allOf": [{"type": "object", "properties": {}}, {"type": "object", "properties": {}}],
    }),
]  # fmt: skip


@pytest.mark.parametrize(("schema", "expected"), ZOD)
def test_what_zod_says(schema: z.ZType, expected: dict[str, Any]) -> None:
    """Each schema is the JSON Schema that zod makes of it for input."""
    assert schema.json_schema() == expected


def test_a_method_changes_nothing() -> None:
    """A method gives a new schema; the one it is asked of, and what was taken out of it, stay as they are."""
    name = z.string()
    person = z.object({"name": name})
    person.strict().extend({"age": z.int()}).json_schema()["properties"].clear()
    name.min(3).optional()
    assert (name.json_schema(), name.is_optional) == ({"type": "string"}, False)
    assert person.json_schema() == {"type": "object", "properties": {"name": {"type": "string"}}, "required": ["name"]}
    assert (list(person.shape), z.enum(["a"]).options) == (["name"], ["a"])


def test_schemas_are_compared_by_what_they_say() -> None:
    """Two schemas that say the same are equal, copies too, and show what they say."""
    assert z.string().min(1) == z.string().nonempty() == copy.deepcopy(z.string().min(1))
    assert z.string() != z.string().optional()
    assert z.string() != "string"
    assert repr(z.string().optional()) == "<ZString {'type': 'string'} optional>"
    assert not hasattr(z.string(), "transform")


MISUSE: list[tuple[Callable[[], Any], str]] = [
    (lambda: z.strin, "z has no .strin() here: did you mean .string?"),
    (
        lambda: z.date,
        "z has no date here: JSON has no dates: z.iso.date() is a day as text, z.iso.datetime() a moment",
    ),
    (lambda: z.coerce, "z has no coerce here: the SDK converts no value: declare what is sent"),
    (lambda: z.string().emial(), "z.string() has no .emial() here: did you mean .email?"),
    (lambda: z.number().email(), "z.number() has no .email() here: it has what JSON Schema can say"),
    (
        lambda: z.string().trim(),
        "z.string() has no .trim() here: a schema changes no value: trim in a template, {{ input.name.trim() }}",
    ),
    (
        lambda: z.object({}).refine(bool),
        "z.object() has no .refine() here: a check that JSON Schema cannot say belongs in a step's condition",
    ),
    (
        lambda: z.any().transform(str),
        "this schema has no .transform() here: what changes a value belongs in a step",
    ),
    (lambda: z.string().min(-1), ".min(-1) counts: give a whole number of at least 0"),
    (lambda: z.array(z.any()).max(1.5), ".max(1.5) counts: give a whole number of at least 0"),  # type: ignore[arg-type]
    (lambda: z.number().min(float("nan")), ".min(nan) takes a number"),
    (lambda: z.number().max(True), ".max(True) takes a number"),
    (lambda: z.number().multipleOf(0), ".multipleOf(0) takes a number above 0"),
    (lambda: z.string().describe(5), ".describe(5) takes text"),  # type: ignore[arg-type]
    (lambda: z.string().meta({5: "x"}), ".meta() takes a mapping like {'title': 'Plan'}, not {5: 'x'}"),  # type: ignore[dict-item]
    (lambda: z.string().datetime({"precision": 3}), ".datetime() does not know 'precision': leave it out"),
    (lambda: z.string().regex(5), ".regex(5) takes an expression as text: .regex('^[a-z]+$')"),  # type: ignore[arg-type]
    (
        lambda: z.string().regex(re.compile("a", re.IGNORECASE)),
        ".regex('a') has flags, which JSON Schema has no place for: write them out",
    ),
    (
        lambda: z.string().regex("(?=a)"),
        "the pattern '(?=a)' cannot be used: it looks ahead or behind, which can take for ever",
    ),
    (lambda: z.string().includes(5), ".includes(5) takes text"),  # type: ignore[arg-type]
    (
        lambda: z.any().default(float("nan")),
        "the input of .default() cannot be written as JSON: JSON has no number nan; pass plain values, models or dataclasses",
    ),
    (lambda: z.enum("ab"), "z.enum() takes a list of texts, like ['starter', 'professional'], not 'ab'"),
    (lambda: z.enum([]), "z.enum() takes a list of texts, like ['starter', 'professional'], not []"),
    (lambda: z.enum([1]), "z.enum() takes texts, not 1: z.literal([...]) takes other values"),  # type: ignore[list-item]
    (lambda: z.enum(["a"]).exclude(["b"]), ".exclude(['b']) takes a list of its values: a"),
    (lambda: z.literal({}), "z.literal({}) takes a text, number, boolean or null, or a list of them"),
    (
        lambda: z.array(str),  # type: ignore[arg-type]
        "what z.array() holds is <class 'str'>, which is no schema of z: call it: z.string()",
    ),
    (
        lambda: z.array("string"),  # type: ignore[arg-type]
        "what z.array() holds is 'string', which is no schema of z: write z.string(), z.number(), z.object({...}) and the like",
    ),
    (
        lambda: z.object([z.string()]),  # type: ignore[arg-type]
        "z.object() takes a mapping of names to schemas, not [<ZString {'type': 'string'}>]",
    ),
    (lambda: z.object({1: z.string()}), "a property of z.object() is named 1: names are text"),  # type: ignore[dict-item]
    (lambda: z.object({}).merge({}), ".merge() takes a z.object(...), not {}"),  # type: ignore[arg-type]
    (lambda: z.object({}).pick(["a"]), ".pick() takes a mapping like {'email': True}, not ['a']"),  # type: ignore[arg-type]
    (
        lambda: z.object({"email": z.email()}).omit({"emial": True}),
        ".omit() names 'emial', which is no property of the object: did you mean 'email'?",
    ),
    (lambda: z.union([]), "z.union() takes a list of schemas, not []"),
    (lambda: z.tuple("ab"), "z.tuple() takes a list of schemas, not 'ab'"),  # type: ignore[arg-type]
    (
        lambda: z.discriminatedUnion("k", [z.object({})]),
        "an option of z.discriminatedUnion('k') has no z.literal(...) at 'k'",
    ),
]


@pytest.mark.parametrize(("use", "message"), MISUSE)
def test_misuse(use: Callable[[], Any], message: str) -> None:
    """What JSON Schema cannot say, and what nobody can have meant, is refused where it is written, with what to do."""
    with pytest.raises(DefinitionError) as refused:
        use()
    assert str(refused.value) == message
