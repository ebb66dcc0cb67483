"""Local actions: short, idempotent work within the workflow's own task."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from dosdk_temporal import ActionContext, Retry, Trigger, WorkflowError
from dosdk_temporal.testing import TestDo


async def test_a_local_action_is_a_step_in_a_workflow_and_an_execution_outside(
    do: TestDo, serve: Callable[..., Any]
) -> None:
    """The same action runs in the workflow's task, with its retries, and by itself outside."""

    @do.action.create(name="near", local=True, retry=Retry(3, "1ms"))
    async def near(n: int, context: ActionContext) -> list[Any]:
        if context.attempt < 3:
            raise ValueError("again")
        return [n, context.attempt]

    @do.workflow.create(name="uses")
    async def uses(_: Trigger) -> Any:
        return [await do.action.run("near", {"n": n}) for n in (1, 2)]

    async with serve():
        assert await do.workflows.execute("uses") == [[1, 3], [2, 3]]
        assert await do.action.run("near", {"n": 3}) == [3, 3]


async def test_a_local_actions_last_error_is_the_handlers_own(do: TestDo, serve: Callable[..., Any]) -> None:
    """A local action that fails for good gives its message and attempts."""

    @do.action.create(name="near", local=True, retry=Retry(2, "1ms"))
    def near() -> None:
        raise ValueError("no")

    @do.workflow.create(name="uses")
    async def uses(_: Trigger) -> None:
        await do.action.run("near")

    async with serve():
        with pytest.raises(WorkflowError, match="action 'near' failed after 2 attempts: ValueError: no"):
            await do.workflows.execute("uses")
