"""What a run that waits tells: its status, the inbox, its memo, Temporal's Web UI, with search attributes and without."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pydantic import BaseModel
from temporalio.client import WorkflowHandle

from dosdk_temporal import Do, InputError, Retry, Trigger
from dosdk_temporal._client.preparing import prepare_attributes
from dosdk_temporal.testing import TestDo
from tests.live.waiting_facts import handle_of, pause, waits_for

Serve = Callable[..., Any]


class Terms(BaseModel):
    """What an approval must fill in."""

    limit: int


@pytest.fixture
def asks(do: TestDo) -> str:
    """A workflow of a name of its own that asks as its payload says."""
    name = f"asks-{do.uuid()}"

    @do.workflow.create(name=name)
    async def asks(trigger: Trigger) -> Any:
        return (await do.wait_for_approval("manager", form=Terms, **trigger.payload)).by

    return name


async def listed(do: Do, count: int, **wanted: Any) -> list[Any]:
    """What the inbox shows, once it shows so much: it may lag by a second."""
    while len(found := await do.approvals.list(**wanted)) != count:  # noqa: ASYNC110 - the server makes it so
        await asyncio.sleep(0.05)
    return found


async def details(handle: WorkflowHandle[Any, Any]) -> str:
    """The run's current details, as the Web UI asks a worker for them."""
    metadata: Any = await handle.query("__temporal_workflow_metadata")
    return str(metadata.get("currentDetails", "") if isinstance(metadata, dict) else metadata.current_details)


async def test_the_inbox_shows_what_waits(do: TestDo, serve: Serve, asks: str) -> None:
    """For whom, since when, until when and what to fill in; the longest waiting first; nothing once it is decided."""
    async with serve():
        first = await do.workflows.start(asks, {"approvers": ["ann", "bob"], "title": "Pay?", "details": "*500*"})
        await waits_for(first, "manager")
        second = await do.workflows.start(asks, {"timeout": "3d"})
        await waits_for(second, "manager")
        one, other = await listed(do, 2, workflow=asks)
        assert (one.execution_id, one.workflow, one.name, one.title, one.details, one.approvers, one.until) == (
            first.id, asks, "manager", "Pay?", "*500*", ("ann", "bob"), None,
        )  # fmt: skip
        assert (other.execution_id, other.approvers, other.until) == (second.id, (), other.since + timedelta(days=3))
        assert other.form == Terms.model_json_schema()
        assert [entry.execution_id for entry in await do.approvals.list(workflow=asks, assignee="bob")] == [
            first.id,
            second.id,
        ]
        assert [entry.execution_id for entry in await do.approvals.list(workflow=asks, assignee="zoe")] == [second.id]
        assert await do.approvals.list(workflow=asks, overdue=True) == []
        assert len(await do.approvals.list(workflow=asks, limit=1)) == 1
        await first.approve(by="ann", form={"limit": 1})
        await second.reject(by="zoe")
        assert await listed(do, 0, workflow=asks) == []


async def test_the_inbox_needs_no_worker(do: TestDo, asks: str) -> None:
    """Without one it shows what waits, what is overdue, and what is paused; a run that ended is gone from it."""
    async with do.worker():
        late = await do.workflows.start(asks, {"timeout": 2})
        paused = await do.workflows.start(asks, {})
        ended = await do.workflows.start(asks, {})
        for execution in (late, paused, ended):
            await waits_for(execution, "manager")
    await pause(do, paused)
    await ended.terminate()
    found = await listed(do, 2, workflow=asks)
    assert {entry.execution_id for entry in found} == {late.id, paused.id}
    (overdue,) = await listed(do, 1, workflow=asks, overdue=True)
    assert (overdue.execution_id, overdue.until is not None and overdue.until < datetime.now(UTC)) == (late.id, True)
    await late.terminate()
    await paused.terminate()


@pytest.mark.parametrize("limit", [0, -1, True, "10", None])
async def test_a_limit_that_is_none(do: TestDo, limit: Any) -> None:
    """How many are asked for is a number from 1."""
    with pytest.raises(InputError, match="limit="):
        await do.approvals.list(limit=limit)


