"""A step that fails and is held for a person, who has it tried again, skips it, or lets it fail."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from dosdk_temporal import (
    ActionContext,
    ActionError,
    Do,
    Execution,
    NotFoundError,
    Registry,
    Retry,
    Trigger,
    WorkflowError,
)
from dosdk_temporal._pure.resolutions import ResolutionAnswer
from dosdk_temporal.testing import TestDo
from tests.live.waiting_facts import answers, pause, recorded, refusal, send, unpause

Serve = Callable[..., Any]

HELD = Retry(2, "1ms", on_exhausted="hold")


class CardDeclined(Exception):
    """The bank said no."""


@pytest.fixture
def charges(do: TestDo) -> list[int]:
    """An action that fails as long as the bank is away, twice before it is held; each attempt's number is noted."""
    made: list[int] = []

    @do.action.create(name="charge", retry=HELD)
    async def charge(amount: int, context: ActionContext) -> int:
        made.append(context.attempt)
        if len(made) <= amount:
            raise CardDeclined("the bank is away")
        return amount

    @do.workflow.create(name="sale")
    async def sale(trigger: Trigger) -> Any:
        try:
            return [await do.action.run("charge", amount=trigger.payload), "sold"]
        except CardDeclined as error:
            return [str(error), getattr(error, "attempts", None)]

    return made


async def holds(execution: Execution, *steps: str) -> None:
    """Wait until the run holds these steps."""
    while sorted(await _held(execution)) != sorted(steps):  # noqa: ASYNC110 - a worker makes it so
        await asyncio.sleep(0.02)


async def _held(execution: Execution) -> list[str]:
    try:
        return [wait.name for wait in (await execution.status()).waiting_for if wait.kind == "decision"]
    except NotFoundError:  # it is yet to be started
        return []


async def test_a_person_has_it_tried_again(do: TestDo, serve: Serve, charges: list[int]) -> None:
    """The run is held and says why; tried again it has a fresh set of attempts, is held again, and goes on when it succeeds."""
    async with serve():
        execution = await do.workflows.start("sale", 5)
        await holds(execution, "charge")
        status = await execution.status()
        assert status.state == "held"
        (wait,) = status.waiting_for
        assert (wait.kind, wait.name, wait.until) == ("decision", "charge", None)
        assert wait.title == "action 'charge' failed after 2 attempts: CardDeclined: the bank is away"
        assert [(step.id, step.state, step.attempts) for step in status.steps] == [("charge", "waiting", 2)]
        answer = await execution.resolve("charge", "retry", by="ann", comment="the bank is back")
        assert answer == ResolutionAnswer("decided", "charge", "retry", "ann", answer.at)
        await holds(execution, "charge")
        assert "after 4 attempts" in (await execution.status()).waiting_for[0].title
        await do.approvals.resolve(execution.id, None, "retry", by="bob")
        assert await execution.result() == [5, "sold"]
        assert charges == [1, 2, 1, 2, 1, 2]
        assert [(step.id, step.state, step.attempts) for step in (await execution.status()).steps] == [
            ("charge", "completed", 6)
        ]
        assert await recorded(do, execution) == [
            {"kind": "decision", "name": "charge", "state": "retry", "by": "ann"},
            {"kind": "decision", "name": "charge", "state": "retry", "by": "bob"},
        ]


async def test_a_person_skips_it_with_a_value(do: TestDo, serve: Serve, charges: list[int]) -> None:
    """What fits the action's result is its output; what does not is refused, and stands in the record."""
    async with serve():
        execution = await do.workflows.start("sale", 100)
        await holds(execution, "charge")
        reason = await refusal(execution.resolve("charge", "skip", value="much", by="ann"))
        assert reason.startswith("the value cannot be the output of the step: the result of action 'charge' does not")
        assert await refusal(execution.resolve("charge", "retry", value=3)) == (
            "a value is the output of a step that is skipped: it does not go with 'retry'"
        )
        for name in ("charge", None):
            approved = await refusal(execution.approve(name, by="ann"))
            assert approved.startswith("'charge' is a step that failed and is held: approving decides nothing of it")
        first = await execution.resolve("charge", "skip", value=7, by="ann")
        assert await execution.result() == [7, "sold"]
        (step,) = (await execution.status()).steps
        assert (step.state, step.attempts, step.error and step.error.message) == ("skipped", 2, "the bank is away")
        assert await execution.resolve("charge", "skip", value=7, by="ann") == first
        ended = await refusal(execution.resolve("charge", "fail", by="bob"))
        assert ended == f"the run {execution.id!r} has ended (completed): nothing is waited for any more"
        assert (await answers(do, execution))[0] == reason


