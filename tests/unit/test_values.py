"""Values as plain JSON, and back."""

from __future__ import annotations

import dataclasses
import enum
import json
import math
import typing
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, NotRequired
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from dosdk_temporal import DefinitionError, InputError, OutputError, PayloadTooLargeError
from dosdk_temporal._pure.values import MAX_BYTES, adapter_for, decode, encode_input, encode_output, plain

ADVICE = "; pass plain values, models or dataclasses"
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


class Colour(enum.Enum):
    """An enumeration by value."""

    RED = "red"


class Order(BaseModel):
    """A model."""

    id: int
    note: str = ""


@dataclasses.dataclass
class Line:
    """A dataclass."""

    sku: str
    count: int = 1


class Address(typing.TypedDict):
    """A mapping with a key that may be missing."""

    city: str
    zip: NotRequired[str]


class Customer(typing.TypedDict, total=False):
    """A mapping with mappings in it, and one key that must be there."""

    name: typing.Required[str]
    home: Address
    others: list[Address] | None


class Odd:
    """What JSON cannot say, and cannot even be shown."""

    def __repr__(self) -> str:
        raise RuntimeError("it cannot even be shown")


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (None, b"null"),
        ({"a": [1, 2.5, True, "é"]}, '{"a":[1,2.5,true,"é"]}'.encode()),
        (Order(id=1), b'{"id":1,"note":""}'),
        (Line("x"), b'{"sku":"x","count":1}'),
        ({"lines": (Line("x"),)}, b'{"lines":[{"sku":"x","count":1}]}'),
        ({1}, b"[1]"),
        (datetime(2027, 1, 2, tzinfo=UTC), b'"2027-01-02T00:00:00Z"'),
        (date(2027, 1, 2), b'"2027-01-02"'),
        (timedelta(hours=1), b'"PT1H"'),
        (UUID(int=1), b'"00000000-0000-0000-0000-000000000001"'),
        (Decimal("1.10"), b'"1.10"'),
        (Colour.RED, b'"red"'),
        (Path("a/b"), b'"a/b"'),
        (10**40, str(10**40).encode()),
        ("NaN and Infinity", b'"NaN and Infinity"'),
    ],
)
def test_what_can_be_written(value: Any, written: bytes) -> None:
    """Plain values, models, dataclasses, dates and the like are JSON."""
    assert encode_input(value, "action 'x'") == written


def _holding_itself() -> dict[str, Any]:
    value: dict[str, Any] = {}
    value["me"] = [value]
    return value


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (object(), ": a value of type object"),
        (Odd(), ": a value of type Odd"),
        ({"a": [1, {"b": len}]}, " at a[1].b: a value of type builtin_function_or_method"),
        ({"order": Order}, " at order: a value of type ModelMetaclass"),
        ([1, range(3)], " at [1]: a value of type range"),
        ({"a": {object(): 1}}, " at a: a key of it is no text"),
        (float("nan"), ": JSON has no number nan"),
        ({"rate": [1.0, -math.inf]}, " at rate[1]: JSON has no number -inf"),
        ({"raw": b"\xff"}, " at raw: the bytes are no UTF-8 text, as base64 they would be"),
        ({"text": "\ud800"}, " at text: the text has characters that UTF-8 has not"),
        ({"a\ud800": 1}, ": a key of it has characters that UTF-8 has not"),
        ([10**4300], " at [0]: a number has at most 4,300 digits"),
        ({"n": [-(10**5000)]}, " at n[0]: a number has at most 4,300 digits"),
        ({10**5000: 1}, ": a key of it is no text"),
        (_holding_itself(), " at me: it holds itself, or is nested too deeply"),
        ({"failure": ValueError("x")}, " at failure: a value of type ValueError"),
    ],
)
def test_what_cannot_be_written(value: Any, reason: str) -> None:
    """The first value that JSON cannot say is told with its place, as input and as result."""
    with pytest.raises(InputError) as as_input:
        encode_input(value, "action 'x'")
    with pytest.raises(OutputError) as as_output:
        encode_output(value, "action 'x'")
    assert str(as_input.value) == f"the input of action 'x' cannot be written as JSON{reason}{ADVICE}"
    assert str(as_output.value) == f"the result of action 'x' cannot be written as JSON{reason}{ADVICE}"


def test_too_deep() -> None:
    """What is nested beyond all measure is refused, not a RecursionError."""
    value: list[Any] = []
    for _ in range(100_000):
        value = [value]
    with pytest.raises(InputError, match="it holds itself, or is nested too deeply"):
        encode_input(value, "action 'x'")


