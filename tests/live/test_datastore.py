"""The Datastore from clients and workflows, on a real server."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pydantic import BaseModel

from dosdk_temporal import ActionError, ActionNestingError, ConflictError, InputError, Retry, Trigger, WorkflowError
from dosdk_temporal.testing import TestDo
from tests.live.threads import POOL, in_thread

Serve = Callable[..., Any]


class User(BaseModel):
    """What a value can be made."""

    name: str


async def test_the_documents_record(do: TestDo, serve: Serve) -> None:
    """A workflow creates its record, acts on its flag, and updates it; run again, it finds the flag and sends nothing."""
    sent: list[str] = []

    @do.action.create(name="send-welcome-email")
    async def send(email: str) -> None:
        sent.append(email)

    @do.workflow.create(name="onboard")
    async def onboard(trigger: Trigger) -> Any:
        users = do.datastore.namespace("users")
        user = trigger.payload
        if await users.get(user["userId"]) is None:
            flags = {"status": "registered", "welcomeEmailSent": False, "profileSetup": False}
            await users.set(user["userId"], {"userId": user["userId"], **flags})
        before = await users.get(user["userId"])
        if not before["welcomeEmailSent"]:
            await do.action.run("send-welcome-email", {"email": user["email"]})
            await users.update(user["userId"], {"status": "email_sent", "welcomeEmailSent": True})
        return before

    jane = {"userId": "usr_12345", "email": "jane.doe@example.com"}
    async with serve():
        first = await do.workflows.execute("onboard", jane)
        second = await do.workflows.execute("onboard", jane)
    expected = {"userId": "usr_12345", "status": "email_sent", "welcomeEmailSent": True, "profileSetup": False}
    assert first == {"userId": "usr_12345", "status": "registered", "welcomeEmailSent": False, "profileSetup": False}
    assert (second, sent) == (expected, ["jane.doe@example.com"])
    assert await do.datastore.namespace("users").get("usr_12345") == expected
    assert [entry.version for entry in await do.datastore.namespace("users").history("usr_12345")] == [2, 1]


async def test_a_failed_step_leaves_the_record(do: TestDo, serve: Serve) -> None:
    """While the action fails the record says so; the workflow tries again later and knows what is to be done."""
    failures = iter(["the mail service is down", None])

    @do.action.create(name="send", retry=Retry(1))
    async def send() -> None:
        failure = next(failures)
        if failure:
            raise ConnectionError(failure)

    @do.workflow.create(name="persists")
    async def persists(_: Trigger) -> list[Any]:
        await do.datastore.set("user", {"status": "registered", "sent": False})
        seen = []
        while not (await do.datastore.get("user"))["sent"]:
            try:
                await do.action.run("send")
            except ActionError:
                seen.append(await do.datastore.get("user"))
                await do.sleep("10ms")
            else:
                await do.datastore.update("user", {"status": "email_sent", "sent": True})
        return seen

    async with serve():
        seen = await do.workflows.execute("persists")
    assert seen == [{"status": "registered", "sent": False}]
    assert await do.datastore.get("user") == {"status": "email_sent", "sent": True}


async def _every_call(do: TestDo) -> list[Any]:
    data = do.datastore.namespace("same")
    told: list[Any] = [
        await data.set("a", {"name": "Ada"}),
        await data.set("b", [1], if_absent=True, ttl="1d"),
        await data.update("a", {"born": 1815}, if_version=1),
        await data.increment("n", 2.5),
        await data.get("a"),
        await data.get("a", as_type=User),
        await data.get("none", "default"),
        await data.delete("b"),
        await data.delete("b"),
    ]
    page = await data.list(limit=1)
    rest = await data.list(cursor=page.cursor)
    entry = await data.entry("a")
    history = await data.history("b")
    told += [[e.key for e in (*page, *rest)], entry and entry.version, [(e.version, e.deleted) for e in history]]
    try:
        await data.set("a", 1, if_version=1)
    except ConflictError as error:
        told.append((str(error), error.current_version, error.expected_version))
    try:
        await data.update("n", {})
    except InputError as error:
        told.append(str(error))
    return told


async def test_the_same_calls_in_both_places(do: TestDo, serve: Serve) -> None:
    """Every call means the same from a client and in a workflow, and each sees what the other wrote."""
    in_workflow: list[Any] = []

    @do.workflow.create(name="calls")
    async def calls(trigger: Trigger) -> Any:
        in_workflow[:] = await _every_call(do)
        return await do.datastore.get("from-client")

    from_client = await _every_call(do)
    for key in "an":
        await do.datastore.namespace("same").delete(key)
    # A deleted key goes on counting its versions: another namespace of the test's own database begins anew.
    do.datastore._space = "of the workflow"
    await do.datastore.set("from-client", 7)
    async with serve():
        assert await do.workflows.execute("calls") == 7
    assert in_workflow == [*from_client[:-2], *_within("of the workflow/", from_client[-2:])]
    assert await do.datastore.namespace("same").get("n") == 2.5


def _within(space: str, told: list[Any]) -> list[Any]:
    """The refusals with the key's path in another namespace."""
    (text, *versions), update = told
    return [(text.replace("same/", f"{space}same/"), *versions), update.replace("same/", f"{space}same/")]


async def test_a_replay_writes_nothing(do: TestDo) -> None:
    """A run that is replayed from the top at each of its tasks writes each write once."""

    @do.workflow.create(name="writes")
    async def writes(trigger: Trigger) -> list[int]:
        totals = []
        for _ in range(5):
            totals.append(int(await do.datastore.increment("n")))
            await do.sleep("1ms")
        return totals

    async with do.worker(max_cached_workflows=0):
        assert await do.workflows.execute("writes") == [1, 2, 3, 4, 5]
    assert [entry.value for entry in await do.datastore.history("n")] == [5, 4, 3, 2, 1]


