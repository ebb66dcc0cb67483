"""What a schema says of a value: every fault at once, defaults, bounds; judged beside the jsonschema library."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from dosdk_temporal import InputError, OutputError
from dosdk_temporal._pure.schemas.doors import as_schema
from dosdk_temporal._pure.schemas.raw import check_raw
from dosdk_temporal._pure.schemas.schema import Schema


def _refuse(path: Any, message: str, hint: str | None = None, *, severity: str = "error") -> None:
    raise AssertionError((severity, path, message, hint))


def _schema(written: Any) -> Schema:
    read = as_schema(written, _refuse)
    assert read is not None
    return read


def _raw(schema: dict[str, Any]) -> Schema:
    return Schema(check_raw(schema, _refuse))


FAULTS: list[tuple[dict[str, Any], Any, str]] = [
    ({"type": "string"}, 5, "must be text, not 5"),
    ({"type": "string"}, None, "must be text, not null"),
    ({"type": "number"}, "5", "must be a number, not '5'"),
    ({"type": "number"}, True, "must be a number, not true"),
    ({"type": "integer"}, 1.5, "must be a whole number, not 1.5"),
    ({"type": "boolean"}, 1, "must be true or false, not 1"),
    ({"type": "array"}, {"a": 1}, 'must be a list, not {"a": 1}'),
    ({"type": "object"}, "x" * 80, f"must be a mapping, not '{'x' * 56}..."),
    ({"type": ["string", "number", "null"]}, [], "must be text, a number or null, not []"),
    ({"enum": ["starter", "professional"]}, "gold", "must be one of 'starter', 'professional', not 'gold'"),
    ({"enum": list(range(20))}, 20, "must be one of 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, ... (20 in all), not 20"),
    ({"const": "a"}, "b", "must be 'a', not 'b'"),
    ({"minimum": 3}, 2, "must be at least 3, not 2"),
    ({"maximum": 3}, 4, "must be at most 3, not 4"),
    ({"exclusiveMinimum": 3}, 3, "must be more than 3, not 3"),
    ({"exclusiveMaximum": 3}, 3, "must be less than 3, not 3"),
    ({"multipleOf": 0.1}, 0.35, "must be a multiple of 0.1, not 0.35"),
    ({"minLength": 3}, "ab", "must have at least 3 characters, not 2"),
    ({"maxLength": 1}, "ab", "must have at most 1 characters, not 2"),
    ({"minItems": 1}, [], "must have at least 1 items, not 0"),
    ({"maxItems": 1}, [1, 2], "must have at most 1 items, not 2"),
    ({"maxProperties": 0}, {"a": 1}, "must have at most 0 fields, not 1"),
    ({"uniqueItems": True}, [1, {"a": 1}, {"a": 1.0}], "has the same item twice, at 1 and 2"),
    ({"pattern": "^[a-z]+$"}, "A", "must match '^[a-z]+$', not 'A'"),
    ({"format": "email"}, "ada", "must be an e-mail address like 'ada@example.com', not 'ada'"),
    ({"format": "date"}, "2027-02-30", "must be a date like '2027-01-31', not '2027-02-30'"),
    ({"not": {"const": 1}}, 1, "must not be of this shape"),
    ({"contains": {"const": 1}}, [2], "has no item, or not as many, of the kind it must hold"),
    ({"prefixItems": [{}], "items": False}, [1, 2], "has more items than it may"),
    ({"dependentRequired": {"a": ["b"]}}, {"a": 1}, "has 'a' but no 'b'"),
    ({"propertyNames": {"maxLength": 2}}, {"long": 1}, "the key 'long' does not fit: must have at most 2 characters, not 4"),
    ({"anyOf": [{"type": "string"}, {"type": "array"}]}, 5, "must fit text or a list as declared, not 5"),
    ({"oneOf": [{"const": 1}, {"const": 2}]}, 5, "must fit one of 2 shapes, not 5"),
]  # fmt: skip


@pytest.mark.parametrize(("schema", "value", "message"), FAULTS)
def test_a_fault_in_plain_words(schema: dict[str, Any], value: Any, message: str) -> None:
    """Each fault is a sentence of our own that says what is wanted and what there is."""
    assert _raw(schema).filled(value) == (value, [((), message)])


def test_every_fault_at_once() -> None:
    """An input with several faults is one error that names each field, with the pairs as its problems."""
    schema = _schema({"plan": "starter | pro", "seats": "integer", "owner": {"email": "string"}, "tags": "string[]"})
    with pytest.raises(InputError) as refused:
        schema.check({"plan": "gold", "owner": {}, "tags": ["a", 5], "more": 1}, "the input of workflow 'x'")
    problems = (
        ("plan", "must be one of 'starter', 'pro', not 'gold'"),
        ("owner.email", "is required"),
        ("tags.1", "must be text, not 5"),
        ("seats", "is required"),
    )
    listed = "; ".join(f"{field}: {message}" for field, message in problems)
    assert (refused.value.problems, str(refused.value)) == (
        problems,
        f"the input of workflow 'x' does not fit: {listed}",
    )


def test_an_output_likewise() -> None:
    """What does not fit at the end is an OutputError."""
    with pytest.raises(OutputError) as refused:
        _schema({"a": "string"}).check(5, "the output of workflow 'x'", OutputError)
    assert (str(refused.value), refused.value.problems) == (
        "the output of workflow 'x' does not fit: value: must be a mapping, not 5",
        (("value", "must be a mapping, not 5"),),
    )


SHAPES = {
    "anyOf": [
        {"type": "null"},
        {"type": "object", "properties": {"kind": {"const": "card"}, "number": {"type": "string"}}, "required": ["number"]},
        {"type": "object", "properties": {"kind": {"const": "bank"}, "iban": {"type": "string"}}, "required": ["iban"]},
    ]
}  # fmt: skip


@pytest.mark.parametrize(
    ("value", "faults"),
    [
        (None, []),
        ({"kind": "card", "number": "1"}, []),
        ({"kind": "card"}, [(("number",), "is required")]),
        ({"kind": "bank", "iban": 5}, [(("iban",), "must be text, not 5")]),
        ({}, [((), "must fit null or a mapping as declared, not {}")]),
    ],
)
def test_the_shape_that_was_meant(value: Any, faults: list[Any]) -> None:
    """Of several shapes the faults of the one that is plainly meant are told, by type or by the literal that tells them apart."""
    assert _raw(SHAPES).filled(value) == (value, faults)


def test_unknown_keys() -> None:
    """Keys that are not declared are kept, and refused by name where the object is closed."""
    schema: dict[str, Any] = {"type": "object", "properties": {"a": {"type": "string"}}}
    assert _raw(schema).check({"a": "x", "b": 1}, "it") == {"a": "x", "b": 1}
    assert _raw({**schema, "additionalProperties": False}).filled({"a": "x", "b": 1, "c": 2})[1] == [
        (("b",), "is not a field of it"),
        (("c",), "is not a field of it"),
    ]


DEFAULTS: list[tuple[dict[str, Any], Any, Any]] = [
    ({"properties": {"a": {"default": 1}}}, {}, {"a": 1}),
    ({"properties": {"a": {"default": 1}}}, {"a": None}, {"a": None}),
    ({"properties": {"a": {"default": 1}}}, [], []),
    ({"properties": {"o": {"default": {}, "properties": {"x": {"default": []}}}}}, {}, {"o": {"x": []}}),
    ({"properties": {"o": {"properties": {"x": {"default": 2}}}}}, {}, {}),
    ({"items": {"properties": {"x": {"default": 2}}}}, [{}, {"x": 1}], [{"x": 2}, {"x": 1}]),
    ({"prefixItems": [{}], "items": {"properties": {"x": {"default": 2}}}}, [{}, {}], [{}, {"x": 2}]),
    ({"additionalProperties": {"properties": {"x": {"default": 2}}}}, {"k": {}}, {"k": {"x": 2}}),
    ({"$ref": "#/$defs/a", "$defs": {"a": {"properties": {"x": {"default": 2}}}}}, {}, {"x": 2}),
    ({"allOf": [{"properties": {"x": {"default": 2}}}, {"properties": {"y": {"default": 3}}}]}, {}, {"x": 2, "y": 3}),
    (
        {
            "anyOf": [
                {"properties": {"k": {"const": "a"}, "x": {"default": 2}}},
                {"properties": {"k": {"const": "b"}, "y": {"default": 3}}},
            ]
        },
        {"k": "b"},
        {"k": "b", "y": 3},
    ),
    ({"properties": {"kids": {"items": {"$ref": "#"}}, "n": {"default": 0}}}, {"kids": [{}]}, {"kids": [{"n": 0}], "n": 0}),
    ({"properties": {"default": {"type": "integer", "default": 4}}}, {}, {"default": 4}),
]  # fmt: skip


@pytest.mark.parametrize(("schema", "value", "filled"), DEFAULTS)
def test_defaults(schema: dict[str, Any], value: Any, filled: Any) -> None:
    """What is left out is filled in, at every depth; what is given, null too, stands; the caller's value is never changed."""
    given_value, given_schema = copy.deepcopy(value), copy.deepcopy(schema)
    read = _raw(schema)
    first = read.check(value, "it")
    assert first == filled
    if isinstance(first, dict):
        first.clear()
    assert (read.check(value, "it"), value, schema) == (filled, given_value, given_schema)


