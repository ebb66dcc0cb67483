"""Handlers whose tasks fail at once, and runs whose called workflows fail: what is told of it, kept in memory and replayed."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from dosdk_temporal import ActionError, Trigger, WorkflowError
from dosdk_temporal.testing import TestDo

Serve = Callable[..., Any]


@pytest.fixture
def effect(do: TestDo) -> None:
    """An action that fails where it is told to."""

    @do.action.create(name="effect", retry=1)
    async def effect(name: str, fail: bool = False) -> str:
        if fail:
            raise ValueError(f"{name} failed")
        return name.upper()


async def test_a_failing_task_group(do: TestDo, effect: None, serve: Serve) -> None:
    """The run is told of as failing with the one error in the group; ``except*`` sees the group; a replay cancels as before."""

    @do.workflow.create(name="groups")
    async def groups(_: Trigger) -> None:
        caught = []
        for _attempt in range(2):
            try:
                async with asyncio.TaskGroup() as group:
                    for number in range(8):
                        group.create_task(do.sleep(3600 + number))
                        group.create_task(do.wait_for_event(f"event-{number}"))
                    group.create_task(do.action.run("effect", name="a", fail=True))
            except* ValueError as errors:
                caught += [str(error) for error in errors.exceptions]
        assert caught == ["a failed", "a failed"]
        async with asyncio.TaskGroup() as group:
            group.create_task(do.sleep(3600))
            group.create_task(do.action.run("effect", name="b", fail=True))

    async with serve():
        execution = await do.workflows.start("groups")
        with pytest.raises(WorkflowError) as failed:
            await execution.result(timeout=20)
        status = (await execution.status()).error
    error = failed.value
    assert str(error) == (
        "workflow 'groups' failed in step 'effect#3': action 'effect' failed after 1 attempt: ValueError: b failed"
    )
    assert (error.step, type(error.cause).__name__, error.type, error.attempts) == (
        "effect#3",
        "ValueError",
        "ValueError",
        1,
    )
    assert status is not None
    assert (status.type, status.message, status.step, status.action, status.attempts) == (
        "ValueError", "b failed", "effect#3", "effect", 1,
    )  # fmt: skip


async def test_several_that_fail(do: TestDo, effect: None, serve: Serve) -> None:
    """The first error is the run's, the others are told in its message; an action's own group is told alike."""

    @do.action.create(name="both", retry=1)
    async def both() -> None:
        raise ExceptionGroup("two", [ActionError("no", retryable=False), KeyError("x")])

    @do.workflow.create(name="several")
    async def several(_: Trigger) -> None:
        async with asyncio.TaskGroup() as group:
            group.create_task(do.action.run("both"))
            raise ValueError("in the handler")

    async with serve():
        with pytest.raises(WorkflowError) as failed:
            await do.workflows.execute("several")
        with pytest.raises(ActionError) as alone:
            await do.action.run("both")
    assert str(failed.value) == "workflow 'several' failed: ValueError: in the handler"
    assert (type(alone.value), str(alone.value)) == (ActionError, "no (beside it: KeyError: 'x')")


async def test_going_on_from_within_a_group(do: TestDo, serve: Serve) -> None:
    """``continue_as_new`` in a task of a group ends the run and starts the next."""

    @do.workflow.create(name="goes-on")
    async def goes_on(trigger: Trigger) -> str:
        if trigger.payload.get("n"):
            return "done"
        async with asyncio.TaskGroup() as group:
            group.create_task(do.sleep("1h"))
            group.create_task(do.continue_as_new({"n": 1}))
        return "never"

    async with serve():
        assert await (await do.workflows.start("goes-on")).result(timeout=20) == "done"


async def test_a_called_workflow_that_fails(do: TestDo, effect: None, serve: Serve) -> None:
    """Of the run that called it the error names the call as the step, and says each thing once; its cause is the other run's."""

    @do.workflow.create(name="child")
    async def child(_: Trigger) -> None:
        await do.action.run("effect", name="c", fail=True)

    @do.workflow.create(name="parent", on_failure="told")
    async def parent(_: Trigger) -> None:
        await do.workflows.execute("child")

    told: list[Any] = []

    @do.action.create(name="told")
    async def tell(step: str) -> None:
        told.append(step)

    document = {
        "name": "declared",
        "steps": [{"id": "family", "workflow": "parent"}],
        "errorHandling": {"onFailure": [{"id": "say", "set": {"step": "{{ error.step }}"}}]},
    }
    do.workflows.create(document)
    async with serve():
        execution = await do.workflows.start("declared")
        with pytest.raises(WorkflowError) as failed:
            await execution.result(timeout=20)
        status = await execution.status()
    error = failed.value
    chain: list[Any] = [error]
    while getattr(chain[-1], "cause", None) is not None:
        chain.append(chain[-1].cause)
    leaf = "workflow 'child' failed in step 'effect': action 'effect' failed after 1 attempt: ValueError: c failed"
    assert [(type(one), one.workflow, one.step, one.action, one.execution_id, str(one)) for one in chain[:3]] == [
        (WorkflowError, "declared", "family", None, execution.id,
         f"workflow 'declared' failed in step 'family': workflow 'parent' failed in step 'child': {leaf}"),
        (WorkflowError, "parent", "child", None, f"{execution.id}/family",
         f"workflow 'parent' failed in step 'child': {leaf}"),
        (WorkflowError, "child", "effect", "effect", f"{execution.id}/family/child", leaf),
    ]  # fmt: skip
    assert isinstance(chain[3], ActionError)
    assert (str(chain[3]), len(chain), told) == ("c failed", 4, ["child"])
    assert status.error is not None
    assert (status.error.type, status.error.message) == ("ValueError", "c failed")
    assert (status.error.step, status.error.action, status.error.attempts) == ("family", None, None)
    assert status.steps[0].error == status.error


async def test_what_a_handler_forgets_to_await(do: TestDo, effect: None, serve: Serve) -> None:
    """The run fails with the calls that were not awaited and their lines, instead of ending as if all were well."""

    @do.workflow.create(name="forgets")
    async def forgets(trigger: Trigger) -> str:
        if trigger.payload["call"] == "go on":
            do.continue_as_new({})  # type: ignore[unused-coroutine]
        elif trigger.payload["call"] == "saga":
            with do.saga():  # type: ignore[attr-defined]
                pass
        else:
            do.action.run("effect", name="a")  # type: ignore[unused-coroutine]
            await do.sleep(0.01)
        return "as if all were well"

    line = forgets.__wrapped__.__code__.co_firstlineno
    did_not = "workflow 'forgets' failed: DefinitionError: the handler of workflow 'forgets' did not await"
    write = "a call that is not awaited does nothing; write 'await' before it, or, for several at once, 'await do.parallel(...)'"
    told = {
        "go on": f"{did_not} do.continue_as_new(...) in test_failing_at_once.py, line {line + 3}: {write}",
        "action": f"{did_not} do.action.run(...) in test_failing_at_once.py, line {line + 8}: {write}",
        "saga": (
            "workflow 'forgets' failed: DefinitionError: do.saga() is entered by 'async with': write 'async with do.saga():'"
        ),
    }
    async with serve():
        for call, message in told.items():
            with pytest.raises(WorkflowError) as failed:
                await do.workflows.execute("forgets", {"call": call})
            assert str(failed.value) == message