async def test_the_status_of_a_run_that_waits(do: TestDo, serve: Serve) -> None:
    """It lists the approval, the sleep and the step whose next attempt is due, each with its times."""

    @do.action.create(name="fails", retry=Retry(max_attempts=2, initial_delay="1h"))
    async def fails() -> None:
        raise ValueError("not yet")

    @do.workflow.create(name="waits")
    async def waits(trigger: Trigger) -> None:
        await asyncio.gather(
            do.wait_for_approval("manager", timeout="3d"),
            do.sleep("7d"),
            do.action.run("fails"),
            anext(do.signals("x")),
        )

    async with serve():
        execution = await do.workflows.start("waits")
        await waits_for(execution, "manager", "sleep", "fails")
        status = await execution.status()
        told = {
            wait.kind: (wait.name, wait.until - wait.since if wait.until is not None else None)
            for wait in status.waiting_for
        }
        retry = told.pop("retry")
        assert (status.state, told) == (
            "waiting", {"approval": ("manager", timedelta(days=3)), "timer": ("sleep", timedelta(days=7))},
        )  # fmt: skip
        assert (retry[0], retry[1] is not None and timedelta(minutes=59) < retry[1] < timedelta(minutes=61)) == (
            "fails",
            True,
        )
        await execution.terminate()
        assert (await execution.status()).waiting_for == ()


async def test_the_web_ui_says_what_to_do(do: TestDo, serve: Serve) -> None:
    """The run's current details say what it waits for, since and until when, and the command that decides."""

    @do.workflow.create(name="asks")
    async def asks(trigger: Trigger) -> None:
        await do.wait_for_approval("the manager", approvers=["ann o'hara"], title="Pay?", details="*500*", timeout="3d")

    async with serve():
        execution = await do.workflows.start("asks", id=f"order {do.uuid()}")
        await waits_for(execution, "the manager")
        (wait,) = (await execution.status()).waiting_for
        handle = await handle_of(do, execution)
        assert wait.until is not None
        who = "'ann o'\"'\"'hara'"
        assert await details(handle) == (
            f"**Waits for approval `the manager`** since {wait.since:%Y-%m-%d %H:%M UTC}, until {wait.until:%Y-%m-%d %H:%M UTC}"
            "\n\nPay?\n\n*500*\n\nWho may decide: ann o'hara\n\n"
            f"    dosdk approve '{execution.id}' 'the manager' --by {who}\n"
            f"    dosdk reject '{execution.id}' 'the manager' --by {who}"
        )
        memo = await (await handle.describe()).memo()
        assert [entry["name"] for entry in memo["waiting"]] == ["the manager"]
        await execution.reject(by="ann o'hara")
        await execution.result()
        memo = await (await handle.describe()).memo()
        assert (memo.get("waiting", []), memo["last_wait"]["state"], memo["last_wait"]["by"]) == (
            [],
            "rejected",
            "ann o'hara",
        )
        assert await details(handle) == ""


@pytest.fixture
def bare_do(do: TestDo, bare: str) -> Do:
    """A client of a namespace that lacks the search attributes."""
    return Do(address=do.settings.address, namespace=bare, task_queue=bare, registry=do.registry)


@pytest.mark.parametrize("cached", [1000, 0], ids=["cached", "replayed"])
async def test_without_search_attributes(
    bare_do: Do, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch, cached: int
) -> None:
    """The inbox looks at every open run and says so; once they are registered, a run goes on and is found by its next wait."""

    @bare_do.workflow.create(name="asks-thrice")
    async def asks_thrice(trigger: Trigger) -> Any:
        return [(await bare_do.wait_for_approval(name, approvers=["ann"])).by for name in ("a", "b", "c")]

    async def refuses(_: Any) -> bool:
        return False

    with monkeypatch.context() as unable:
        unable.setattr("dosdk_temporal._worker.worker.ensure_indexed", refuses)
        async with bare_do.worker(max_cached_workflows=cached):
            execution = await bare_do.workflows.start("asks-thrice")
            await waits_for(execution, "a")
            (found,) = await listed(bare_do, 1, assignee="ann")
            assert (found.execution_id, found.name) == (execution.id, "a")
            await execution.approve("a", by="ann")
            await waits_for(execution, "b")
    told = [record.message for record in caplog.records if record.levelno == logging.WARNING]
    assert f"namespace {bare_do.settings.namespace!r} lacks the search attributes of the inbox" in told[0]
    await prepare_attributes((await bare_do.connection()).client)
    async with bare_do.worker(max_cached_workflows=cached):
        await execution.approve("b", by="ann")
        await waits_for(execution, "c")
        caplog.clear()
        (found,) = await listed(bare_do, 1, assignee="ann")
        assert (found.name, caplog.messages) == ("c", [])
        await execution.approve("c", by="ann")
        assert await execution.result() == ["ann", "ann", "ann"]
    await bare_do.close()