def test_work_is_bounded() -> None:
    """A schema that doubles at each of sixty levels, and a value ten thousand levels deep, are one fault each."""
    doubling: dict[str, Any] = {f"a{i}": {"allOf": [{"$ref": f"#/$defs/a{i + 1}"}] * 2} for i in range(60)}
    much = _raw({"$ref": "#/$defs/a0", "$defs": {**doubling, "a60": {"type": "string"}}})
    deep: Any = {}
    for _ in range(10_000):
        deep = {"kids": [deep]}
    assert much.filled(5)[1] == [
        ((), "asks for more work than a check may take: make it smaller, or its schema simpler")
    ]
    assert _raw({"properties": {"kids": {"items": {"$ref": "#"}}}}).filled(deep)[1] == [
        ((), "is nested too deeply to be checked")
    ]


def test_faults_are_bounded() -> None:
    """Of a value with a thousand faults fifty are told."""
    assert len(_raw({"items": {"type": "string"}}).filled(list(range(1000)))[1]) == 50


_LEAVES = st.sampled_from([None, True, False, 0, 1, -2, 1.0, 1.5, "", "a", "ab", "abc", "2027-01-31", "a@b.cd"])
_VALUES = st.recursive(
    _LEAVES, lambda below: st.lists(below, max_size=3) | st.dictionaries(st.sampled_from("abc"), below, max_size=3)
)
_KEYWORDS = st.fixed_dictionaries(
    {},
    optional={
        "type": st.sampled_from(
            ["string", "number", "integer", "boolean", "array", "object", "null", ["string", "null"]]
        ),
        "enum": st.lists(_LEAVES, min_size=1, max_size=3),
        "const": _LEAVES,
        "minimum": st.integers(-2, 2),
        "exclusiveMaximum": st.integers(-2, 2),
        "multipleOf": st.sampled_from([1, 2, 0.5]),
        "minLength": st.integers(0, 3),
        "maxLength": st.integers(0, 3),
        "pattern": st.sampled_from(["^a", "b$", "^[a-b]*$", "."]),
        "minItems": st.integers(0, 2),
        "maxProperties": st.integers(0, 2),
        "uniqueItems": st.booleans(),
        "required": st.lists(st.sampled_from("abc"), unique=True, max_size=2),
    },
)


