"""What steps give to what they call: told while the definition is read, by the rules of the call that a run makes."""

# ruff: noqa: D101, E501 - a row of these tables is one claim, and is read as one; its types say nothing but their fields

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, Literal, NotRequired, TypedDict

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, field_validator, model_validator

from dosdk_temporal import DefinitionError, Do, InputError, Registry, Trigger, z
from dosdk_temporal._cli.validating import check_files
from dosdk_temporal._pure.calls import action_call, workflow_call
from dosdk_temporal._pure.declarative.loading import check_definition_text
from dosdk_temporal._pure.definitions import ActionDefinition, WorkflowDefinition
from dosdk_temporal._pure.options import Options
from tests.unit.test_validate_flow import HEAD

Fault = tuple[str, str, str, str | None]


@dataclass
class Line:
    sku: str
    count: int = 1


class Order(BaseModel):
    id: str
    lines: list[Line] = []
    by_shelf: dict[str, Line] = {}
    plan: Literal["starter", "professional"] = "starter"
    due: date | None = None


class Closed(BaseModel):
    model_config = ConfigDict(extra="forbid")

    first: int = Field(alias="firstOne")
    second: Line | None = None


class Halved(BaseModel):
    left: int
    right: int

    @model_validator(mode="before")
    @classmethod
    def _halves(cls, value: Any) -> Any:
        if isinstance(value, dict) and "both" in value:
            left, right = str(value["both"]).split("-")
            return {"left": left, "right": right}
        return value


class Ordered(BaseModel):
    low: int
    high: int

    @field_validator("low")
    @classmethod
    def _positive(cls, value: int) -> int:
        return value if value >= 0 else value / 0  # type: ignore[return-value] # a validator may fail in any way

    @model_validator(mode="after")
    def _in_order(self) -> Ordered:
        if self.low > self.high:
            raise ValueError("low is higher than high")
        return self


class Cat(BaseModel):
    kind: Literal["cat"]
    lives: int


class Dog(BaseModel):
    kind: Literal["dog"]
    tricks: list[str]


class Card(TypedDict):
    number: str
    cvc: NotRequired[int]


def _split(value: Any) -> Any:
    return value.split(",") if isinstance(value, str) else value


HANDLERS: dict[str, Callable[..., Any]] = {}


def takes(handler: Callable[..., Any]) -> Callable[..., Any]:
    """Register a handler of the tests under its name."""
    HANDLERS[handler.__name__] = handler
    return handler


@takes
def charge(amount: float, currency: str = "EUR", line: Line | None = None) -> None: ...
@takes
def strictly(
    amount: Annotated[int, Field(strict=True, ge=1)], at: datetime | None = None, price: Decimal = Decimal(1)
) -> None: ...
@takes
def order(order: Order) -> None: ...
@takes
def orders(orders: list[Order], pets: list[Cat | Dog] = []) -> None: ...  # noqa: B006 - never changed
@takes
def closed(params: Closed) -> None: ...
@takes
def halved(halved: Halved) -> None: ...
@takes
def several(halved: Halved, tags: Annotated[list[str], BeforeValidator(_split)]) -> None: ...
@takes
def ordered(data: Ordered) -> None: ...
@takes
def pet(pet: Annotated[Cat | Dog, Field(discriminator="kind")]) -> None: ...
@takes
def card(card: Card) -> None: ...
@takes
def either(value: Line | int | list[Cat]) -> None: ...
@takes
def anything(inputs) -> None: ...  # type: ignore[no-untyped-def] # noqa: ANN001 - that is its claim
@takes
def mapping(given: dict[str, Any]) -> None: ...
@takes
def more(amount: int, **fields: Any) -> None: ...
@takes
def nothing() -> None: ...


@pytest.fixture(scope="module")
def registry() -> Registry:
    """All handlers as actions and some workflows."""

    async def run(trigger: Trigger) -> None:
        del trigger

    made = Registry()
    for name, handler in HANDLERS.items():
        made.actions.add(ActionDefinition(name, handler))
    made.actions.add(ActionDefinition("versioned", charge, version="1"))
    made.actions.add(ActionDefinition("versioned", order, version="2"))
    made.workflows.add(WorkflowDefinition("typed", run, input=Order))
    made.workflows.add(WorkflowDefinition("untyped", run))
    Do(registry=made).workflows.create(
        {
            "name": "declared",
            "input": z.object({"a": z.number(), "b": z.array(z.string())}).strict(),
            "steps": [{"wait": "1s"}],
        }
    )
    return made


