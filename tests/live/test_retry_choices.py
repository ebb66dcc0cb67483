"""When the next attempt follows: as the strategy of each level says, or as the handler names it."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from dosdk_temporal import ActionContext, ActionTimeoutError, Execution, Retry, RetryLater, Trigger
from dosdk_temporal.testing import TestDo

HOUR = timedelta(hours=1)


async def due(do: TestDo, execution: Execution) -> tuple[int, timedelta]:
    """Which attempt of a run's only step is due, and after what pause, once that is an hour or more: as the server has it."""
    handle = (await do.connection()).client.get_workflow_handle(execution.id)
    while True:
        for pending in (await handle.describe()).raw_description.pending_activities:
            pause = pending.last_failure.application_failure_info.next_retry_delay.ToTimedelta()
            if pause > timedelta(seconds=59):
                return pending.attempt, pause
        await asyncio.sleep(0.02)


@pytest.fixture
def fails(do: TestDo) -> Any:
    """Defines an action that makes its first attempts at once and fails for good reason from the third on."""

    def define(**options: Any) -> None:
        async def fails(context: ActionContext) -> None:
            if context.attempt < 3:
                raise RetryLater(0)
            raise OSError("the bank is away")

        do.action.create(name="fails", handler=fails, **options)

    return define


LINEAR, FIXED = Retry(9, "1h", max_delay="9h", backoff="linear"), Retry(9, "1h", backoff="fixed")
BOUNDED = Retry(9, "1h", max_delay="90m")


@pytest.mark.parametrize(
    ("action", "workflow", "call", "pause"),
    [
        ({}, {"retry": LINEAR}, {}, 3 * HOUR),
        ({"retry": FIXED}, {"retry": LINEAR}, {}, HOUR),
        ({"retry": FIXED}, {"retry": LINEAR}, {"retry": BOUNDED}, 1.5 * HOUR),
        ({"retry": {"maxAttempts": 9, "backoff": "linear", "initialDelay": "2h", "maxDelay": "9h"}}, {}, {}, 6 * HOUR),
    ],
    ids=["workflow", "action", "call", "dictionary"],
)
async def test_delays_of_each_level(
    do: TestDo, fails: Any, action: Any, workflow: Any, call: Any, pause: timedelta
) -> None:
    """The third attempt's pause is that of the nearest strategy: linear, fixed or exponential up to its longest."""
    fails(**action)

    async def flow(_: Trigger) -> None:
        await do.action.run("fails", **call)

    do.workflow.create(name="flow", handler=flow, **workflow)
    async with do.worker():
        execution = await do.workflows.start("flow")
        assert await due(do, execution) == (4, pause)
        await execution.terminate()


@pytest.mark.parametrize(
    ("policy", "strategy", "pause"),
    [
        ({"maxAttempts": 9, "backoff": "linear", "initialDelay": "1h", "maxDelay": "9h"}, {}, 3 * HOUR),
        (None, {"maxAttempts": 9, "backoff": {"initialDelay": 3_600_000, "multiplier": 1.5, "maxDelay": "9h"}}, 2.25 * HOUR),
    ],
    ids=["step", "workflow"],
)  # fmt: skip
async def test_delays_of_a_definition(do: TestDo, fails: Any, policy: Any, strategy: Any, pause: timedelta) -> None:
    """A definition's steps are tried again as their policy says, or as the definition says of all."""
    fails()
    step = {"id": "a", "function": "fails", **({"retryPolicy": policy} if policy else {})}
    do.workflows.create({"name": "flow", "steps": [step], "errorHandling": {"retryStrategy": strategy}})
    async with do.worker():
        execution = await do.workflows.start("flow")
        assert await due(do, execution) == (4, pause)
        await execution.terminate()


async def test_a_pause_that_the_handler_names(do: TestDo) -> None:
    """What RetryLater says is waited, however long the strategy would; chance takes its part of any other."""

    @do.action.create(name="later", retry=Retry(9, "1ms", max_delay="1s", retry_on=[OSError]))
    async def later() -> None:
        raise RetryLater("5400", "the CRM is busy")

    @do.action.create(name="spread", retry=Retry(9, "2h", max_delay="2h", jitter=0.5))
    async def spread() -> None:
        raise OSError("no")

    @do.workflow.create(name="flow")
    async def flow(trigger: Trigger) -> None:
        await do.action.run(trigger.payload)

    async with do.worker():
        named, drawn = [await do.workflows.start("flow", name) for name in ("later", "spread")]
        assert await due(do, named) == (2, 1.5 * HOUR)
        attempt, pause = await due(do, drawn)
        assert attempt == 2
        assert HOUR <= pause <= 2 * HOUR
        for execution in (named, drawn):
            await execution.terminate()


async def test_a_named_pause_is_bounded(do: TestDo) -> None:
    """It counts as an attempt, and where the total time-out ends before it, the action ends at once and says so."""

    @do.action.create(name="twice", retry=Retry(2, "1h"))
    async def twice() -> None:
        raise RetryLater(0, "the CRM is busy")

    @do.action.create(name="late", total_timeout="30m")
    async def late() -> None:
        raise RetryLater("1h", "the CRM is busy")

    async with do.worker():
        with pytest.raises(RetryLater) as busy:
            await do.action.run("twice")
        with pytest.raises(ActionTimeoutError) as ended:
            await do.action.run("late")
    assert (busy.value.message, busy.value.attempts) == ("the CRM is busy", 2)
    assert str(ended.value) == (
        "it did not complete within its total_timeout of 1800 s; the last attempt failed with RetryLater: the CRM is busy"
    )
