"""Keys that are missing, and keys that rotate."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from typing import Any

import pytest
from temporalio.client import Client
from temporalio.common import RawValue
from temporalio.worker import Worker

from dosdk_temporal import Do, Execution, Trigger
from dosdk_temporal._pure.sealing import UnreadableError
from dosdk_temporal.plugin import DoPlugin
from dosdk_temporal.testing import TestDo
from tests.live.command_line import dosdk
from tests.live.waiting_facts import waits_for

OLD, NEW = "b2xkLW9sZC1vbGQtb2xkLW9sZC1vbGQtb2xkLW9sZCE", "bmV3LW5ldy1uZXctbmV3LW5ldy1uZXctbmV3LW5ldyE"
UNREAD = (
    "this is encrypted, and the key with the id '6da62ff0a0ca' is not known here: set DO_ENCRYPTION_KEY as where this was "
    "written; several keys are separated by commas, and the first encrypts"
)


WithKey = Callable[[str | None], Do]


@pytest.fixture
async def with_key(do: TestDo) -> AsyncIterator[WithKey]:
    """Clients of the same server, queue, registry and tables, with another key or none."""
    async with AsyncExitStack() as opened:

        def client(key: str | None) -> Do:
            made = Do(
                address=do.settings.address,
                task_queue=do.settings.task_queue,
                encryption_key=key,
                datastore_url=do.database.url.render_as_string(hide_password=False),
                registry=do.registry,
            )
            opened.push_async_callback(made.close)
            return made

        yield client


@pytest.fixture(autouse=True)
def asks(do: TestDo) -> None:
    """A workflow with a step, a wait and a step."""
    do.action.create(name="echo", handler=lambda text: text)

    @do.workflow.create(name="asks-with-a-key")
    async def asks(trigger: Trigger) -> list[Any]:
        first = await do.action.run("echo", trigger.payload)
        decision = await do.wait_for_approval("manager")
        return [first, decision.comment, await do.datastore.get("kept")]


READERS: list[Callable[[Do, Execution], Awaitable[Any]]] = [
    lambda _, run: run.result(),
    lambda _, run: run.status(),
    lambda _, run: run.explain(),
    lambda do, _: do.datastore.get("kept"),
]


async def test_a_client_without_the_key_is_told(
    do: TestDo, with_key: WithKey, caplog: pytest.LogCaptureFixture
) -> None:
    """Whatever a client, or a command, without the key reads of an encrypted run, it is told which key it lacks; lists go on."""
    keyed, keyless = with_key(NEW), with_key(None)
    async with keyed.worker():
        await keyed.datastore.set("kept", 7)
        run = await keyed.workflows.start("asks-with-a-key", {"text": "fine"})
        await waits_for(run, "manager")
        while not await keyed.approvals.list(workflow="asks-with-a-key"):
            pass  # the inbox may lag by a second
        assert await keyless.approvals.list(workflow="asks-with-a-key") == []
        assert run.id in {listed.id for listed in await keyless.workflows.list(workflow="asks-with-a-key")}
        told = [record.getMessage() for record in caplog.records if record.levelno == logging.WARNING]
        assert len(told) == 2
        assert all(line.startswith("not shown is what waits in run ") and line.endswith(UNREAD) for line in told)
        await run.approve("manager", comment="go")
        assert await run.result() == ["fine", "go", 7]
        for read in READERS:
            with pytest.raises(UnreadableError) as unread:
                await read(keyless, keyless.workflows.get(run.id))
            assert str(unread.value) == UNREAD
    said = await dosdk(do, "status", run.id)
    assert (said.status, said.out, said.err) == (1, "", f"dosdk: error: {UNREAD}\n")


@pytest.mark.parametrize("wrong", [None, OLD], ids=["no key", "another key"])
async def test_a_worker_without_the_key_fails_no_run(
    with_key: WithKey, wrong: str | None, caplog: pytest.LogCaptureFixture
) -> None:
    """A run that such a worker is given goes on waiting for one that has the key; worker and explanation say which is missing."""
    run = await with_key(NEW).workflows.start("asks-with-a-key", {"text": "fine"})
    async with with_key(wrong).worker():
        while "Its workflow task has failed" not in (said := str(await run.explain())):  # noqa: ASYNC110 - a worker makes it so
            await asyncio.sleep(0.02)
    assert "the key with the id '6da62ff0a0ca' is not" in said
    assert (await run.status()).state == "running"
    told = [r.getMessage() for r in caplog.records if r.levelno >= logging.WARNING and "6da62ff0a0ca" in r.getMessage()]
    assert told
    assert all(line.startswith("a workflow is left to a worker that can read it: this is encrypted") for line in told)


async def test_a_run_that_was_changed_is_told_from_one_whose_key_is_missing(
    do: TestDo, with_key: WithKey, caplog: pytest.LogCaptureFixture
) -> None:
    """A worker says of a run whose input was changed on the server that it cannot go on, and an explanation what to do."""
    keyed = with_key(NEW)
    (payload,) = await (await keyed.connection()).client.data_converter.encode([{"text": "fine"}])
    payload.data = payload.data[:-1] + bytes([payload.data[-1] ^ 1])
    raw = await Client.connect(do.settings.address)
    queue = do.settings.task_queue
    handle = await raw.start_workflow("asks-with-a-key", RawValue(payload), id=f"changed/{queue}", task_queue=queue)
    async with keyed.worker():
        while not (told := [r for r in caplog.records if "was changed on the" in r.getMessage()]):  # noqa: ASYNC110 - likewise
            await asyncio.sleep(0.02)
        explained = await keyed.workflows.get(handle.id).explain()
    await handle.terminate()
    assert {(record.levelname, record.getMessage()[:54]) for record in told} == {
        ("ERROR", "a workflow cannot go on: what was encrypted with the k")
    }
    assert [record.dosdk["run"] for record in told[:1]] == [handle.result_run_id]  # type: ignore[attr-defined] # its facts
    assert explained.sentences[0].startswith("It cannot go on, and its record cannot be read: what was encrypted")
    assert (explained.state, explained.commands) == ("running", (f"dosdk terminate {handle.id}",))


@pytest.mark.parametrize("first", ["", f"none,{NEW}", OLD], ids=["no key", "a key to read with", "the old key"])
async def test_a_run_outlives_its_key(with_key: WithKey, first: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A run that began without a key, or with an old one, goes on and is read under a new one that stands first."""
    monkeypatch.setenv("DO_ENCRYPTION_KEY", first)
    before = with_key(None)
    async with before.worker():
        await before.datastore.set("kept", 7)
        run = await before.workflows.start("asks-with-a-key", {"text": "fine"})
        await waits_for(run, "manager")
    monkeypatch.setenv("DO_ENCRYPTION_KEY", f"{NEW},{OLD}")
    after = with_key(None)
    async with after.worker():
        run = after.workflows.get(run.id)
        await run.approve("manager", comment="go")
        assert await run.result() == ["fine", "go", 7]
    assert (await run.status()).input == {"text": "fine"}


async def test_a_teams_own_worker_reads_the_environment(
    do: TestDo, dosdk_server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A team's own client and worker with the plugin encrypt and decrypt by the same variable."""
    monkeypatch.setenv("DO_ENCRYPTION_KEY", NEW)
    client = await Client.connect(dosdk_server, plugins=[DoPlugin(do.registry)])
    async with Worker(client, task_queue=do.settings.task_queue):
        run = await do.workflows.start("asks-with-a-key", {"text": "fine"})
        assert (await run.approve("manager", comment="go")).name == "manager"
        assert await run.result() == ["fine", "go", None]
    (payload,) = await client.data_converter.encode(["marmalade"])
    assert payload.metadata["encoding"] == b"binary/encrypted"
