"""A retry gives a run its whole timeout anew."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from dosdk_temporal import Trigger, WorkflowError
from dosdk_temporal.testing import TestDo

Serve = Callable[..., Any]

NAPS = {
    "name": "declared",
    "timeout": "3d",
    "steps": [
        {"id": "first", "wait": "2d"},
        {"id": "look", "function": "look"},
        {"id": "second", "wait": "30d", "condition": "look"},
        {"id": "end", "set": {"done": "{{ true }}"}},
    ],
}


@pytest.mark.parametrize("name", ["handled", "declared"])
async def test_a_retry_gives_the_whole_time_anew(do: TestDo, serve: Serve, time_skipper: Any, name: str) -> None:
    """A run of three days goes on two days after its start, has three days from then, says so, and may be retried again."""
    busy = [True]

    @do.action.create(name="look")
    async def look() -> bool:
        return busy[0]

    @do.workflow.create(name="handled", timeout="3d")
    async def handled(_: Trigger) -> Any:
        await do.sleep("2d")
        if await do.action.run("look"):
            await do.sleep("30d")
        return {"done": True}

    do.workflows.create(NAPS)
    took = []
    async with serve():
        execution = await do.workflows.start(name)
        for _ in range(2):
            with pytest.raises(WorkflowError, match="did not complete within its timeout of 259200 s"):
                await execution.result()
            status, told = await execution.status(), await execution.explain()
            assert (status.state, told.sentences[-2], told.commands) == (
                "timed_out",
                "A retry gives it the whole time anew.",
                (f"dosdk retry {execution.id}",),
            )
            assert status.closed_at
            assert status.trigger
            assert status.trigger.time
            took.append(round((status.closed_at - status.trigger.time) / timedelta(days=1)))
            await execution.retry()
        busy.clear()
        busy.append(False)
        await execution.retry("look")
        assert await execution.result() == {"done": True}
        status = await execution.status()
    assert took == [3, 5]
    assert status.state == "completed"
