"""Failure handlers: what runs once when an action, a workflow or a service has failed for good."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import Any

import pytest

from dosdk_temporal import ActionError, NotFoundError, Retry, Trigger, WorkflowError
from dosdk_temporal.testing import TestDo
from tests.live.waiting_facts import waits_for

Told = list[dict[str, Any]]

_TWICE = Retry(2, "1ms")
_DECLINED = {"type": "ValueError", "message": "declined"}


def _alert(do: TestDo) -> Told:
    """Define ``alert-ops``, which takes all that there is to know, and give what it was told."""
    told: Told = []

    @do.action.create(name="alert-ops")
    async def alert_ops(**report: Any) -> None:
        told.append(report)

    return told


def _charge(do: TestDo, **options: Any) -> Any:
    async def charge(amount: int) -> int:
        raise ValueError("declined")

    return do.action.create(name="charge", handler=charge, retry=_TWICE, **options)


def _by_name_only(do: TestDo) -> TestDo:
    """A client of the same server and queue that has no definition."""
    other = TestDo(do.settings.address)
    other._given["task_queue"] = do.settings.task_queue
    return other


async def test_a_failed_step_is_told_once_before_the_handler_goes_on(do: TestDo, serve: Callable[..., Any]) -> None:
    """After the last attempt the handler runs as a step of its own; then the handler's ``except`` gets the action's error."""
    told = _alert(do)
    _charge(do, on_failure="alert-ops")

    @do.workflow.create(name="buys")
    async def buys(_: Trigger) -> Any:
        try:
            await do.action.run("charge", amount=5)
        except ValueError as error:
            return [str(error), await do.action.run("count-told")]

    @do.action.create(name="count-told")
    async def count_told() -> int:
        return len(told)

    async with serve():
        execution = await do.workflows.start("buys")
        assert await execution.result() == ["declined", 1]
        steps = [(step.id, step.name, step.state) for step in (await execution.status()).steps]
    assert told == [
        {
            "name": "charge",
            "input": {"amount": 5},
            "error": _DECLINED,
            "attempts": 2,
            "execution_id": execution.id,
            "step": "charge",
        }
    ]
    assert steps == [
        ("charge", "charge", "failed"),
        ("charge:on_failure", "alert-ops", "completed"),
        ("count-told", "count-told", "completed"),
    ]


async def test_an_action_called_alone_keeps_the_promise_for_every_caller(do: TestDo) -> None:
    """Known or known by name only, with a key or without, outside or inside a workflow: one error, told once, by one run."""
    told = _alert(do)
    charge = _charge(do, on_failure="alert-ops")
    by_name = _by_name_only(do)
    keys = [str(do.uuid()) for _ in range(3)]

    @do.workflow.create(name="buys")
    async def buys(trigger: Trigger) -> None:
        await do.action.run("charge", {"amount": 5}, idempotency_key=trigger.payload)

    calls: list[Callable[[], Any]] = [
        lambda: charge.execute(amount=5),
        lambda: by_name.action.run("charge", {"amount": 5}),
        lambda: do.action.run("charge", {"amount": 5}, idempotency_key=keys[0]),
        lambda: by_name.action.run("charge", {"amount": 5}, idempotency_key=keys[1]),
    ]
    async with do.worker():
        for call in calls:
            with pytest.raises(ValueError, match="declined") as failed:
                await call()
            error: Any = failed.value
            assert (error.action, error.attempts, [one["execution_id"] for one in told]) == (
                "charge",
                2,
                [error.execution_id],
            )
            assert told.pop() == {
                "name": "charge",
                "input": {"amount": 5},
                "error": _DECLINED,
                "attempts": 2,
                "execution_id": error.execution_id,
                "step": None,
            }
            assert (await do.workflows.get_status(error.execution_id)).state == "failed"
        with pytest.raises(WorkflowError, match="declined"):
            await do.workflows.execute("buys", keys[2])
        assert [one["execution_id"] for one in told] == [f"charge/{keys[2]}"]
    await by_name.close()


async def test_what_needs_a_run_and_succeeds_gives_its_result_to_who_knows_its_name(do: TestDo) -> None:
    """An action that declares a failure handler gives its result, as an ActionResult of the run, to a client without it."""
    told = _alert(do)
    by_name = _by_name_only(do)

    @do.action.create(name="double", on_failure="alert-ops")
    async def double(number: int) -> int:
        return number * 2

    async with do.worker():
        result = await by_name.action.execute(name="double", params={"number": 4})
        status = await by_name.workflows.get_status(result.id)
    assert (result.output, result.attempts, status.state, status.output, told) == (8, 1, "completed", 8, [])
    await by_name.close()


@pytest.mark.parametrize("broken", ["raises", "unfit", "missing"])
async def test_a_handlers_own_failure_changes_nothing(
    do: TestDo, serve: Callable[..., Any], broken: str, caplog: pytest.LogCaptureFixture
) -> None:
    """One that raises, takes no such input or is not there is said in the log; the caller gets the action's error."""
    deeper: list[str] = []

    async def never(name: str) -> None:
        deeper.append(name)

    if broken == "raises":

        @do.action.create(name="alert-ops", retry=1, on_failure=never)
        async def alert_ops(name: str) -> None:
            raise RuntimeError(f"no line to {name}")

    elif broken == "unfit":

        @do.action.create(name="alert-ops")
        async def alert_them(step: int) -> None:
            raise AssertionError(step)

    @do.workflow.create(name="buys")
    async def buys(_: Trigger) -> None:
        await do.action.run("charge", amount=5)

    async with serve():
        _charge(do, on_failure="alert-ops")  # so late that no start could refuse the missing one
        with caplog.at_level(logging.WARNING, "dosdk_temporal"), pytest.raises(WorkflowError) as failed:
            await do.workflows.execute("buys")
    assert isinstance(failed.value.cause, ActionError)
    assert (failed.value.cause.message, failed.value.step, deeper) == ("declined", "charge", [])
    said = [record.getMessage() for record in caplog.records if "failure handler" in record.getMessage()]
    assert [line.partition(" failed in ")[0] for line in said] == [
        "action 'alert-ops', the failure handler of 'charge',"
    ]


