"""Whom runs tell of their start and their end."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from typing import Any

import pytest
from pydantic import BaseModel

import activities  # noqa: F401 - the shipped notification action
from activities.parts.outbox import read_outbox
from dosdk_temporal import ActionError, NotFoundError, Registry, Schedule, Trigger, WorkflowError
from dosdk_temporal.testing import TestDo
from tests.live.schedule_facts import runs

Serve = Callable[..., Any]

EVERYBODY = {
    "onStart": ["start@example.com", "#starts"],
    "onComplete": "complete@example.com",
    "onFailure": ["fail@example.com", "@oncall"],
}


async def scheduled(do: TestDo, name: str, **options: Any) -> Schedule:
    """A schedule of the test's own that starts the workflow when it is triggered, and tells everybody."""
    notifications = options.pop("notifications", EVERYBODY)
    schedule_id = f"{name}-{do.uuid()}"
    return await do.workflows.schedule(name, every="30d", id=schedule_id, notifications=notifications, **options)


async def outcome(do: TestDo, schedule: Schedule) -> Any:
    """What the run of a schedule gives, once it is triggered, or the error."""
    await schedule.trigger()
    (run,) = await runs(schedule, 1)
    try:
        return await do.workflows.get(run.execution_id).result()
    except WorkflowError as error:
        return error


def told(calls: list[dict[str, Any]]) -> list[tuple[str, str]]:
    """Who was told of what."""
    return sorted((call["kind"], call["to"]) for call in calls)


async def test_success_is_told_once_to_each(do: TestDo, serve: Serve) -> None:
    """Each recipient of a start and a success is told once, with the run's id, though the run is replayed; of failure nobody."""
    calls = do.mock("send-notification")
    steps = do.mock("step", returns=1)

    @do.workflow.create(name="succeeds")
    async def succeeds(trigger: Trigger) -> int:
        return sum([await do.action.run("step") for _ in range(3)])

    schedule = await scheduled(do, "succeeds")
    async with serve():
        assert await outcome(do, schedule) == 3
    (run,) = await runs(schedule, 1)
    assert (told(calls), len(steps)) == (
        [("onComplete", "complete@example.com"), ("onStart", "#starts"), ("onStart", "start@example.com")],
        3,
    )
    (complete,) = [call for call in calls if call["kind"] == "onComplete"]
    assert complete == {
        "to": "complete@example.com",
        "subject": "Workflow 'succeeds' completed",
        "body": (
            f"Workflow 'succeeds' completed.\nStarted by schedule {schedule.id!r}.\nMore: dosdk status {run.execution_id}"
        ),
        "execution_id": run.execution_id,
        "kind": "onComplete",
    }


async def test_failure_is_told_with_its_reason(do: TestDo, serve: Serve) -> None:
    """Of a failure those are told who asked for it, with the reason; of success nobody."""
    calls = do.mock("send-notification")

    @do.action.create(name="charge", retry=1)
    async def charge() -> None:
        raise ActionError("card declined", retryable=False)

    @do.workflow.create(name="fails")
    async def fails(trigger: Trigger) -> None:
        await do.action.run("charge")

    schedule = await scheduled(do, "fails")
    async with serve():
        error = await outcome(do, schedule)
    assert (error.state, "card declined" in str(error)) == ("failed", True)
    assert told(calls) == [
        ("onFailure", "@oncall"), ("onFailure", "fail@example.com"), ("onStart", "#starts"), ("onStart", "start@example.com"),
    ]  # fmt: skip
    bodies = {call["body"].splitlines()[1] for call in calls if call["kind"] == "onFailure"}
    assert bodies == {"ActionError: card declined"}


async def test_a_refused_input_is_a_failure(do: TestDo) -> None:
    """A run that is refused because its workflow has come to need another input tells of it."""
    calls = do.mock("send-notification")

    class Order(BaseModel):
        amount: int

    @do.workflow.create(name="changed")
    async def changed(trigger: Trigger) -> None: ...

    schedule = await scheduled(do, "changed", input={"amount": "many"})

    @do.workflow.create(name="changed", version="2", input=Order)
    async def changed_since(trigger: Trigger) -> None: ...

    async with do.worker():
        await schedule.trigger()
        (run,) = await runs(schedule, 1)
        with pytest.raises(Exception, match="amount"):
            await do.workflows.get(run.execution_id).result()
    assert {kind for kind, _ in told(calls)} == {"onStart", "onFailure"}