def _larger(below: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    named = st.dictionaries(st.sampled_from("abc"), below, max_size=2)
    several = st.lists(below, min_size=1, max_size=3)
    larger = st.fixed_dictionaries(
        {},
        optional={
            "properties": named,
            "patternProperties": st.dictionaries(st.sampled_from(["^a", "b|c"]), below, max_size=2),
            "additionalProperties": below,
            "propertyNames": below,
            "items": below,
            "prefixItems": several,
            "contains": below,
            "allOf": several,
            "anyOf": several,
            "oneOf": several,
            "not": below,
            "if": below,
            "then": below,
            "else": below,
        },
    )
    return st.builds(lambda one, other: {**one, **other}, larger, _KEYWORDS) | st.booleans()


@settings(max_examples=200)
@given(st.recursive(_KEYWORDS, _larger, max_leaves=8), _VALUES)
def test_the_library_agrees(schema: Any, value: Any) -> None:
    """What fits is what the jsonschema library says fits, for any schema and value."""
    schema = schema if isinstance(schema, dict) else {"allOf": [schema]}
    assert (not _raw(schema).filled(value)[1]) == Draft202012Validator(schema).is_valid(value)


@given(_VALUES, st.recursive(_KEYWORDS, _larger, max_leaves=8))
def test_any_value_as_a_schema(value: Any, schema: Any) -> None:
    """Whatever stands for a schema gives one or is told, and never changes what was given."""
    for written in (value, {"$schema": "https://json-schema.org/draft/2020-12/schema", "properties": value}, schema):
        before = json.dumps(written)
        told: list[str] = []

        def report(
            path: Any, message: str, hint: str | None = None, *, severity: str = "error", told: Any = told
        ) -> None:
            del path, hint
            told.append(f"{severity}: {message}")

        read = as_schema(written, report)
        assert (read is None) == any(line.startswith("error") for line in told)
        assert json.dumps(written) == before
