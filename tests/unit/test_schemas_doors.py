"""What people write for a schema, and the one form that it is brought to."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from pydantic import BaseModel

from dosdk_temporal import z
from dosdk_temporal._pure.schemas.doors import as_schema
from dosdk_temporal._pure.schemas.schema import Schema


class Order(BaseModel):
    """A model with a default and a decimal."""

    sku: str
    price: Decimal | None = None


class Odd(BaseModel):
    """A model that JSON Schema has no words for."""

    call: type


def _read(value: Any) -> tuple[Schema | None, list[tuple[Any, ...]]]:
    told: list[tuple[Any, ...]] = []

    def report(path: Any, message: str, hint: str | None = None, *, severity: str = "error") -> None:
        told.append((severity, path, message, hint))

    return as_schema(value, report), told


TEXT, NUMBER = {"type": "string"}, {"type": "number"}
SHORT: list[tuple[Any, Any, bool]] = [
    ("string", TEXT, True),
    ("number", NUMBER, True),
    ("integer", {"type": "integer"}, True),
    ("boolean", {"type": "boolean"}, True),
    ("object", {"type": "object"}, True),
    ("null", {"type": "null"}, True),
    ("any", {}, True),
    ("string?", TEXT, False),
    (" string ? ", TEXT, False),
    ("string[]", {"type": "array", "items": TEXT}, True),
    ("string[][]?", {"type": "array", "items": {"type": "array", "items": TEXT}}, False),
    ("starter | professional", {"type": "string", "enum": ["starter", "professional"]}, True),
    ("starter|professional?", {"type": "string", "enum": ["starter", "professional"]}, False),
    (
        "in_progress | needs-assistance | v1.5",
        {"type": "string", "enum": ["in_progress", "needs-assistance", "v1.5"]},
        True,
    ),
    ("'in progress' | \"done\"", {"type": "string", "enum": ["in progress", "done"]}, True),
    ("'starter'", {"type": "string", "const": "starter"}, True),
    ("1 | 2.5", {"type": "number", "enum": [1, 2.5]}, True),
    ("'a' | 1", {"enum": ["a", 1]}, True),
    ("string | null", {"type": ["string", "null"]}, True),
    ("number | string[]", {"anyOf": [NUMBER, {"type": "array", "items": TEXT}]}, True),
    ("'auto' | number", {"anyOf": [{"type": "string", "const": "auto"}, NUMBER]}, True),
    ("(small | large)[]", {"type": "array", "items": {"type": "string", "enum": ["small", "large"]}}, True),
    ("Array<number>", {"type": "array", "items": NUMBER}, True),
    (
        "Record<string, number[]>",
        {
            "type": "object",
            "propertyNames": TEXT,
            "additionalProperties": {"type": "array", "items": NUMBER},
        },
        True,
    ),
    ({"type": "string"}, TEXT, True),
    ({"type": "string", "required": False}, TEXT, False),
    ({"type": "string?", "required": True}, TEXT, True),
    ({"type": "a | b", "default": "a"}, {"type": "string", "enum": ["a", "b"], "default": "a"}, False),
    (
        {"type": "string", "format": "email", "description": "who"},
        {**TEXT, "format": "email", "description": "who"},
        True,
    ),
    ({"type": "array", "items": {"type": "string"}}, {"type": "array", "items": TEXT}, True),
    ({"type": ["string", "null"]}, {"type": ["string", "null"]}, True),
    (
        {"type": "object", "properties": {"a": {"type": "string"}}, "required": ["a"]},
        {"type": "object", "properties": {"a": TEXT}, "required": ["a"]},
        True,
    ),
    ({"enum": [1, None]}, {"enum": [1, None]}, True),
    (
        {"street": "string", "zip": "string?"},
        {"type": "object", "properties": {"street": TEXT, "zip": TEXT}, "required": ["street"]},
        True,
    ),
    (
        {"title": "string", "format": "string"},
        {"type": "object", "properties": {"title": TEXT, "format": TEXT}, "required": ["format", "title"]},
        True,
    ),
    (z.int().min(1).optional(), {"type": "integer", "minimum": 1, "maximum": 9007199254740991}, False),
]


@pytest.mark.parametrize(("written", "schema", "required"), SHORT)
def test_a_property(written: Any, schema: Any, required: bool) -> None:
    """A property's type is a few letters, a mapping, or a schema of z; ``?``, ``required`` and a default say if it is needed."""
    read, told = _read({"x": written})
    expected = {"type": "object", "properties": {"x": schema}, **({"required": ["x"]} if required else {})}
    assert (read, told) == (Schema(expected), [])