async def test_a_workflow_that_is_gone_is_a_failure(do: TestDo, serve: Serve) -> None:
    """A run of a workflow that no worker has any more tells of its failure, each once, however often it was offered."""
    calls = do.mock("send-notification")
    schedule = await scheduled(do, "renamed")
    async with serve():
        await schedule.trigger()
        (run,) = await runs(schedule, 1)
        with pytest.raises(NotFoundError, match="has a workflow named 'renamed'"):
            await do.workflows.get(run.execution_id).result()
    assert told(calls) == [
        ("onFailure", "@oncall"), ("onFailure", "fail@example.com"), ("onStart", "#starts"), ("onStart", "start@example.com"),
    ]  # fmt: skip


async def test_a_timeout_is_a_failure(do: TestDo, time_skipper: Any) -> None:
    """A run that passes its own timeout tells of a failure."""
    calls = do.mock("send-notification")

    @do.workflow.create(name="late", timeout="1s")
    async def late(trigger: Trigger) -> None:
        await do.sleep("1h")

    schedule = await scheduled(do, "late")
    async with do.worker():
        assert (await outcome(do, schedule)).state in {"failed", "timed_out"}
    assert {kind for kind, _ in told(calls)} == {"onStart", "onFailure"}


async def test_a_run_that_goes_on_as_new_is_one(do: TestDo, serve: Serve) -> None:
    """A run that goes on as new tells of its start once and of its end once, and knows what started it to the last."""
    calls = do.mock("send-notification")

    @do.workflow.create(name="rounds")
    async def rounds(trigger: Trigger) -> dict[str, Any]:
        count = trigger.payload.get("count", 0)
        if count < 2:
            await do.continue_as_new({"count": count + 1})
        return {**vars(trigger), "time": trigger.time.isoformat()}

    schedule = await scheduled(do, "rounds")
    async with serve():
        found = await outcome(do, schedule)
    (run,) = await runs(schedule, 1)
    assert told(calls) == [
        ("onComplete", "complete@example.com"), ("onStart", "#starts"), ("onStart", "start@example.com"),
    ]  # fmt: skip
    assert (found["payload"], found["kind"], found["name"], found["id"], found["time"][:19] + "Z") == (
        {"count": 2}, "schedule", schedule.id, run.execution_id, run.execution_id.removeprefix(f"{schedule.id}-"),
    )  # fmt: skip


async def test_a_cancelled_run_tells_nobody_of_its_end(do: TestDo, serve: Serve) -> None:
    """Who cancels a run knows: it has told of its start, each once, and tells nobody of an end."""
    calls = do.mock("send-notification")

    @do.workflow.create(name="cancelled")
    async def cancelled(trigger: Trigger) -> None:
        await do.sleep("1h")

    schedule = await scheduled(do, "cancelled")
    async with serve():
        await schedule.trigger()
        (run,) = await runs(schedule, 1)
        execution = do.workflows.get(run.execution_id)
        await execution.cancel()
        with pytest.raises(WorkflowError):
            await execution.result()
    assert told(calls) == [("onStart", "#starts"), ("onStart", "start@example.com")]


async def test_a_cancellation_that_comes_too_late(do: TestDo, serve: Serve) -> None:
    """A run that is cancelled when its handler has ended, while it tells of that, completes, and tells each once."""
    calls: list[str] = []
    telling, cancelled = threading.Event(), threading.Event()  # actions run on a loop of their own

    @do.action.create(name="send-notification")
    async def send(to: str, subject: str, body: str, execution_id: str, kind: str) -> None:
        calls.append(to)
        telling.set()
        await asyncio.to_thread(cancelled.wait)

    @do.workflow.create(name="ends")
    async def ends(trigger: Trigger) -> str:
        return "done"

    schedule = await scheduled(do, "ends", notifications={"onComplete": ["a", "b"]})
    async with serve():
        await schedule.trigger()
        (run,) = await runs(schedule, 1)
        execution = do.workflows.get(run.execution_id)
        await asyncio.to_thread(telling.wait)
        await execution.cancel()
        await execution.cancel()
        cancelled.set()
        assert await execution.result() == "done"
    assert sorted(calls) == ["a", "b"]