async def test_a_failed_workflow_tells_its_handler(do: TestDo, serve: Callable[..., Any]) -> None:
    """A run that fails, by a step or by itself, or passes its timeout calls its handler once; its caller gets the error."""
    told = _alert(do)
    _charge(do)

    @do.workflow.create(name="by-step", on_failure="alert-ops")
    async def by_step(_: Trigger) -> None:
        await do.action.run("charge", amount=5)

    @do.workflow.create(name="by-itself", on_failure="alert-ops")
    async def by_itself(_: Trigger) -> None:
        raise LookupError("no such order")

    @do.workflow.create(name="too-long", timeout="10ms", on_failure="alert-ops")
    async def too_long(_: Trigger) -> None:
        await do.sleep("1d")

    async with serve():
        for name in ("by-step", "by-itself", "too-long"):
            with pytest.raises(WorkflowError):
                await do.workflows.execute(name, {"order": 7}, id=f"{name}/{do.settings.task_queue}")
    errors = [_DECLINED, {"type": "LookupError", "message": "no such order"}]
    errors += [
        {"type": "WorkflowError", "message": "workflow 'too-long' did not complete within its timeout of 0.01 s"}
    ]
    facts = zip(("by-step", "by-itself", "too-long"), errors, (2, None, None), ("charge", None, None), strict=True)
    assert told == [
        {
            "name": name,
            "input": {"order": 7},
            "error": error,
            "attempts": attempts,
            "execution_id": f"{name}/{do.settings.task_queue}",
            "step": step,
        }
        for name, error, attempts, step in facts
    ]


async def test_a_cancelled_run_tells_nobody(do: TestDo, serve: Callable[..., Any]) -> None:
    """A run that is cancelled calls neither its own handler nor that of the step that was cancelled with it."""
    told = _alert(do)
    begun = asyncio.Event()
    loop = asyncio.get_running_loop()

    @do.action.create(name="slow", on_failure="alert-ops", heartbeat="300ms")
    async def slow() -> None:
        loop.call_soon_threadsafe(begun.set)
        await asyncio.sleep(60)

    @do.workflow.create(name="waits", on_failure="alert-ops")
    async def waits(_: Trigger) -> None:
        await do.action.run("slow")

    async with serve():
        execution = await do.workflows.start("waits")
        await begun.wait()
        await execution.cancel("wrong month")
        with pytest.raises(WorkflowError) as ended:
            await execution.result()
    assert (ended.value.state, told) == ("cancelled", [])