def test_size() -> None:
    """The largest value is carried; one byte more is refused with both sizes and what to do."""
    assert len(encode_input("x" * (MAX_BYTES - 2), "action 'x'")) == MAX_BYTES
    with pytest.raises(PayloadTooLargeError) as refused:
        encode_output("x" * (MAX_BYTES - 1), "action 'x'")
    assert str(refused.value) == (
        "the result of action 'x' is 2,080,769 bytes of JSON, at most 2,080,768 are carried: "
        "store it elsewhere and pass its address"
    )


@pytest.mark.parametrize(
    ("data", "annotation", "value"),
    [
        (b"", Any, None),
        (b"null", Any, None),
        (b"null", None, None),
        (b'{"id":"1"}', Order, Order(id=1)),
        (b'{"sku":"x"}', Line, Line("x")),
        (b'[{"sku":"x"}]', list[Line], [Line("x")]),
        (b'"2027-01-02T00:00:00Z"', datetime, datetime(2027, 1, 2, tzinfo=UTC)),
        (b"[1,2,2]", set[int], {1, 2}),
        (b"7", Annotated[int, {}], 7),
        (b'{"city":"Ulm"}', Address, {"city": "Ulm"}),
        (b'{"name":"A","home":{"city":"Ulm","zip":"1"}}', Customer, {"name": "A", "home": {"city": "Ulm", "zip": "1"}}),
        (b'{"a":{"city":"Ulm"}}', dict[str, Address], {"a": {"city": "Ulm"}}),
        (b'{"name":"A","others":null}', Customer | int, {"name": "A", "others": None}),
    ],
)
def test_what_is_read(data: bytes, annotation: Any, value: Any) -> None:
    """JSON is read as the annotated type; TypedDicts are those of Python's own typing too."""
    assert decode(data, annotation, "action 'x'") == value


@pytest.mark.parametrize(
    ("data", "annotation", "message"),
    [
        (b"{", Any, "the result of action 'x' is not JSON: EOF while parsing an object at line 1 column 1"),
        (
            b'{"id":null}',
            Order,
            "the result of action 'x' does not fit its annotation Order: id: Input should be a valid integer",
        ),
        (
            b"[]",
            Order,
            "the result of action 'x' does not fit its annotation Order: value: Input should be an object",
        ),
        (
            b'{"home":{}}',
            Customer,
            "the result of action 'x' does not fit its annotation Customer: name: Field required; home.city: Field required",
        ),
    ],
)
def test_what_does_not_fit(data: bytes, annotation: Any, message: str) -> None:
    """A result that does not fit is told with every fault and its path."""
    with pytest.raises(OutputError) as refused:
        decode(data, annotation, "action 'x'")
    assert str(refused.value) == message


@pytest.mark.parametrize(
    ("annotation", "reason"),
    [
        (Odd, f"Unable to generate pydantic-core schema for {Odd!r}"),
        (list[Odd], f"Unable to generate pydantic-core schema for {Odd!r}"),
        ("Nowhere", "'Nowhere' names what is not defined"),
    ],
)
def test_what_is_no_type(annotation: Any, reason: str) -> None:
    """A type that nothing can be checked against is the definition's fault, and named."""
    with pytest.raises(DefinitionError) as refused:
        adapter_for(annotation, "action 'x'")
    assert str(refused.value) == (
        f"a type that action 'x' declares cannot be validated: {reason}; use plain types, models or dataclasses"
    )


def test_a_validator_is_built_once() -> None:
    """The same type gives the same validator."""
    assert adapter_for(list[Order]) is adapter_for(list[Order])


@given(JSON)
def test_plain_values_come_back(value: Any) -> None:
    """What is JSON comes back equal, is JSON to anybody, and shares nothing with what was given."""
    data = encode_input(value, "it")
    copy = plain(value, "it")
    assert copy == value
    assert json.loads(data) == value
    assert copy is not value or not isinstance(value, list | dict)


@given(st.builds(Order, id=st.integers(), note=st.text()), st.builds(Line, st.text(), st.integers()))
def test_models_come_back(order: Order, line: Line) -> None:
    """A model or dataclass comes back equal by its annotation."""
    assert decode(encode_output(order, "it"), Order, "it") == order
    assert decode(encode_output([line], "it"), list[Line], "it") == [line]
