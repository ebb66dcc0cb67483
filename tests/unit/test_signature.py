"""What a handler takes and gives, read from its signature."""

from __future__ import annotations

import functools
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal, TypedDict

import pytest
from pydantic import BaseModel, Field

from dosdk_temporal import ActionContext, DefinitionError, InputError
from dosdk_temporal._pure.signature import HandlerSignature


class Order(BaseModel):
    """A model that passes over what it does not know."""

    id: int
    note: str = "none"


class Strict(BaseModel, extra="forbid"):
    """A model that refuses what it does not know."""

    id: int


@dataclass
class Line:
    """A dataclass."""

    sku: str
    count: int = 1


class Address(TypedDict):
    """A mapping."""

    city: str


class NoType:
    """A class that JSON says nothing about."""


def named(order_id: str, amount: int = 1) -> None: ...
def nothing() -> None: ...
def context_only(context: ActionContext) -> None: ...
def with_context(order_id: str, context: ActionContext) -> None: ...
def model(order: Order) -> None: ...
def model_with_context(order: Order, context: ActionContext) -> None: ...
def strict(order: Strict) -> None: ...
def marked_model(order: Annotated[Order, "the customer's"]) -> None: ...
def data_class(line: Line) -> None: ...
def typed_dict(address: Address) -> None: ...
def mapping(anything: Mapping[str, int]) -> None: ...
def by_name(inputs) -> None: ...  # type: ignore[no-untyped-def] # noqa: ANN001
def number_by_name(data: int) -> None: ...
def two_objects(input: Order, line: Line) -> None: ...  # noqa: A002
def more(order_id: str, **rest: Any) -> None: ...
def anything(**fields: Any) -> None: ...
def constrained(amount: Annotated[int, Field(ge=1)], kind: Literal["card", "cash"] = "card") -> None: ...
def nested(address: Address, lines: list[Line]) -> None: ...
def like_methods(copy: int, keys: int, model_config: int) -> None: ...


class Sender:
    """Handlers as methods and as objects."""

    def send(self, to: str) -> None:
        """A method."""

    async def __call__(self, to: str) -> None:
        """An object that can be called."""


def _signature(handler: Any) -> HandlerSignature:
    return HandlerSignature(handler, "action 'x'")


@pytest.mark.parametrize(
    ("handler", "data", "arguments"),
    [
        (named, b'{"order_id": "o", "amount": 2}', {"order_id": "o", "amount": 2}),
        (named, b'{"order_id": "o"}', {"order_id": "o"}),
        (named, b'{"order_id": "o", "amount": "2"}', {"order_id": "o", "amount": 2}),
        (nothing, b"", {}),
        (nothing, b"null", {}),
        (context_only, b"{}", {}),
        (with_context, b'{"order_id": "o"}', {"order_id": "o"}),
        (model, b'{"id": 1, "later": 2}', {"order": Order(id=1)}),
        (model_with_context, b'{"id": 1}', {"order": Order(id=1)}),
        (marked_model, b'{"id": 1}', {"order": Order(id=1)}),
        (data_class, b'{"sku": "s"}', {"line": Line("s")}),
        (typed_dict, b'{"city": "Ulm"}', {"address": {"city": "Ulm"}}),
        (mapping, b'{"a": 1}', {"anything": {"a": 1}}),
        (by_name, b'{"a": [1]}', {"inputs": {"a": [1]}}),
        (by_name, b"", {"inputs": {}}),
        (number_by_name, b"5", {"data": 5}),
        (two_objects, b'{"input": {"id": 1}, "line": {"sku": "s"}}', {"input": Order(id=1), "line": Line("s")}),
        (more, b'{"order_id": "o", "b": 1}', {"order_id": "o", "b": 1}),
        (anything, b'{"a": 1, "b": null}', {"a": 1, "b": None}),
        (constrained, b'{"amount": 1}', {"amount": 1}),
        (
            nested,
            b'{"address": {"city": "Ulm"}, "lines": [{"sku": "s"}]}',
            {"address": {"city": "Ulm"}, "lines": [Line("s")]},
        ),
        (like_methods, b'{"copy": 1, "keys": 2, "model_config": 3}', {"copy": 1, "keys": 2, "model_config": 3}),
        (functools.partial(named, amount=3), b'{"order_id": "o"}', {"order_id": "o"}),
        (Sender().send, b'{"to": "a"}', {"to": "a"}),
        (Sender(), b'{"to": "a"}', {"to": "a"}),
    ],
)
def test_inputs_that_fit(handler: Any, data: bytes, arguments: dict[str, Any]) -> None:
    """Fields by name, or one object for a sole parameter that takes one; what is left out keeps its default."""
    assert _signature(handler).validate(data) == arguments


