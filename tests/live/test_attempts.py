"""Retries and time-outs, owned by the worker that runs the action."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest

from dosdk_temporal import ActionContext, ActionError, ActionTimeoutError, Do, InputError, Registry, Retry, Trigger
from dosdk_temporal.testing import TestDo

SOON = Retry(3, "1ms")


class CardDeclined(Exception):
    """The bank said no."""


async def test_three_attempts_are_made_by_default_and_the_error_is_the_handlers_own(do: TestDo) -> None:
    """Without options an action is tried three times; the caller gets its message, type and class."""
    attempts = []

    @do.action.create(name="charge")
    async def charge(context: ActionContext) -> None:
        attempts.append(context.attempt)
        raise CardDeclined("no funds")

    async with do.worker():
        with pytest.raises(CardDeclined, match=r"^no funds$") as declined:
            await do.action.run("charge", retry={"maxAttempts": 3, "backoff": {"initialDelay": 1, "multiplier": 2}})
    assert isinstance(declined.value, ActionError)
    error: Any = declined.value
    assert (attempts, error.type, error.action, error.attempts) == ([1, 2, 3], "CardDeclined", "charge", 3)
    assert error.execution_id.startswith("act/")


async def test_a_plain_action_that_recovers_tells_its_attempts(do: TestDo) -> None:
    """The result of an action that failed twice says three attempts."""

    @do.action.create(name="flaky", retry=SOON)
    def flaky(context: ActionContext) -> str:
        if context.attempt < 3:
            raise CardDeclined("again")
        return f"attempt {context.attempt}"

    async with do.worker():
        result = await do.action.execute(name="flaky")
    assert (result.output, result.attempts) == ("attempt 3", 3)


async def test_the_key_is_the_same_in_every_attempt_and_differs_between_steps(
    do: TestDo, serve: Callable[..., Any]
) -> None:
    """A handler sees one idempotency key over its attempts, and another in the next step."""
    keys: list[tuple[str, int, str]] = []

    @do.action.create(name="note", retry=SOON)
    async def note(context: ActionContext) -> None:
        keys.append((str(context.step), context.attempt, context.idempotency_key))
        if context.attempt == 1:
            raise CardDeclined("again")

    @do.workflow.create(name="notes")
    async def notes(_: Trigger) -> None:
        await do.action.run("note")
        await do.action.run("note")

    async with serve():
        execution = await do.workflows.start("notes")
        await execution.result()
        run_id = (await execution.status()).run_id
    assert keys == [
        ("note", 1, f"{run_id}/note"),
        ("note", 2, f"{run_id}/note"),
        ("note#2", 1, f"{run_id}/note#2"),
        ("note#2", 2, f"{run_id}/note#2"),
    ]


@pytest.mark.parametrize(
    ("retry", "raises", "made"),
    [
        (Retry(5, "1ms", give_up_on=[CardDeclined]), CardDeclined("no"), 1),
        (Retry(5, "1ms", give_up_on=["CardDeclined"]), CardDeclined("no"), 1),
        (Retry(5, "1ms", give_up_on=[Exception]), CardDeclined("no"), 1),
        (Retry(4, "1ms", retry_on=[CardDeclined]), CardDeclined("no"), 4),
        (Retry(4, "1ms", retry_on=[CardDeclined]), ValueError("no"), 1),
        (Retry(1), CardDeclined("no"), 1),
        (Retry(3, "1ms"), ActionError("never again", retryable=False), 1),
        (Retry(3, "1ms"), ActionError("again"), 3),
        (Retry(3, "1ms"), InputError("that is no order"), 1),
    ],
)
async def test_what_ends_the_attempts(do: TestDo, retry: Retry, raises: Exception, made: int) -> None:
    """The strategy, and the error itself, say whether another attempt follows."""
    attempts = []

    @do.action.create(name="fails", retry=retry)
    async def fails() -> None:
        attempts.append(1)
        raise raises

    async with do.worker():
        with pytest.raises(type(raises), match=str(raises)):
            await do.action.run("fails")
    assert len(attempts) == made


async def test_the_call_wins_over_the_action_over_the_workflow(do: TestDo, serve: Callable[..., Any]) -> None:
    """Options merge from the default up: workflow, action, call."""
    attempts: dict[str, set[int]] = {}

    def note(name: str, context: ActionContext) -> None:
        attempts.setdefault(name, set()).add(context.attempt)
        raise CardDeclined(name)

    @do.action.create(name="plain")
    def plain(context: ActionContext) -> None:
        note("plain", context)

    @do.action.create(name="own", retry=Retry(2, "1ms"))
    def own(context: ActionContext) -> None:
        note("own", context)

    @do.workflow.create(name="levels", retry=Retry(4, "1ms"))
    async def levels(_: Trigger) -> list[int | None]:
        made = []
        for name, options in (("plain", {}), ("own", {}), ("own", {"retry": Retry(1)}), ("plain", {"retry": 1})):
            try:
                await do.action.run(name, **options)
            except ActionError as error:
                made.append(error.attempts)
        return made

    async with serve():
        assert await do.workflows.execute("levels") == [4, 2, 1, 1]
    assert attempts == {"plain": {1, 2, 3, 4}, "own": {1, 2}}


async def test_the_callers_ignorance_of_the_definition_changes_nothing(do: TestDo, dosdk_server: str) -> None:
    """A client that knows only the name gets the action's own retries, and plain JSON."""
    attempts = []

    @do.action.create(name="flaky", retry=Retry(2, "1ms"))
    async def flaky(amount: int) -> None:
        attempts.append(amount)
        raise CardDeclined("no")

    stranger = Do(address=dosdk_server, task_queue=do.settings.task_queue, registry=Registry())
    async with do.worker():
        with pytest.raises(CardDeclined) as declined:
            await stranger.action.run("flaky", {"amount": 3})
        with pytest.raises(InputError, match="the input of action 'flaky' does not fit: amount: is required"):
            await stranger.action.run("flaky")
    assert (attempts, getattr(declined.value, "attempts", None)) == ([3, 3], 2)