async def test_a_cancellation_does_not_stop_the_runs_own_handler(do: TestDo, serve: Callable[..., Any]) -> None:
    """What cancels a run that has failed already lets its handler end, and hides nothing of why it failed."""
    begun, goes_on = asyncio.Event(), asyncio.Event()
    loop = asyncio.get_running_loop()
    told: list[str] = []

    async def slow_alert(name: str) -> None:
        loop.call_soon_threadsafe(begun.set)
        await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(goes_on.wait(), loop))
        told.append(name)

    @do.workflow.create(name="fails", on_failure=slow_alert)
    async def fails(_: Trigger) -> None:
        raise LookupError("no such order")

    async with serve():
        execution = await do.workflows.start("fails")
        await begun.wait()
        await execution.cancel()
        goes_on.set()
        with pytest.raises(WorkflowError, match="no such order"):
            await execution.result()
    assert told == ["fails"]


async def test_a_held_step_tells_when_it_is_let_fail(do: TestDo, serve: Callable[..., Any]) -> None:
    """A step that is held for a person tells nobody while it is; when it is let fail, it does, once."""
    told = _alert(do)

    @do.action.create(name="charge", retry=Retry(1, on_exhausted="hold"), on_failure="alert-ops")
    async def charge() -> None:
        raise ValueError("declined")

    @do.workflow.create(name="buys")
    async def buys(_: Trigger) -> None:
        await do.action.run("charge")

    async with serve():
        execution = await do.workflows.start("buys")
        for resolution, held in (("retry", 0), ("fail", 0)):
            await waits_for(execution, "charge")
            assert len(told) == held
            await execution.resolve("charge", resolution, by="ann")  # type: ignore[arg-type] # one of the two above
        with pytest.raises(WorkflowError, match="declined"):
            await execution.result()
    assert [(one["name"], one["step"], one["error"]) for one in told] == [("charge", "charge", _DECLINED)]


async def test_services_and_notifications(do: TestDo) -> None:
    """A service with steps tells its handler; ``{"notify": ...}`` sends each recipient the documented notification."""
    told = _alert(do)
    _charge(do, on_failure={"notify": ["ops@x.example", "#alerts"]})
    notices = do.mock("send-notification")
    steps = [{"action": "charge", "params": {"amount": "{{ input.amount }}"}}]
    service = do.service.create(name="shop", input=["amount"], steps=steps, on_failure="alert-ops")
    async with do.worker():
        execution = await service.start({"amount": 5})
        with pytest.raises(WorkflowError, match="declined"):
            await execution.result()
    assert told == [
        {
            "name": "shop",
            "input": {"amount": 5},
            "error": _DECLINED,
            "attempts": 2,
            "execution_id": execution.id,
            "step": "charge",
        }
    ]
    assert [(one["to"], one["subject"], one["kind"], one["execution_id"]) for one in notices] == [
        (to, "'charge' failed", "onFailure", execution.id) for to in ("ops@x.example", "#alerts")
    ]


async def test_a_run_from_before_its_workflow_asked_replays(do: TestDo) -> None:
    """A run that failed when its workflow had no failure handler replays against the one that has, and the other way round."""
    from temporalio.client import WorkflowHistory
    from temporalio.worker import Replayer

    from dosdk_temporal.plugin import DoPlugin

    _alert(do)
    histories: list[WorkflowHistory] = []
    for number, on_failure in enumerate((None, "alert-ops")):
        one = TestDo(do.settings.address)
        one.registry = type(do.registry)(base=do.registry)

        @one.workflow.create(name="fails", on_failure=on_failure)
        async def fails(_: Trigger) -> None:
            raise LookupError("no such order")

        async with one.worker():
            execution = await one.workflows.start("fails", id=f"{do.settings.task_queue}/{number}")
            with pytest.raises(WorkflowError):
                await execution.result()
            client = (await one.connection()).client
            histories.append(await client.get_workflow_handle(execution.id).fetch_history())
        newest = one.registry
        await one.close()
    for history in histories:
        await Replayer(workflows=[], plugins=[DoPlugin(newest)]).replay_workflow(history)


async def test_an_unknown_action_has_nobody_to_tell(do: TestDo) -> None:
    """A name that no worker has fails as ever."""
    _alert(do)
    async with do.worker(unknown_grace="1s"):
        with pytest.raises(NotFoundError):
            await do.action.run("nothing")