@pytest.mark.parametrize(
    ("handler", "data", "problems"),
    [
        (named, b"", [("order_id", "is required")]),
        (
            named,
            b'{"amount": "x", "amuont": 1}',
            [
                ("order_id", "is required"),
                ("amount", "input should be a valid integer, unable to parse string as an integer, not 'x'"),
                ("amuont", "is not a field of it"),
            ],
        ),
        (named, b'{"order_id": null}', [("order_id", "input should be a valid string, not None")]),
        (named, b"[1]", [("input", "input should be an object, not [1]")]),
        (nothing, b'{"a": 1}', [("a", "is not a field of it")]),
        (context_only, b'{"context": 1}', [("context", "is not a field of it")]),
        (model, b'{"order": {"id": 1}}', [("id", "is required")]),
        (strict, b'{"id": 1, "x": 2}', [("x", "is not a field of it")]),
        (
            data_class,
            b'{"sku": "s", "count": 1.5}',
            [("count", "input should be a valid integer, got a number with a fractional part, not 1.5")],
        ),
        (
            mapping,
            b'{"a": "x"}',
            [("a", "input should be a valid integer, unable to parse string as an integer, not 'x'")],
        ),
        (by_name, b"5", [("input", "input should be an object, not 5")]),
        (
            constrained,
            b'{"amount": 0, "kind": "bank"}',
            [
                ("amount", "input should be greater than or equal to 1, not 0"),
                ("kind", "input should be 'card' or 'cash', not 'bank'"),
            ],
        ),
        (nested, b'{"address": {}, "lines": [{}]}', [("address.city", "is required"), ("lines.0.sku", "is required")]),
        (
            by_name,
            b'"' + b"x" * 100 + b'"',
            [("input", f"input should be an object, not '{'x' * 56}...")],
        ),
    ],
)
def test_inputs_that_do_not_fit(handler: Any, data: bytes, problems: list[tuple[str, str]]) -> None:
    """Every fault is told at once, each with its field; the message says the same."""
    with pytest.raises(InputError) as refused:
        _signature(handler).validate(data)
    listed = "; ".join(f"{field}: {message}" for field, message in problems)
    assert refused.value.problems == tuple(problems)
    assert str(refused.value) == f"the input of action 'x' does not fit: {listed}"


def _positional(order_id: str, /) -> None: ...
def _starred(*orders: str) -> None: ...
def _yields() -> Iterator[int]:
    yield 1


async def _yields_async() -> AsyncIterator[int]:
    yield 1


def _unknown(order: Nowhere) -> None: ...  # type: ignore[name-defined] # noqa: F821
def _no_type(order: NoType) -> None: ...
def _no_result() -> NoType: ...  # type: ignore[empty-body]


NO_TYPE = (
    "a type that action 'x' declares cannot be validated: "
    f"Unable to generate pydantic-core schema for {NoType!r}; use plain types, models or dataclasses"
)
NAMED = "but inputs have names: take named fields, or one object called 'inputs'"


@pytest.mark.parametrize(
    ("handler", "message"),
    [
        (None, "the handler of action 'x' is None: give a function"),
        ("charge", "the handler of action 'x' is 'charge': give a function"),
        (_positional, f"the handler of action 'x' takes 'order_id' as positional-only, {NAMED}"),
        (_starred, f"the handler of action 'x' takes 'orders' as a * parameter, {NAMED}"),
        (_yields, "the handler of action 'x' yields: collect a list and return it"),
        (_yields_async, "the handler of action 'x' yields: collect a list and return it"),
        (
            dict,
            "the signature of the handler of action 'x' cannot be read: no signature found for builtin type <class 'dict'>",
        ),
    ],
)
def test_what_is_no_handler(handler: Any, message: str) -> None:
    """What cannot take an input with names is refused when it is defined."""
    with pytest.raises(DefinitionError) as refused:
        _signature(handler)
    assert str(refused.value) == message


@pytest.mark.parametrize(
    ("handler", "message"),
    [
        (_unknown, "an annotation of the handler of action 'x' cannot be resolved: name 'Nowhere' is not defined"),
        (
            _no_type,
            NO_TYPE,
        ),
        (
            _no_result,
            NO_TYPE,
        ),
    ],
)
def test_annotations_that_say_nothing(handler: Any, message: str) -> None:
    """An annotation that nothing can be checked against is refused at start-up, and in the same words at a call."""
    with pytest.raises(DefinitionError) as refused:
        _signature(handler).prepare()
    assert str(refused.value) == message
    if handler is _no_type:
        with pytest.raises(DefinitionError) as at_the_call:
            _signature(handler).validate(b'{"order": 1}')
        assert str(at_the_call.value) == message


async def _async_named(order_id: str) -> Order: ...  # type: ignore[empty-body]


@pytest.mark.parametrize(
    ("handler", "facts"),
    [
        (named, (False, False, None, type(None))),
        (_async_named, (True, False, None, Order)),
        (with_context, (False, True, None, type(None))),
        (model_with_context, (False, True, "order", type(None))),
        (by_name, (False, False, "inputs", type(None))),
        (two_objects, (False, False, None, type(None))),
        (anything, (False, False, None, type(None))),
        (Sender(), (True, False, None, type(None))),
        (functools.partial(_async_named), (True, False, None, Any)),
    ],
)
def test_what_is_read_from_it(handler: Any, facts: tuple[Any, ...]) -> None:
    """Whether it is async, takes a context, takes one object, and the type of its result."""
    signature = _signature(handler)
    assert (signature.is_async, signature.takes_context, signature.object_name, signature.result_type) == facts


def test_validating_does_not_share() -> None:
    """Two validations of one input share nothing: what a failed attempt did to its input, the next does not see."""
    first, second = (_signature(by_name).validate(b'{"items": []}') for _ in range(2))
    first["inputs"]["items"].append(1)
    assert second == {"inputs": {"items": []}}