@pytest.mark.parametrize("kind", ["async", "plain"])
async def test_an_attempt_that_takes_too_long_is_cancelled_and_tried_again(do: TestDo, kind: str) -> None:
    """The handler is interrupted at its timeout, its finally block runs, and the last attempt's error says so."""
    ended = []

    async def waits() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ended.append("async")

    def spins() -> None:
        try:
            while True:
                time.monotonic()
        finally:
            ended.append("plain")

    do.action.create(name="slow", handler=waits if kind == "async" else spins, timeout="50ms", retry=Retry(2, "1ms"))
    async with do.worker():
        with pytest.raises(ActionTimeoutError) as late:
            await do.action.run("slow")
    assert (str(late.value), late.value.attempts) == ("the attempt took longer than its timeout of 0.05 s", 2)
    assert ended == [kind, kind]


async def test_total_timeout_ends_all_attempts(do: TestDo) -> None:
    """Attempts that would go on without end stop at the total_timeout."""

    @do.action.create(
        name="hopeless", retry=Retry.forever(initial_delay="10ms", max_delay="10ms"), total_timeout="200ms"
    )
    async def hopeless() -> None:
        raise CardDeclined("no")

    @do.action.create(name="patient", retry=Retry.forever(initial_delay="2h", max_delay="2h"), total_timeout="1h")
    async def patient() -> None:
        raise CardDeclined("not yet")

    @do.action.create(name="stuck", timeout=None, total_timeout="100ms")
    async def stuck() -> None:
        await asyncio.Event().wait()

    async with do.worker():
        with pytest.raises(ActionTimeoutError, match=r"did not complete within its total_timeout of 0\.2 s"):
            await do.action.run("hopeless")
        with pytest.raises(ActionTimeoutError, match="of 3600 s; the last attempt failed with CardDeclined: not yet"):
            await do.action.run("patient")
        with pytest.raises(ActionTimeoutError, match=r"did not complete within its total_timeout of 0\.1 s"):
            await do.action.run("stuck")


