"""Actions and workflows as records: what is refused where it is written, and what is the same handler again."""

from __future__ import annotations

import functools
from collections.abc import AsyncIterator, Callable
from dataclasses import FrozenInstanceError
from typing import Any

import pytest
from pydantic import BaseModel

from dosdk_temporal import DefinitionError, Trigger
from dosdk_temporal._pure.definitions import ActionDefinition, WorkflowDefinition


class Order(BaseModel):
    """A model."""

    id: int


class NoType:
    """A class that JSON says nothing about."""


class Sender:
    """Handlers as methods and as objects."""

    def send(self, to: str) -> None:
        """A method."""

    def __call__(self, to: str) -> None:
        """An object that can be called."""


def charge(order_id: str) -> None: ...
def refund(order_id: str) -> None: ...
async def fulfil(trigger: Trigger) -> dict[str, int]: ...  # type: ignore[empty-body]


def test_an_action_is_a_record() -> None:
    """What is left out has its default, a version given as a number is text, and nothing changes later."""
    definition = ActionDefinition("charge", charge, version=2)  # type: ignore[arg-type] # that is allowed to users
    assert (definition.name, definition.description, definition.version, definition.local) == ("charge", "", "2", False)
    with pytest.raises(FrozenInstanceError):
        definition.name = "other"  # type: ignore[misc] # that is the mistake


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"name": "", "handler": charge}, "the action name must be text of 1 to 200 characters, not ''"),
        (
            {"name": "a@1", "handler": charge},
            "the action name 'a@1' holds '@', which marks a version: give version= instead",
        ),
        ({"name": "a", "handler": None}, "the handler of action 'a' is None: give a function"),
        ({"name": "a", "handler": charge, "description": None}, "the description of action 'a' is text, not None"),
        (
            {"name": "a", "handler": charge, "version": "next"},
            "version='next' is not a version: write numbers and dots, like '2' or '2.1'",
        ),
    ],
)
def test_actions_that_cannot_be(given: dict[str, Any], message: str) -> None:
    """A wrong action is refused where it is defined."""
    with pytest.raises(DefinitionError) as refused:
        ActionDefinition(**given)
    assert str(refused.value) == message


def _not_async(trigger: Trigger) -> None: ...
async def _nothing() -> None: ...
async def _two(trigger: Trigger, more: int) -> None: ...
async def _by_name_only(*, trigger: Trigger) -> None: ...
async def _any_names(**fields: Any) -> None: ...
async def _starred(*triggers: Trigger) -> None: ...
async def _yields(trigger: Trigger) -> AsyncIterator[int]:
    yield 1


ONE = "the handler of workflow 'w' takes exactly one parameter, the trigger"


@pytest.mark.parametrize(
    ("handler", "message"),
    [
        (5, "the handler of workflow 'w' is 5: give a function"),
        (_not_async, "the handler of workflow 'w' is not async: write 'async def', it awaits its actions"),
        (
            lambda trigger: fulfil(trigger),  # noqa: PLW0108 - gives a coroutine, and is no coroutine function
            "the handler of workflow 'w' is not async: write 'async def', it awaits its actions",
        ),
        (_nothing, ONE),
        (_two, ONE),
        (_by_name_only, ONE),
        (_any_names, ONE),
        (functools.partial(_two, more=1), ONE),
        (
            _starred,
            (
                "the handler of workflow 'w' takes 'triggers' as a * parameter, but inputs have names: "
                "take named fields, or one object called 'inputs'"
            ),
        ),
        (_yields, "the handler of workflow 'w' yields: collect a list and return it"),
    ],
)
def test_workflow_handlers_that_cannot_be(handler: Any, message: str) -> None:
    """A workflow handler is an async function of one parameter."""
    with pytest.raises(DefinitionError) as refused:
        WorkflowDefinition("w", handler)
    assert str(refused.value) == message


def test_the_type_of_a_result() -> None:
    """A declared output is stronger than the annotation."""
    assert WorkflowDefinition("w", fulfil).result_type == dict[str, int]
    assert WorkflowDefinition("w", fulfil, output=Order).result_type is Order


@pytest.mark.parametrize("declared", [{"input": NoType}, {"output": NoType}, {"input": list[NoType]}])
def test_types_are_built_at_the_start(declared: dict[str, Any]) -> None:
    """A type that nothing can be checked against is found before the first run."""
    with pytest.raises(DefinitionError) as refused:
        WorkflowDefinition("w", fulfil, **declared).prepare()
    assert str(refused.value) == (
        "a type that workflow 'w' declares cannot be validated: "
        f"Unable to generate pydantic-core schema for {NoType!r}; use plain types, models or dataclasses"
    )


def test_an_annotation_that_names_nothing() -> None:
    """An annotation that cannot be resolved is found before the first run."""

    async def handler(trigger: Trigger) -> Nowhere: ...  # type: ignore[name-defined] # noqa: F821

    with pytest.raises(DefinitionError) as refused:
        WorkflowDefinition("w", handler).prepare()
    assert str(refused.value) == (
        "an annotation of the handler of workflow 'w' cannot be resolved: name 'Nowhere' is not defined"
    )


def _exec(code: str, file: str) -> Callable[..., Any]:
    space: dict[str, Any] = {}
    exec(compile(code, file, "exec"), space)  # noqa: S102 - as a reload or a notebook does
    return space["handler"]  # type: ignore[no-any-return]


def _made(number: int) -> Callable[[str], int]:
    def made(order_id: str) -> int:
        return number

    return made


@pytest.mark.parametrize(
    ("new", "held", "again"),
    [
        (charge, charge, True),
        (charge, refund, False),
        (functools.partial(charge), functools.partial(charge), True),
        (functools.partial(charge), charge, True),
        (functools.partial(charge), functools.partial(refund), False),
        (Sender().send, Sender().send, True),
        (Sender(), Sender(), True),
        (Sender(), Sender().send, False),
        (_made(1), _made(2), True),
        (_exec("def handler(a): ...", __file__), _exec("def handler(a): ...", __file__), True),
        (_exec("def handler(a): ...", __file__), _exec("\ndef handler(a): ...", __file__), False),
        (_exec("def handler(a): ...", "<cell 1>"), _exec("\n\ndef handler(a, b): ...", "<cell 2>"), True),
        (_exec("def handler(a): ...", "<cell 1>"), _exec("def handler(a): ...", __file__), False),
    ],
)
def test_the_same_handler_again(new: Callable[..., Any], held: Callable[..., Any], again: bool) -> None:
    """A handler is the same again by file, qualified name and first line; in a notebook, by name."""
    assert ActionDefinition("charge", new).replaces(ActionDefinition("charge", held)) is again