ORDER = "it takes id, lines, by_shelf, plan, due"
FAULTS: list[tuple[str, list[Fault]]] = [
    ("{function: charge, input: {amout: 5}}",
     [("unknown-field", "3:30 $.steps[0].input.amout", "the function 'charge' takes no 'amout'", "did you mean 'amount'?")]),
    ("{function: charge, input: {amount: 5, zzz: 1}}",
     [("unknown-field", "3:41 $.steps[0].input.zzz", "the function 'charge' takes no 'zzz'", "it takes amount, currency, line")]),
    ("{function: charge}",
     [("missing-field", "3:3 $.steps[0].input.amount", "the function 'charge' needs 'amount'", "it takes amount, currency, line")]),
    ("{function: charge, params: {currency: EUR}}",
     [("missing-field", "3:22 $.steps[0].params.amount", "the function 'charge' needs 'amount'", "it takes amount, currency, line")]),
    ("{function: charge, input: {amount: ten}}",
     [("wrong-field", "3:38 $.steps[0].input.amount",
       "the function 'charge' does not take this 'amount': input should be a valid number, unable to parse string as a number, not 'ten'", None)]),
    ("{function: charge, input: {amount: '{{ input.x }}', line: {count: many, sko: '{{ input.x }}'}}}",
     [("wrong-field", "3:69 $.steps[0].input.line.count",
       "the function 'charge' does not take this 'count' in 'line': input should be a valid integer, unable to parse string as an integer, not 'many'", None),
      ("unknown-field", "3:75 $.steps[0].input.line.sko", "the function 'charge' takes no 'sko' in 'line'", "did you mean 'sku'?")]),
    ("{function: charge, input: [1]}",
     [("wrong-field", "3:29 $.steps[0].input", "the function 'charge' does not take this input: input should be an object, not [1]", None)]),
    ("{function: charge, input: hello}",
     [("wrong-field", "3:29 $.steps[0].input", "the function 'charge' does not take this input: input should be an object, not 'hello'", None)]),
    ("{function: order, input: {id: '{{ input.x }}', lines: [{sku: a}, {sku: 5, count: '{{ input.x }}'}], plan: gold}}",
     [("wrong-field", "3:74 $.steps[0].input.lines[1].sku", "the function 'order' does not take this 'sku' in 'lines[1]': input should be a valid string, not 5", None),
      ("wrong-field", "3:109 $.steps[0].input.plan", "the function 'order' does not take this 'plan': input should be 'starter' or 'professional', not 'gold'", None)]),
    ("{function: closed, input: {first: 1, second: {sku: '{{ input.x }}', cuont: 1}}}",
     [("unknown-field", "3:30 $.steps[0].input.first", "the function 'closed' takes no 'first'", "did you mean 'firstOne'?"),
      ("unknown-field", "3:71 $.steps[0].input.second.cuont", "the function 'closed' takes no 'cuont' in 'second'", "did you mean 'count'?")]),
    ("{function: nothing, input: {a: 1}}",
     [("unknown-field", "3:31 $.steps[0].input.a", "the function 'nothing' takes no 'a'", None)]),
    ("{function: versioned@1, input: {id: a}}",
     [("missing-field", "3:27 $.steps[0].input.amount", "the function 'versioned@1' needs 'amount'", "it takes amount, currency, line"),
      ("unknown-field", "3:35 $.steps[0].input.id", "the function 'versioned@1' takes no 'id'", "it takes amount, currency, line")]),
    ("{function: nothing, fallback: {function: charge, input: {amoun: 1}}}",
     [("unknown-field", "3:60 $.steps[0].fallback.input.amoun", "the function 'charge' takes no 'amoun'", "did you mean 'amount'?")]),
    ("{function: charge, input: {amount: 1}, fallback: order}",
     [("missing-field", "3:42 $.steps[0].fallback.function", "the function 'order', which gets the step's input, needs 'id'", ORDER)]),
    ("{function: nothing, compensation: {function: charge, input: {amont: 1}}}",
     [("unknown-field", "3:64 $.steps[0].compensation.input.amont", "the function 'charge' takes no 'amont'", "did you mean 'amount'?")]),
    ("{workflow: typed, input: {id: 5}}",
     [("wrong-field", "3:33 $.steps[0].input.id", "the workflow 'typed' does not take this 'id': input should be a valid string, not 5", None)]),
    ("{workflow: declared, input: {a: '{{ input.x }}', b: [1, '{{ input.x }}'], c: 1}}",
     [("wrong-field", "3:56 $.steps[0].input.b[0]", "the workflow 'declared' does not take this item 0 in 'b': must be text, not 1", None),
      ("unknown-field", "3:77 $.steps[0].input.c", "the workflow 'declared' takes no 'c'", "it takes a, b")]),
]  # fmt: skip


def _told(step: str, registry: Registry) -> list[Fault]:
    problems = check_definition_text(f"{HEAD}- {step}", registry=registry).problems
    assert {problem.severity for problem in problems} <= {"error"}
    return [(p.code, f"{p.line}:{p.column} {p.path}", p.message, p.hint) for p in problems]