async def test_a_person_lets_it_fail(do: TestDo, serve: Serve, charges: list[int]) -> None:
    """The handler gets the step's own error, by its class, with all attempts that were made; a signal does as well."""
    async with serve():
        execution = await do.workflows.start("sale", 100)
        await holds(execution, "charge")
        await execution.resolve("charge", "retry", by="ann")
        await holds(execution, "charge")
        await send(do, execution, "dosdk.resolve", {"resolution": "again", "by": "mal"})
        await send(do, execution, "dosdk.resolve", {"resolution": "fail", "by": "bob"})
        assert await execution.result() == ["the bank is away", 4]
        refused, counted = (await recorded(do, execution))[1:]
        assert (refused["state"], refused["reason"]) == (
            "refused", "a held step is resolved by retry, skip, fail, not by 'again'",
        )  # fmt: skip
        assert counted == {"kind": "decision", "name": "charge", "state": "fail", "by": "bob"}


async def test_whatever_it_fails_with_is_held(do: TestDo, serve: Serve) -> None:
    """Errors that are never tried again, input that does not fit, and a name that nobody has are held like any other."""

    @do.action.create(name="never", retry=HELD)
    async def never() -> None:
        raise ActionError("it makes no sense", retryable=False)

    @do.action.create(name="picky", retry=HELD, local=True)
    def picky(amount: int) -> int:
        raise CardDeclined("not here")

    @do.workflow.create(name="flow", retry=HELD)
    async def flow(_: Trigger) -> Any:
        calls = [do.action.run("never"), do.action.run("picky", amount=1), do.action.run("nobody", {"x": 1})]
        return await do.parallel(*calls, do.action.run("never"))

    async with serve(unknown_grace=0):
        execution = await do.workflows.start("flow")
        await holds(execution, "never", "never#2", "nobody", "picky")
        titles = {wait.name: wait.title.partition(": ")[2] for wait in (await execution.status()).waiting_for}
        assert titles["never"] == "ActionError: it makes no sense"
        assert titles["picky"] == "CardDeclined: not here"
        assert titles["nobody"].startswith("NotFoundError: no worker of task queue")
        several = await refusal(execution.resolve(None, "skip", by="ann"))
        assert several.endswith("are held now: say which step is meant")
        for value, name in enumerate(titles):
            await execution.resolve(name, "skip", value=value if name == "picky" else None, by="ann")
        results = await execution.result()
        assert results == [None, list(titles).index("picky"), None, None]


async def test_a_held_run_ends_as_any_other(do: TestDo, serve: Serve, charges: list[int], time_skipper: Any) -> None:
    """Cancelled, or past its own timeout, a run waits no more; what is said of the step then is refused."""

    @do.workflow.create(name="short", timeout="3d")
    async def short(_: Trigger) -> None:
        await do.action.run("charge", amount=100)

    async with serve():
        cancelled, late = await do.workflows.start("sale", 100), await do.workflows.start("short")
        await holds(cancelled, "charge")
        await cancelled.cancel("closing time")
        ends = []
        for execution in (cancelled, late):
            with pytest.raises(WorkflowError) as ended:
                await execution.result()
            ends.append((ended.value.state, (await recorded(do, execution))[-1]["state"]))
            assert (await execution.status()).waiting_for == ()
        assert ends == [("cancelled", "abandoned"), ("timed_out", "abandoned")]
        assert "nothing is waited for any more" in await refusal(late.resolve("charge", "retry"))