def test_the_doors_lead_to_one_form() -> None:
    """The documented input is the same schema through z, shorthand and JSON Schema."""
    by_z = z.object(
        {
            "customerId": z.string(),
            "plan": z.enum(["starter", "professional", "enterprise"]),
            "tags": z.array(z.string()).optional(),
            "seats": z.record(z.string(), z.number()).nullish(),
        }
    )
    short = {
        "tags": "string[]?",
        "seats": "Record<string, number> | null?",
        "plan": "starter | professional | enterprise",
        "customerId": "string",
    }
    raw = {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": "x", **by_z.json_schema()}
    assert _read(by_z) == _read(short) == _read(raw)
    assert _read(by_z)[1] == []


def test_a_list_of_names() -> None:
    """A list of names declares mappings that have them all, with any values."""
    read, told = _read(["userName", "userEmail"])
    properties: dict[str, Any] = {"userName": {}, "userEmail": {}}
    assert (read, told) == (
        Schema({"type": "object", "properties": properties, "required": ["userEmail", "userName"]}),
        [],
    )


def test_a_model() -> None:
    """A pydantic model is its JSON Schema, decimals without the lookahead that pydantic gives them."""
    read, told = _read(Order)
    assert told == []
    assert read is not None
    assert read.check({"sku": "a", "price": "1.50"}, "it") == {"sku": "a", "price": "1.50"}
    assert read.check({"sku": "a"}, "it") == {"sku": "a", "price": None}
    assert [path for path, _ in read.filled({"price": "1.5.0"})[1]] == [("price",), ("sku",)]


SCHEMA = "https://json-schema.org/draft/2020-12/schema"
TYPES = "the types are string, number, integer, boolean, object, null, any, string[], Record<string, number>"
SHAPE = "write names and types, {plan: 'starter | professional', note: 'string?'}, or JSON Schema"
BLANKS = "texts with blanks or signs are quoted: 'in progress' | done"
REFUSED: list[tuple[Any, tuple[Any, ...], str, str | None]] = [
    (5, (), "this is 5, not a schema", SHAPE),
    (None, (), "this is None, not a schema", SHAPE),
    ("string", (), "this is 'string', not a schema", SHAPE),
    (["a", "a"], (1,), "'a' is named twice", None),
    (["a", 5], (1,), "this is 5, not a name", "a list declares names: [userName, userEmail]"),
    ({"a": "strng"}, ("a",), "there is no type 'strng'", "did you mean 'string'?"),
    ({"a": "int"}, ("a",), "there is no type 'int'", "did you mean 'integer'?"),
    ({"a": "012"}, ("a",), "'012' is no type: '012' cannot be read",
     "texts with blanks or signs are quoted: 'in progress' | done"),
    ({"a": "bool[]"}, ("a",), "there is no type 'bool'", "did you mean 'boolean'?"),
    ({"a": "starter"}, ("a",), "there is no type 'starter'", f"{TYPES}; one allowed text is written \"'starter'\""),
    ({"a": {"type": "strng"}}, ("a", "type"), "there is no type 'strng'", "did you mean 'string'?"),
    ({"a": "string | auto"}, ("a",), "'auto' in 'string | auto' is no type", "a text that is allowed is quoted here: 'auto'"),
    ({"a": "in progress | done"}, ("a",), "'in progress | done' is no type: a blank separates 'in' from what follows", BLANKS),
    ({"a": "a & b"}, ("a",), "'a & b' is no type: '& b' cannot be read", BLANKS),
    ({"a": ""}, ("a",), "'' ends where a type is missing", None),
    ({"a": "a |"}, ("a",), "'a |' ends where a type is missing", None),
    ({"a": "| a"}, ("a",), "'| a' is no type: a type is missing before '|'", None),
    ({"a": "(string"}, ("a",), "'(string' is no type: ')' is missing", None),
    ({"a": "Record<number, string>"}, ("a",), "the keys of a Record in 'Record<number, string>' are text",
     "write Record<string, ...>"),
    ({"a": "string? | null"}, ("a",), "'string? | null' is no type: '|' does not belong there",
     "? stands at the end, and says that the whole may be left out"),
    ({"a": "(" * 30 + "a"}, ("a",), "this type is nested too deeply", None),
    ({"a": "a" * 3000}, ("a",), "this type has 3,000 characters, at most 2,000 are read", None),
    ({"a": 5}, ("a",), "a property is declared by its type, not by 5",
     "write string, 'string[]', 'starter | professional' or {type: string, ...}"),
    ({"a": {"type": "string", "required": "yes"}}, ("a", "required"), "required is 'yes', not true or false", None),
    ({"a": {"type": "string", "default": 5}}, ("properties", "a", "default"),
     "this default does not fit: must be text, not 5", None),
    ({"a": {"type": "string", "minLength": "x"}}, ("properties", "a", "minLength"),
     "minLength is 'x', not a whole number of at least 0", None),
    ({"$schema": "http://json-schema.org/draft-07/schema#"}, ("$schema",),
     "'http://json-schema.org/draft-07/schema#' is another dialect than JSON Schema 2020-12", "leave $schema out"),
    ({"$schema": SCHEMA, "type": "strng"}, ("type",),
     "type is 'strng', not one of string, number, integer, boolean, array, object, null, or a list of them", None),
    ({"$schema": SCHEMA, "items": 5}, ("items",), "items is 5, not a schema: a mapping, true or false", None),
    ({"$schema": SCHEMA, "anyOf": [5]}, ("anyOf", 0), "this is 5, not a schema: a mapping, true or false", None),
    ({"$schema": SCHEMA, "required": "a"}, ("required",), "required is 'a', not a list of names", None),
    ({"$schema": SCHEMA, "pattern": "(a)\\1"}, ("pattern",),
     "the pattern '(a)\\\\1' cannot be used: it refers back to a group, which can take for ever", None),
    ({"$schema": SCHEMA, "patternProperties": {"(": {}}}, ("patternProperties", "("),
     "the pattern '(' cannot be used: a ( is not closed", None),
    ({"$ref": "https://example.com/order"}, ("$ref",),
     "$ref 'https://example.com/order' leads out of the schema: nothing is fetched",
     "put the schema under $defs and refer to it with '#/$defs/...'"),
    ({"$ref": "order.json#/$defs/a"}, ("$ref",), "$ref 'order.json#/$defs/a' leads out of the schema: nothing is fetched",
     "put the schema under $defs and refer to it with '#/$defs/...'"),
    ({"$ref": "#order"}, ("$ref",), "$ref '#order' names an anchor: only paths like '#/$defs/address' are followed",
     "put the schema under $defs and refer to it with '#/$defs/...'"),
    ({"$ref": "#/$defs/a"}, ("$ref",), "$ref points to '#/$defs/a', where no schema is", None),
    ({"$ref": "#"}, ("$ref",), "$ref '#' leads back to itself without going into the value", None),
    ({"$schema": SCHEMA, "allOf": [{"$ref": "#"}]}, ("allOf", 0, "$ref"),
     "$ref '#' leads back to itself without going into the value", None),
    ({"$schema": SCHEMA, "properties": {"a": {"$id": "b"}}}, ("properties", "a", "$id"), "$id is not supported here",
     "put shared parts under $defs"),
    ({"$schema": SCHEMA, "unevaluatedProperties": False}, ("unevaluatedProperties",),
     "unevaluatedProperties is not supported here",
     "write additionalProperties beside the properties"),
]  # fmt: skip


@pytest.mark.parametrize(("written", "path", "message", "hint"), REFUSED)
def test_what_is_no_schema(written: Any, path: tuple[Any, ...], message: str, hint: str | None) -> None:
    """What is no schema is told with its place and what to do, and gives none."""
    assert _read(written) == (None, [("error", path, message, hint)])


def test_every_fault_is_told() -> None:
    """All faults of a schema are told at once."""
    read, told = _read({"$schema": SCHEMA, "minLength": -1, "properties": {"a": {"type": 5}, "b": {"$ref": "x"}}})
    assert (read, [path for _, path, _, _ in told]) == (
        None,
        [("minLength",), ("properties", "a", "type"), ("properties", "b", "$ref")],
    )


@pytest.mark.parametrize(
    ("written", "warning"),
    [
        (
            {"$schema": SCHEMA, "requird": ["a"]},
            (("requird",), "JSON Schema has no keyword 'requird': it says nothing", "did you mean 'required'?"),
        ),
        ({"$schema": SCHEMA, "x-ours": 1}, None),
        (
            {"a": {"type": "string", "minLenght": "integer"}},
            (("a", "minLenght"), "'minLenght' beside a type is read as one more property", "did you mean 'minLength'?"),
        ),
    ],
)
def test_a_slip_is_a_warning(written: Any, warning: tuple[Any, ...] | None) -> None:
    """A keyword that says nothing is a warning, with the one that may be meant; ``x-`` is nobody's business."""
    read, told = _read(written)
    assert (read is not None, told) == (True, [("warning", *warning)] if warning else [])


def test_a_model_without_words() -> None:
    """A model that JSON Schema has no words for is told."""
    read, told = _read(Odd)
    assert (read, [(path, message[:45]) for _, path, message, _ in told]) == (
        None,
        [((), f"{Odd!r} has no JSON Schema: "[:45])],
    )