@pytest.mark.parametrize(("step", "faults"), FAULTS, ids=[step for step, _ in FAULTS])
def test_an_input_that_does_not_fit(step: str, faults: list[Fault], registry: Registry) -> None:
    """Each fault is told where it is written, with what may be meant."""
    assert _told(step, registry) == faults


FITTING = [
    "{function: charge, input: {amount: '12.5'}}",
    "{function: charge, input: {amount: '{{ input.x }}', line: '{{ input.x }}'}}",
    "{function: charge, input: '{{ input.x }}'}",
    "{function: charge, input: {amount: 'about {{ input.x }}'}}",
    "{function: strictly, input: {amount: 5.0, at: '2027-01-01T00:00:00Z', price: '0.1'}}",
    "{function: order, input: {id: a, unknown: 1, due: '2027-01-01', by_shelf: {x: {sku: '{{ input.x }}'}}}}",
    "{function: orders, input: {orders: [], pets: [{kind: '{{ input.x }}', lives: 9}]}}",
    "{function: halved, input: {both: '{{ input.x }}'}}",
    "{function: several, input: {halved: {both: '{{ input.x }}'}, tags: 'a,b'}}",
    "{function: ordered, input: {low: 5, high: '{{ input.x }}'}}",
    "{function: ordered, input: {low: -5, high: '{{ input.x }}'}}",
    "{function: pet, input: {pet: {kind: '{{ input.x }}', lives: 9}}}",
    "{function: either, input: {value: {sku: '{{ input.x }}'}}}",
    "{function: either, input: {value: [{kind: cat, lives: '{{ input.x }}'}]}}",
    "{function: anything, input: {a: {b: 1}}}",
    "{function: mapping, input: {a: {b: 1}}}",
    "{function: more, input: {amount: 1, a: 1}}",
    "{function: nothing}",
    "{function: versioned, input: {id: a}}",
    "{function: anything, compensation: {function: charge}}",
    "{function: send-notification, input: {whatever: 1}}",
    "{workflow: untyped, input: {a: 1}}",
    "{workflow: declared, input: {a: 1, b: []}}",
    "{workflow: x, input: {anything: 1}}",
]


@pytest.mark.parametrize("step", FITTING)
def test_an_input_that_fits(step: str, registry: Registry) -> None:
    """What a run would take is no fault; what templates make is left to the run."""
    assert _told(step, registry) == []


KEYS = [
    "amount", "currency", "line", "sku", "count", "id", "lines", "by_shelf", "plan", "due", "firstOne", "first", "second", "left",
    "right", "both", "low", "high", "kind", "lives", "tricks", "number", "cvc", "value", "at", "price", "orders", "pets", "tags",
    "halved", "a", "b",
]  # fmt: skip
LITERALS: st.SearchStrategy[Any] = st.sampled_from(
    [None, True, 0, 1, 5, -1, 1.0, 2.5, "1", "2.5", "x", "", "true", "2027-01-01", "2027-01-01T10:00:00Z", "cat", "dog",
     "starter", "1-2", "a,b", [], {}]
)  # fmt: skip
VALUES = st.recursive(
    LITERALS, lambda below: st.lists(below, max_size=2) | st.dictionaries(st.sampled_from(KEYS), below, max_size=3), max_leaves=8
)  # fmt: skip
CALLS = st.sampled_from(
    [("function", name) for name in HANDLERS] + [("workflow", name) for name in ("typed", "declared")]
)
WHOLE: dict[str, Any] = {
    "charge": {"amount": "1", "line": {"sku": "a", "count": "2"}},
    "strictly": {"amount": 1, "at": "2027-01-01T00:00:00Z"},
    "order": {"id": "o", "lines": [{"sku": "a"}], "by_shelf": {"x": {"sku": "b"}}, "due": "2027-01-01"},
    "orders": {"orders": [{"id": "o"}], "pets": [{"kind": "dog", "tricks": ["sit"]}]},
    "closed": {"firstOne": 1, "second": {"sku": "a"}},
    "halved": {"both": "1-2"},
    "several": {"halved": {"left": 1, "right": 2}, "tags": "a,b"},
    "ordered": {"low": 1, "high": 2},
    "pet": {"pet": {"kind": "cat", "lives": 9}},
    "card": {"number": "1", "cvc": "1"},
    "either": {"value": [{"kind": "cat", "lives": 1}]},
    "more": {"amount": 1, "b": [1]},
    "typed": {"id": "o"},
    "declared": {"a": 1, "b": ["x"]},
}