async def test_who_wrote(do: TestDo) -> None:
    """A version says which execution wrote it, or that it was a client."""

    @do.workflow.create(name="writes")
    async def writes(_: Trigger) -> None:
        await do.datastore.set("a", 2)

    await do.datastore.set("a", 1)
    async with do.worker():
        execution = await do.workflows.start("writes")
        await execution.result()
    assert [entry.written_by for entry in await do.datastore.history("a")] == [execution.id, None]


async def test_a_conflict_is_the_handlers_to_catch(do: TestDo, serve: Serve) -> None:
    """In a handler it is the same error, at once; uncaught it fails the run, and its versions reach who waits."""

    @do.workflow.create(name="loses")
    async def loses(trigger: Trigger) -> Any:
        try:
            await do.datastore.set("a", 2, if_version=7)
        except ConflictError as error:
            if trigger.payload["catches"]:
                return [error.current_version, error.expected_version]
            raise

    await do.datastore.set("a", 1)
    async with serve():
        assert await do.workflows.execute("loses", {"catches": True}) == [1, 7]
        with pytest.raises(WorkflowError, match="key 'a' is at version 1, version 7 was expected") as failed:
            await do.workflows.execute("loses", {"catches": False})
    cause = failed.value.cause
    assert isinstance(cause, ConflictError)
    assert (cause.current_version, cause.expected_version) == (1, 7)


async def test_a_value_ends_for_workflows_too(do: TestDo, serve: Serve) -> None:
    """What a workflow wrote for a time has its end, and is not there after it."""

    @do.workflow.create(name="writes")
    async def writes(_: Trigger) -> None:
        await do.datastore.set("long", 1, ttl="1d")
        await do.datastore.set("short", 1, ttl="1ms")

    began = datetime.now(UTC)
    async with serve():
        await do.workflows.execute("writes")
    entry = await do.datastore.entry("long")
    assert entry is not None
    assert entry.expires_at is not None
    assert began + timedelta(days=1) < entry.expires_at < datetime.now(UTC) + timedelta(days=1)
    while await do.datastore.get("short") is not None:
        pass


async def test_large_answers_and_many_of_them(do: TestDo, serve: Serve) -> None:
    """However much a run reads between two waits, its tasks can carry it: 10 values of 1 MiB, and 500 of 10 KiB."""
    await do.datastore.set("large", "x" * (1024 * 1024 - 2))
    await do.datastore.set("small", "x" * 10_000)

    @do.workflow.create(name="reads")
    async def reads(_: Trigger) -> int:
        total = sum([len(await do.datastore.get("large")) for _ in range(5)])
        total += sum(map(len, await asyncio.gather(*(do.datastore.get("large") for _ in range(5)))))
        total += sum([len(await do.datastore.get("small")) for _ in range(250)])
        return total + sum(map(len, await asyncio.gather(*(do.datastore.get("small") for _ in range(250)))))

    async with serve():
        assert await do.workflows.execute("reads") == 10 * (1024 * 1024 - 2) + 500 * 10_000


def _sync(do: TestDo) -> Any:
    return asyncio.run(do.datastore.get("a"))


DOORS: dict[str, Callable[[TestDo], Awaitable[Any]]] = {
    "get": lambda do: do.datastore.get("a"),
    "entry": lambda do: do.datastore.entry("a"),
    "set": lambda do: do.datastore.set("a", 2),
    "update": lambda do: do.datastore.update("a", {}),
    "delete": lambda do: do.datastore.delete("a"),
    "increment": lambda do: do.datastore.increment("a"),
    "list": lambda do: do.datastore.list(),
    "history": lambda do: do.datastore.history("a"),
    "a namespace": lambda do: do.datastore.namespace("b").set("a", 2),
    "in a task": lambda do: asyncio.create_task(do.datastore.set("a", 2)),
    "in a thread": lambda do: asyncio.to_thread(in_thread, lambda: _sync(do)),
    "in a pool of its own": lambda do: asyncio.wrap_future(POOL.submit(_sync, do)),
    "through do.sync": lambda do: asyncio.to_thread(lambda: do.sync.datastore.set("a", 2)),
}


@pytest.mark.parametrize("door", DOORS.values(), ids=DOORS.keys())
async def test_an_action_has_no_datastore(do: TestDo, door: Callable[[TestDo], Awaitable[Any]]) -> None:
    """Whatever way an action takes to the Datastore, it is refused with the reason, and not tried again."""
    await do.datastore.set("a", 1)
    attempts: list[int] = []

    @do.action.create(name="nests")
    async def nests() -> Any:
        attempts.append(1)
        return await door(do)

    async with do.worker():
        with pytest.raises(ActionNestingError, match=r"action 'nests' tried to .*orchestration belongs in a workflow"):
            await do.action.run("nests")
    assert (attempts, await do.datastore.get("a")) == ([1], 1)


async def test_synchronous_code(do: TestDo) -> None:
    """Through do.sync the same calls work in a thread; on its own loop too."""

    def use() -> Any:
        users = do.sync.datastore.namespace("users")
        users.set("ada", {"n": 1})
        return [users.increment("n"), users.get("ada"), [entry.key for entry in users.list()]]

    assert await asyncio.to_thread(use) == [1, {"n": 1}, ["ada", "n"]]
    assert await do.datastore.namespace("users").get("n") == 1
    await asyncio.to_thread(do.sync.close)