async def test_a_handler_that_blocks_costs_its_neighbour_nothing(do: TestDo) -> None:
    """While an async handler blocks its loop past a neighbour's heartbeat time-out, that one keeps its first attempt."""
    neighbour_runs, release = asyncio.Event(), threading.Event()
    loop = asyncio.get_running_loop()

    @do.action.create(name="blocks")
    async def blocks() -> str:
        release.wait(timeout=2.5)  # a real block: nothing else on the handlers' loop runs meanwhile
        return "blocked"

    @do.action.create(name="neighbour", heartbeat="1s")
    async def neighbour(context: ActionContext) -> int:
        loop.call_soon_threadsafe(neighbour_runs.set)
        await asyncio.to_thread(release.wait, 10)
        return context.attempt

    async with do.worker():
        alongside = asyncio.create_task(do.action.run("neighbour"))
        await neighbour_runs.wait()
        assert await do.action.run("blocks") == "blocked"
        release.set()
        assert await alongside == 1


async def test_what_a_handler_said_of_its_progress_reaches_the_next_attempt(do: TestDo) -> None:
    """Heartbeat details of a failed attempt are the next one's."""

    @do.action.create(name="counts", retry=SOON)
    async def counts(context: ActionContext) -> Any:
        if context.attempt == 1:
            context.heartbeat({"done": 7})
            await asyncio.to_thread(lambda: None)  # lets the beat leave
            raise CardDeclined("again")
        return context.heartbeat_details

    async with do.worker():
        assert await do.action.run("counts") == {"done": 7}


async def test_a_failed_attempt_sees_the_original_input_again(do: TestDo) -> None:
    """What a handler does to its input, the next attempt does not see."""
    seen = []

    @do.action.create(name="spoils", retry=Retry(2, "1ms"))
    async def spoils(inputs: dict[str, Any]) -> None:
        seen.append(list(inputs["items"]))
        inputs["items"].clear()
        raise CardDeclined("again")

    async with do.worker():
        with pytest.raises(CardDeclined):
            await do.action.run("spoils", {"items": [1, 2]})
    assert seen == [[1, 2], [1, 2]]


class Careless(ActionError):
    """An error whose own constructor tells the SDK nothing."""

    def __init__(self, code: int) -> None:
        self.code = code


@pytest.mark.parametrize("kind", ["async", "plain"])
@pytest.mark.parametrize(
    ("error", "type_", "begins"),
    [
        (ValueError("x" * 3_000_000), "ValueError", "xxx"),
        (
            ExceptionGroup("several", [ValueError("one"), KeyError("two")]),
            "ValueError",
            "one (beside it: KeyError: 'two')",
        ),
        (StopIteration("early"), "RuntimeError", ""),
        (SystemExit(3), "RuntimeError", "SystemExit(3)"),
        (Careless(7), "Careless", "7"),
        (RuntimeError(), "RuntimeError", "RuntimeError"),
    ],
    ids=["large", "group", "stop", "exit", "careless", "silent"],
)
async def test_whatever_a_handler_raises_reaches_the_caller(
    do: TestDo, kind: str, error: BaseException, type_: str, begins: str
) -> None:
    """No exception, however odd or large, makes an action hang or hides its type."""

    async def awaits() -> None:
        raise error

    def plain() -> None:
        raise error

    do.action.create(name="odd", handler=awaits if kind == "async" else plain, retry=Retry(2, "1ms"))
    async with do.worker():
        with pytest.raises(ActionError) as raised:
            await do.action.run("odd")
    assert (raised.value.type, str(raised.value)[: len(begins)], raised.value.attempts) == (type_, begins, 2)
