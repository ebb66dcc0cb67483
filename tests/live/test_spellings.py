"""The documented spellings of an action's call, in each place one can be made."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from dosdk_temporal import Action, ActionNestingError, ActionResult, Trigger
from dosdk_temporal.testing import TestDo

Spelling = Callable[[TestDo, Action[Any, Any]], Awaitable[Any]]


async def _as_result(do: TestDo, _: Action[Any, Any]) -> Any:
    result = await do.action.execute(name="greet", params={"name": "Jane"})
    assert isinstance(result, ActionResult)
    assert (result.name, result.status, result.attempts) == ("greet", "completed", 1)
    assert result.started_at is not None
    assert result.closed_at is not None
    assert result.started_at <= result.closed_at
    return result.output


SPELLINGS: dict[str, Spelling] = {
    "do.action.run(name, input)": lambda do, _: do.action.run("greet", {"name": "Jane"}),
    "action.execute(input)": lambda _, greet: greet.execute({"name": "Jane"}),
    "action.execute(field=)": lambda _, greet: greet.execute(name="Jane"),
    "action.invoke(input)": lambda _, greet: greet.invoke({"name": "Jane"}),
    "action.run(input)": lambda _, greet: greet.run({"name": "Jane"}),
    "client.action(name).invoke(inputs)": lambda do, _: do.action("greet").invoke({"name": "Jane"}),
    "client.action.execute(name=, params=)": _as_result,
}


@pytest.fixture
def greet(do: TestDo) -> Action[Any, Any]:
    """An action that greets."""

    @do.action.create(name="greet")
    async def greet(name: str) -> dict[str, str]:
        return {"greeting": f"Hello {name}"}

    return greet


@pytest.mark.parametrize("spelling", SPELLINGS.values(), ids=SPELLINGS.keys())
async def test_outside_a_call_is_one_durable_execution(do: TestDo, greet: Action[Any, Any], spelling: Spelling) -> None:
    """From client code every spelling runs the handler and gives its value."""
    async with do.worker():
        assert await spelling(do, greet) == {"greeting": "Hello Jane"}


@pytest.mark.parametrize("spelling", SPELLINGS.values(), ids=SPELLINGS.keys())
async def test_in_a_workflow_a_call_is_one_step(
    do: TestDo, greet: Action[Any, Any], spelling: Spelling, serve: Callable[..., Any]
) -> None:
    """In a workflow every spelling is one step under the action's name."""

    @do.workflow.create(name="greeting")
    async def greeting(_: Trigger) -> Any:
        return await spelling(do, greet)

    async with serve():
        execution = await do.workflows.start("greeting")
        assert await execution.result() == {"greeting": "Hello Jane"}
        steps = (await execution.status()).steps
    assert [(step.id, step.name, step.state) for step in steps] == [("greet", "greet", "completed")]


@pytest.mark.parametrize("spelling", SPELLINGS.values(), ids=SPELLINGS.keys())
async def test_in_an_action_a_call_is_refused(do: TestDo, greet: Action[Any, Any], spelling: Spelling) -> None:
    """In an action every spelling is refused once, naming both actions and where the call belongs."""
    attempts = []

    @do.action.create(name="greets-twice")
    async def greets_twice() -> Any:
        attempts.append(1)
        return await spelling(do, greet)

    async with do.worker():
        with pytest.raises(ActionNestingError) as refused:
            await do.action.run("greets-twice")
    assert (str(refused.value), refused.value.action, attempts) == (
        (
            "action 'greets-twice' tried to call action 'greet': actions do one thing and orchestration belongs in a workflow; "
            "call both from a workflow handler"
        ),
        "greets-twice",
        [1],
    )