async def test_a_failing_notifier_fails_nothing(do: TestDo, serve: Serve, caplog: pytest.LogCaptureFixture) -> None:
    """A notifier that fails for one recipient is tried as often as it says, told in the log once, and changes no run."""
    calls: list[str] = []

    @do.action.create(name="send-notification", retry={"maxAttempts": 2, "backoff": {"initialDelay": 1}})
    async def send(to: str, **fields: str) -> None:
        calls.append(to)
        if to == "broken":
            raise ConnectionError("no route to host")

    @do.workflow.create(name="unaffected")
    async def unaffected(trigger: Trigger) -> str:
        return "done"

    schedule = await scheduled(do, "unaffected", notifications={"onStart": ["broken", "b"], "onComplete": ["c"]})
    async with serve():
        assert await outcome(do, schedule) == "done"
    assert sorted(calls) == ["b", "broken", "broken", "c"]
    assert [record.message for record in caplog.records if record.name == "dosdk_temporal"] == [
        "broken was not told of onStart (no route to host): see to action 'send-notification'; the run is not affected"
    ]


@pytest.mark.parametrize(
    ("defined", "advice"),
    [
        (False, "define an action 'send-notification', or let the worker load a module that has one"),
        (True, "see to action 'send-notification'; the run is not affected"),
    ],
    ids=["missing", "with another input"],
)
async def test_a_notifier_that_cannot_be_asked(
    do: TestDo, defined: bool, advice: str, caplog: pytest.LogCaptureFixture
) -> None:
    """Where the notifier is missing, or takes something else, the run goes on and the log says what to do."""
    do.registry = Registry()  # without the shipped action

    @do.workflow.create(name="quiet")
    async def quiet(trigger: Trigger) -> str:
        return "done"

    if defined:

        @do.action.create(name="send-notification")
        async def send(whom: str) -> None: ...

    schedule = await scheduled(do, "quiet", notifications={"onComplete": "c"})
    async with do.worker(unknown_grace="0.5s"):
        assert await outcome(do, schedule) == "done"
    (line,) = [record.message for record in caplog.records if "was not told" in record.message]
    assert (line.startswith("c was not told of onComplete ("), line.endswith(f"): {advice}")) == (True, True)


async def test_the_handlers_own_notifications_are_others(do: TestDo) -> None:
    """A handler that notifies by itself shares no step id and no key with what the run tells."""
    keys: list[str] = []

    @do.action.create(name="send-notification")
    async def send(fields: dict[str, Any], context: Any = None) -> None:
        keys.append(fields["kind"])

    @do.workflow.create(name="both")
    async def both(trigger: Trigger) -> None:
        own = {"to": "x", "subject": "s", "body": "b", "execution_id": trigger.id, "kind": "own"}
        await do.action.run("send-notification", own)

    schedule = await scheduled(do, "both")
    async with do.worker():
        await outcome(do, schedule)
        (run,) = await runs(schedule, 1)
        steps = {step.id for step in (await do.workflows.get_status(run.execution_id)).steps}
    assert sorted(keys) == ["onComplete", "onStart", "onStart", "own"]
    assert steps == {
        "send-notification",
        "onStart/send-notification",
        "onStart/send-notification#2",
        "onComplete/send-notification",
    }


async def test_the_shipped_notifier(do: TestDo, tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the project's own action and nothing configured, mails and messages lie in the outbox, each once."""
    monkeypatch.setenv("DO_HOME", str(tmp_path))
    for name in ("DO_SMTP_URL", "DO_SLACK_WEBHOOK_URL"):
        monkeypatch.delenv(name, raising=False)

    @do.workflow.create(name="quarterly")
    async def quarterly(trigger: Trigger) -> None: ...

    schedule = await scheduled(do, "quarterly")
    async with do.worker():
        await outcome(do, schedule)
    assert sorted((delivery.channel, delivery.subject) for delivery in read_outbox()) == [
        ("mail", "Workflow 'quarterly' completed"),
        ("mail", "Workflow 'quarterly' started"),
        ("slack", "#starts: Workflow 'quarterly' started"),
    ]