def _mutated(name: str) -> st.SearchStrategy[Any]:
    """Near to what fits: one that fits, perhaps with a field changed, added or left out."""
    whole = WHOLE.get(name, {})

    def change(key: str, value: Any, drop: bool) -> Any:
        return {k: v for k, v in whole.items() if k != key} if drop else {**whole, key: value}

    keys = st.sampled_from([*whole, *KEYS])
    return (
        st.just(whole) | st.builds(change, keys, VALUES, st.booleans()) | st.dictionaries(st.sampled_from(KEYS), VALUES)
    )


def _is_taken(kind: str, name: str, given: Any, registry: Registry) -> bool:
    try:
        if kind == "function":
            action_call(registry, name, given, Options(), None)
        else:
            workflow_call(registry, name, given)
    except InputError:
        return False
    except ZeroDivisionError:  # a validator's own error: what it is of a template cannot be known
        return True
    return True


def _faults(kind: str, name: str, given: Any, registry: Registry) -> list[str]:
    document = {"name": "x", "steps": [{kind: name, "input": given}]}
    return [str(problem) for problem in check_definition_text(document, registry=registry).problems]


@settings(max_examples=100)
@given(call=CALLS, data=st.data())
def test_a_literal_input_is_judged_as_a_call_judges_it(
    call: tuple[str, str], registry: Registry, data: st.DataObject
) -> None:
    """Whatever is written: there is a fault where the call would refuse it, and none where it would not."""
    kind, name = call
    given = data.draw(_mutated(name))
    assert (_faults(kind, name, given, registry) == []) == _is_taken(kind, name, given, registry)


@settings(max_examples=100)
@given(call=CALLS, data=st.data())
def test_templates_excuse_what_they_may_make_good(
    call: tuple[str, str], registry: Registry, data: st.DataObject
) -> None:
    """Where templates stand for parts of an input that a call takes, no fault is told, whichever parts they are."""
    kind, name = call
    given = data.draw(_mutated(name))
    partly = _with_templates(given, data.draw)
    if _is_taken(kind, name, given, registry):
        assert _faults(kind, name, partly, registry) == []


def _with_templates(value: Any, draw: Callable[[Any], Any]) -> Any:
    if draw(st.integers(0, 3)) == 0:
        return "{{ input.x }}"
    if isinstance(value, dict):
        return {key: _with_templates(item, draw) for key, item in value.items()}
    return [_with_templates(item, draw) for item in value] if isinstance(value, list) else value


def test_definitions_in_several_files(tmp_path: Path) -> None:
    """A workflow of another file, and the definition itself, are called with what they declare."""
    (tmp_path / "a.yaml").write_text(
        "name: a\ninput: {n: number}\nsteps:\n- {workflow: b, input: {m: x}}\n- {workflow: a, input: {n: x}}\n"
    )
    (tmp_path / "b.yaml").write_text(
        "name: b\nversion: 2\ninput: {m: number}\nsteps: [{workflow: a, input: {}}, {workflow: b@2, input: {m: 1}}]\n"
    )
    told = [p for checked in check_files([str(tmp_path)], Registry()) for p in checked.problems]
    assert [(p.code, p.place.rpartition("/")[2], p.message) for p in told] == [
        ("wrong-field", "a.yaml:4:28", "the workflow 'b' does not take this 'm': must be a number, not 'x'"),
        ("wrong-field", "a.yaml:5:28", "the workflow 'a' does not take this 'n': must be a number, not 'x'"),
        ("missing-field", "b.yaml:4:23", "the workflow 'a' needs 'n'"),
    ]


def test_load_and_create_tell_them_too(registry: Registry, tmp_path: Path) -> None:
    """A file's fault has its place in the error's text, and a mapping's its path; nothing is registered."""
    do = Do(registry=Registry(registry))
    steps = [{"function": "charge", "input": {"amout": 5}}]
    (tmp_path / "x.json").write_text(json.dumps({"name": "x", "steps": steps}))
    with pytest.raises(DefinitionError) as of_file:
        do.workflows.load(tmp_path / "x.json")
    with pytest.raises(DefinitionError) as of_mapping:
        do.workflows.create({"name": "x", "steps": steps})
    said = [str(refused.value).replace(str(tmp_path), "") for refused in (of_file, of_mapping)]
    fault = "the function 'charge' takes no 'amout' @ $.steps[0].input.amout (did you mean 'amount'?)"
    assert said == [
        f"the definition has a fault: /x.json:1:58: {fault}",
        f"the definition has a fault: {fault}",
    ]
    assert do.registry.workflows.find("x") is None


def test_a_type_that_is_not_there_yet() -> None:
    """A handler whose annotation is defined further down in its module is no fault of a definition that calls it."""

    async def early(order: Later) -> None: ...  # type: ignore[name-defined] # noqa: F821 - that is the case

    registry = Registry()
    registry.actions.add(ActionDefinition("early", early))
    assert _told("{function: early, input: {a: 1}}", registry) == []
