"""What handlers take and give: fields or one object, checked before the handler runs, by who can."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, TypedDict

import pytest
from pydantic import BaseModel

from dosdk_temporal import Do, InputError, OutputError, Registry, Trigger, WorkflowError
from dosdk_temporal.testing import TestDo


class Model(BaseModel):
    """One object as a pydantic model."""

    name: str
    born: date = date(2000, 1, 1)


@dataclass
class Record:
    """One object as a dataclass."""

    name: str
    born: date = date(2000, 1, 1)


class Typed(TypedDict):
    """One object as a TypedDict."""

    name: str


async def takes_model(person: Model) -> Any:
    return [type(person).__name__, person.name, person.born]


async def takes_record(person: Record) -> Any:
    return [type(person).__name__, person.name, person.born]


async def takes_typed(person: Typed) -> Any:
    return [type(person).__name__, person["name"]]


async def takes_inputs(inputs) -> Any:  # type: ignore[no-untyped-def] # noqa: ANN001 - the documents' own form
    return [type(inputs).__name__, inputs["name"], inputs.get("more")]


async def takes_fields(name: str, born: date = date(2000, 1, 1)) -> Any:
    return [name, born]


async def takes_anything(**fields: Any) -> Any:
    return fields


def takes_nothing() -> Any:
    return "nothing"


@pytest.mark.parametrize(
    ("handler", "given", "seen"),
    [
        (takes_model, {"name": "Jane"}, ["Model", "Jane", "2000-01-01"]),
        (takes_model, Model(name="Jane", born=date(1990, 5, 1)), ["Model", "Jane", "1990-05-01"]),
        (takes_record, {"name": "Jane"}, ["Record", "Jane", "2000-01-01"]),
        (takes_record, Record("Jane", date(1990, 5, 1)), ["Record", "Jane", "1990-05-01"]),
        (takes_typed, {"name": "Jane"}, ["dict", "Jane"]),
        (takes_inputs, {"name": "Jane", "more": [1]}, ["dict", "Jane", [1]]),
        (takes_fields, {"name": "Jane"}, ["Jane", "2000-01-01"]),
        (takes_fields, {"name": "Jane", "born": "1990-05-01"}, ["Jane", "1990-05-01"]),
        (takes_fields, {"name": "Jane", "born": date(1990, 5, 1)}, ["Jane", "1990-05-01"]),
        (takes_anything, {"a": 1, "b": [None]}, {"a": 1, "b": [None]}),
        (takes_nothing, None, "nothing"),
        (takes_nothing, {}, "nothing"),
    ],
)
async def test_handlers_take_fields_or_one_object(
    do: TestDo, handler: Callable[..., Any], given: Any, seen: Any
) -> None:
    """Each form of handler gets its input as its signature says."""
    do.action.create(name="takes", handler=handler)
    async with do.worker():
        assert await do.action.run("takes", given) == seen


@pytest.mark.parametrize(
    ("handler", "given", "told"),
    [
        (takes_fields, {"nmae": "Jane"}, "name: is required; nmae: is not a field of it"),
        (takes_fields, {"name": 3}, "name: input should be a valid string, not 3"),
        (takes_fields, {"name": "J", "born": "soon"}, "born: input should be a valid date"),
        (takes_fields, [1, 2], "input: input should be a"),
        (takes_model, {"born": "1990-05-01"}, "name: is required"),
        (takes_record, {}, "name: is required"),
        (takes_typed, {}, "name: is required"),
        (takes_nothing, {"name": "Jane"}, "name: is not a field of it"),
    ],
)
@pytest.mark.parametrize("where", ["caller", "worker", "step"])
async def test_what_does_not_fit_is_one_error_and_runs_nothing(
    do: TestDo, dosdk_server: str, handler: Callable[..., Any], given: Any, told: str, where: str
) -> None:
    """The caller that has the definition, the worker, and a step in a workflow refuse alike, at the first attempt."""
    ran: list[Any] = []

    @do.workflow.create(name="steps")
    async def steps(trigger: Trigger) -> Any:
        return await do.action.run("takes", trigger.payload)

    do.action.create(name="takes", handler=handler)
    stranger = Do(address=dosdk_server, task_queue=do.settings.task_queue, registry=Registry())
    calls: dict[str, Callable[[], Awaitable[Any]]] = {
        "caller": lambda: do.action.run("takes", given),
        "worker": lambda: stranger.action.run("takes", given),
        "step": lambda: do.workflows.execute("steps", given),
    }
    async with do.worker():
        with pytest.raises((InputError, WorkflowError)) as refused:
            await calls[where]()
    error = refused.value.cause if isinstance(refused.value, WorkflowError) else refused.value
    assert isinstance(error, InputError)
    assert told in str(error)
    assert str(error).startswith("the input of action 'takes' does not fit: ")
    assert (error.problems[0][0], ran) == (told.partition(":")[0], [])


async def test_results_come_as_annotated(do: TestDo, dosdk_server: str) -> None:
    """Who has the definition gets the annotated type; a stranger gets plain JSON."""

    @do.action.create(name="gives")
    async def gives() -> dict[str, Record | Decimal | datetime]:
        return {"person": Record("Jane"), "at": datetime(2026, 1, 1, tzinfo=UTC)}

    stranger = Do(address=dosdk_server, task_queue=do.settings.task_queue, registry=Registry())
    async with do.worker():
        own, plain = await do.action.run("gives"), await stranger.action.run("gives")
    assert own == {"person": Record("Jane"), "at": datetime(2026, 1, 1, tzinfo=UTC)}
    assert plain == {"person": {"name": "Jane", "born": "2000-01-01"}, "at": "2026-01-01T00:00:00Z"}


async def test_a_result_that_breaks_its_annotation_is_told(do: TestDo) -> None:
    """A handler that gives something else than it says is an OutputError at the caller, once."""

    @do.action.create(name="lies")
    async def lies() -> Record:
        return {"nmae": "Jane"}  # type: ignore[return-value] # that is the claim

    async with do.worker():
        with pytest.raises(
            OutputError, match="the result of action 'lies' does not fit its annotation Record: name: Field required"
        ):
            await do.action.run("lies")


async def test_a_result_that_is_no_json_is_told_once(do: TestDo) -> None:
    """A result that cannot be written down ends the action at its first attempt."""
    attempts = []

    @do.action.create(name="gives")
    async def gives() -> Any:
        attempts.append(1)
        return {"socket": object()}

    async with do.worker():
        with pytest.raises(
            OutputError,
            match="the result of action 'gives' cannot be written as JSON at socket: a value of type object",
        ):
            await do.action.run("gives")
    assert attempts == [1]