@pytest.mark.parametrize("how", ["known", "by name", "by call", "keyed"])
async def test_an_action_called_by_itself(do: TestDo, dosdk_server: str, charges: list[int], how: str) -> None:
    """It is held in a run of its own, whatever the caller knows of it; its caller waits as long."""

    @do.action.create(name="plain")
    async def plain(amount: int) -> int:
        charges.append(amount)
        if len(charges) < 2:
            raise CardDeclined("no")
        return amount

    stranger = Do(address=dosdk_server, task_queue=do.settings.task_queue, registry=Registry())
    calls: dict[str, Callable[[], Coroutine[Any, Any, int]]] = {
        "known": lambda: do.action.run("charge", {"amount": 2}),
        "by name": lambda: stranger.action.run("charge", {"amount": 2}),
        "by call": lambda: do.action.run("plain", {"amount": 2}, retry=Retry(1, on_exhausted="hold")),
        "keyed": lambda: do.action.run("charge", {"amount": 2}, idempotency_key=do.settings.task_queue),
    }
    async with do.worker():
        calling = asyncio.create_task(calls[how]())
        execution = do.workflows.get(await _held_run(do))
        assert (await execution.status()).state == "held"
        await execution.resolve(None, "retry", by="ann")
        assert await calling == 2
    await stranger.close()


async def _held_run(do: TestDo) -> str:
    """The id of the only run of this test's queue that is held."""
    client = (await do.connection()).client
    while True:
        async for run in client.list_workflows(f"TaskQueue = '{do.settings.task_queue}'"):
            if (await run.memo()).get("waiting"):
                return run.id
        await asyncio.sleep(0.05)


async def test_it_waits_through_stops_and_pauses(do: TestDo, charges: list[int]) -> None:
    """Another worker takes the held run over; to one that is paused a resolution is sent, and counts when it goes on."""
    async with do.worker():
        execution = await do.workflows.start("sale", 2)
        await holds(execution, "charge")
    async with do.worker():
        await pause(do, execution)
        assert await execution.resolve("charge", "retry", by="ann") == ResolutionAnswer(
            "sent", "charge", "retry", "ann"
        )
        await unpause(do, execution)
        assert await execution.result() == [2, "sold"]


async def test_a_definition_holds(do: TestDo, serve: Serve, charges: list[int]) -> None:
    """A step's policy or that of all steps holds it; a skip's value is its output, a failure goes to its fallback."""

    @do.action.create(name="away")
    async def away() -> None:
        raise CardDeclined("away")

    @do.action.create(name="cash", retry=1)
    async def cash() -> str:
        return "cash"

    do.workflows.create(
        {
            "name": "paid",
            "steps": [
                {"id": "a", "function": "away", "fallback": "cash"},
                {"id": "b", "function": "away", "retryPolicy": {"maxAttempts": 1, "onExhausted": "hold"}},
                {"id": "end", "set": {"a": "{{ a }}", "b": "{{ b.by }}"}},
            ],
            "errorHandling": {"retryStrategy": {"maxAttempts": 1, "onExhausted": "hold"}},
        }
    )
    async with serve():
        execution = await do.workflows.start("paid")
        await holds(execution, "a")
        await execution.resolve("a", "fail", by="ann")
        await holds(execution, "b")
        await execution.resolve("b", "skip", value={"by": "cheque"}, by="ann", comment="paid")
        assert await execution.result() == {"a": "cash", "b": "cheque"}
        status = await execution.status()
        assert [(step.id, step.state) for step in status.steps] == [("a", "fallback"), ("b", "skipped")]
        told = await do.workflows.get_status(execution.id, include_audit_trail=True)
        assert told.audit_trail is not None
        decisions = [(entry.step, entry.actor, entry.input) for entry in told.audit_trail if entry.event == "decision"]
        assert decisions == [("a", "ann", None), ("b", "ann", {"comment": "paid", "value": {"by": "cheque"}})]


async def test_a_workflow_resolves_what_its_child_holds(do: TestDo, serve: Serve, charges: list[int]) -> None:
    """A parent that knows what to do says so by itself."""

    @do.workflow.create(name="parent")
    async def parent(_: Trigger) -> Any:
        child = await do.workflows.start("sale", 100, id=f"{do.settings.task_queue}/child")
        await anext(do.signals("held"))
        await child.resolve("charge", "skip", value=1, by="the parent")
        return await child.result()

    async with serve():
        execution = await do.workflows.start("parent")
        await holds(do.workflows.get(f"{do.settings.task_queue}/child"), "charge")
        await execution.signal("held")
        assert await execution.result() == [1, "sold"]
