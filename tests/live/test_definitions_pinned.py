"""Which text a declared run runs: the one it was started with, whatever becomes of files and workers."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import Any

import pytest

from dosdk_temporal import DefinitionError, NotFoundError, Registry, WorkflowError
from dosdk_temporal._pure.status import Progress
from dosdk_temporal._server import EmbeddedServer
from dosdk_temporal.testing import TestDo
from tests.live.waiting_facts import waits_for

Serve = Callable[..., Any]


def say(do: TestDo, text: str, **document: Any) -> None:
    """Define a workflow that waits for an event and then says a text."""
    do.workflows.create({"name": "say", "steps": steps_of(text), **document})


def steps_of(text: str) -> list[dict[str, Any]]:
    """Steps that wait for an event and then say a text."""
    return [{"id": "go", "waitForEvent": {"event": "go"}}, {"id": "end", "set": {"said": text}}]


@pytest.fixture
async def stranger(do: TestDo) -> TestDo:
    """A client of the same queue and database that has no definitions."""
    client = TestDo(do.settings.address)
    client._given["task_queue"] = do.settings.task_queue
    client.database = do.database
    return client


async def test_a_worker_with_another_text(
    do: TestDo, stranger: TestDo, serve: Serve, caplog: pytest.LogCaptureFixture
) -> None:
    """A run goes on with its own text where the worker has another of the same version, and the worker says so."""
    say(do, "mine")
    say(stranger, "theirs")
    with caplog.at_level(logging.WARNING, "dosdk_temporal"):
        async with stranger.worker(unknown_grace="1s"):
            run = await do.workflows.start("say")
            await waits_for(run, "go")
        async with serve():
            await do.events.emit("go")
            assert await run.result() == {"said": "mine"}
    assert f"{run.id} goes on with the text it was started with" in caplog.text


@pytest.mark.parametrize("named", ["say", "say@1"])
async def test_a_run_without_the_text(do: TestDo, stranger: TestDo, serve: Serve, named: str) -> None:
    """A run that was started by its name takes the worker's text at its first task, and keeps it on every other worker."""
    skipped = {"id": "never", "condition": "input.x", "function": "nothing"}
    do.mock("nothing")
    say(do, "first", steps=[*steps_of("first"), skipped])
    async with serve():
        run = await stranger.workflows.start(named)
        await waits_for(run, "go")
    say(do, "second", version=2)
    async with serve():
        await do.events.emit("go")
        assert await run.result() == {"said": "first"}
        status = await run.status()
        assert (status.version, [(step.id, step.state) for step in status.steps]) == (
            "1",
            [("go", "completed"), ("never", "skipped")],
        )
        later = await stranger.workflows.start("say")
        await do.events.emit("go")
        assert await later.result() == {"said": "second"}


@pytest.mark.parametrize(("named", "later"), [("say", {"version": 3}), ("say@2", None)], ids=["replaced", "gone"])
async def test_a_text_that_a_deploy_replaced(
    do: TestDo, stranger: TestDo, serve: Serve, named: str, later: dict[str, Any] | None
) -> None:
    """A run that was started by its name keeps its text where the file has become another version, or is gone."""
    say(stranger, "first", version=2)
    async with stranger.worker(unknown_grace="1s"):
        run = await do.workflows.start(named)
        await waits_for(run, "go")
    if later is not None:
        say(do, "second", **later)
    async with serve():
        await do.events.emit("go")
        assert await run.result(timeout="30s") == {"said": "first"}
    assert (await run.status()).version == "2"


async def test_the_latest_version(do: TestDo, serve: Serve) -> None:
    """Without a version the highest is meant, by its numbers."""
    for version in ("2.9", "2.10", "1"):
        do.workflows.create(
            {"name": "v", "version": version, "steps": [{"id": "a", "set": {"v": "{{ workflow.version }}"}}]}
        )
    async with serve():
        assert await do.workflows.execute("v") == {"v": "2.10"}
        assert await do.workflows.execute("v@2.9") == {"v": "2.9"}


def test_the_same_version_with_another_text(do: TestDo) -> None:
    """The same text again, however written, changes nothing; another one under the same version is refused with what differs."""
    say(do, "one", version=1)
    do.workflows.create({
        "version": "1",
        "steps": [{"waitForEvent": {"event": "go"}, "id": "go"}, {"set": {"said": "one"}, "id": "end"}],
        "name": "say",
    })  # fmt: skip
    with pytest.raises(DefinitionError) as refused:
        say(do, "two", version=1)
    text = str(refused.value)
    assert text.startswith(
        "workflow 'say' in version 1 is defined with another text: what a version says never changes"
    )
    assert [line.strip() for line in text.splitlines() if line.startswith(("+ ", "- "))] == [
        '-        "said": "one"', '+        "said": "two"',
    ]  # fmt: skip
    say(do, "two", version=2)


def test_a_handler_of_the_same_name(do: TestDo) -> None:
    """A name is a handler's or a definition's, not both's."""
    say(do, "one")
    with pytest.raises(DefinitionError, match="'say' is taken by the definition of a mapping"):
        do.workflows.create(name="say", handler=_handler)
    do.workflows.create(name="handled", handler=_handler)
    with pytest.raises(DefinitionError, match="the name 'handled' is taken by _handler"):
        do.workflows.create({"name": "handled", "steps": [{"id": "a", "set": {"x": 1}}]})


async def _handler(trigger: Any) -> None:
    """Nothing."""


async def test_an_unknown_function(do: TestDo, serve: Serve) -> None:
    """A function that no worker has fails the run before its first step."""
    ran = do.mock("first")
    lenient = TestDo(do.settings.address)
    lenient.registry = Registry()  # where nothing is known, nothing is refused
    lenient._given["task_queue"] = do.settings.task_queue
    lenient.workflows.create(
        {"name": "f", "steps": [{"id": "a", "function": "first"}, {"id": "b", "function": "secnd"}]}
    )
    do.action.create(name="second", handler=lambda: None)
    async with serve():
        with pytest.raises(
            NotFoundError, match="has an action named 'secnd', which workflow 'f' calls: did you mean 'second'"
        ):
            await lenient.workflows.execute("f")
    assert ran == []
    await lenient.close()


async def test_an_event_and_a_schedule_start_it(do: TestDo, serve: Serve) -> None:
    """A declared event starts a run where its filter holds and its payload fits; a schedule starts one by the name."""
    steps = [{"id": "a", "set": {"kind": "{{ trigger.kind }}", "x": "{{ input.x }}"}}]
    trigger = {"event": "thing", "filter": "event.payload.x > 1"}
    name = f"on-event-{do.settings.task_queue}"
    do.workflows.create({"name": name, "trigger": trigger, "input": {"x": "number"}, "steps": steps})
    async with serve():
        emission = await do.events.emit("thing", {"x": 2})
        (started,) = emission.started
        assert await do.workflows.get(started).result() == {"kind": "event", "x": 2}
        assert (await do.events.emit("thing", {"x": 1})).started == []
        schedule = await do.workflows.schedule(name, cron_expression="0 0 1 1 *", input={"x": 5})
        await schedule.trigger()
        while not (runs := [run for run in await do.workflows.list(workflow=name) if run.id != started]):  # noqa: ASYNC110 - the index
            await asyncio.sleep(0.1)
        assert await do.workflows.get(runs[0].id).result() == {"kind": "schedule", "x": 5}
        await schedule.delete()


LOOPS: dict[str, tuple[dict[str, Any], Any]] = {
    "forEach": (
        {"forEach": "{{ input.items }}", "maxConcurrency": 3, "steps": [
            {"id": "one", "function": "echo", "input": {"value": "{{ item + input.add + (index === 0 ? 0.5 : 0) }}"}}]},
        [100.5, *range(101, 140)],
    ),
    "repeat": (
        {"repeat": {"maxIterations": 100, "until": "{{ n.v >= 40 }}", "steps": [
            {"id": "got", "function": "echo", "input": {"value": "{{ n?.v ?? 0 }}"}},
            {"id": "n", "set": {"v": "{{ got + 1 }}"}}]}},
        {"v": 40},
    ),
    "return": (
        {"forEach": "{{ input.items }}", "maxConcurrency": 1, "steps": [
            {"id": "one", "function": "echo", "input": {"value": "{{ item }}"}},
            {"id": "stop", "condition": "one === 35", "return": "{{ one }}"}]},
        35,
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", LOOPS)
async def test_a_long_loop(tmp_path: Any, kind: str) -> None:
    """Where a history is long, runs of their own go on with its loop: none grows without end, and the result is the same."""
    loop, output = LOOPS[kind]
    flags = ("--dynamic-config-value", "limit.historyCount.suggestContinueAsNew=30")
    async with EmbeddedServer(ui=False, extra_flags=flags) as server:
        do = TestDo(server.address, f"sqlite:///{tmp_path / 'd.db'}")

        @do.action.create(name="echo")
        async def echo(value: Any) -> Any:
            return value

        do.workflows.create({"name": "long", "steps": [{"id": "loop", **loop}]})
        async with do, do.worker(max_cached_workflows=0):
            run = await do.workflows.start("long", {"items": list(range(40)), "add": 100}, id="long")
            assert await run.result() == output
            client = (await do.connection()).client
            lengths = {
                one.id: (await client.get_workflow_handle(one.id).describe()).history_length
                for one in await do.workflows.list()
            }
    assert len(lengths) > 3
    assert max(length for name, length in lengths.items() if name != "long") < 100


async def test_what_a_long_loop_skips(tmp_path: Any) -> None:
    """Each of its runs tells its own steps and skips; the run that handed them on says which they are, and makes up none."""
    flags = ("--dynamic-config-value", "limit.historyCount.suggestContinueAsNew=30")
    async with EmbeddedServer(ui=False, extra_flags=flags) as server:
        do = TestDo(server.address, f"sqlite:///{tmp_path / 'd.db'}")
        do.mock("check")
        even = {"id": "even", "function": "check", "condition": "item % 2 === 0"}
        never = {"id": "never", "function": "check", "condition": "item > 98"}
        loop = {"id": "loop", "forEach": "{{ input.items }}", "maxConcurrency": 1, "steps": [even, never]}
        do.workflows.create({"name": "long", "steps": [loop]})
        async with do, do.worker():
            run = await do.workflows.start("long", {"items": list(range(20))}, id="long")
            await run.result()
            status = await run.status(include_audit_trail=True)
            apart = [await do.workflows.get_status(one, include_audit_trail=True) for one in status.children]
    runs = [status, *apart]
    skips = [[entry for entry in one.audit_trail or () if entry.event == "step_skipped"] for one in runs]
    read = [entry.input["item"] for some in skips for entry in some if entry.step == "even"]
    assert (all(skips), read) == (True, list(range(1, 20, 2)))
    calls = [step for one in runs for step in one.steps if step.name == "check" and step.state == "completed"]
    assert len(calls) == 10
    assert [step.state for step in status.steps if step.id == "never"] == []
    told = [entry for entry in status.audit_trail or () if entry.event == "step_started" and entry.action == "long"]
    assert [(entry.step, entry.detail) for entry in told] == [
        (child.removeprefix("long/"), f"execution {child}; a portion of the loop, whose steps and skips that run tells")
        for child in status.children
    ]
    assert status.progress == Progress(1, 1)
    assert [one.progress for one in apart] == [Progress(len(one.steps)) for one in apart]


async def test_a_failure_in_a_long_loop(tmp_path: Any) -> None:
    """A step that fails in a run of its own fails the whole, as if there were one run alone."""
    flags = ("--dynamic-config-value", "limit.historyCount.suggestContinueAsNew=30")
    async with EmbeddedServer(ui=False, extra_flags=flags) as server:
        do = TestDo(server.address, f"sqlite:///{tmp_path / 'd.db'}")

        @do.action.create(name="check", retry=1)
        async def check(value: int) -> int:
            if value == 35:
                raise ValueError("35 is refused")
            return value

        body = {"id": "one", "function": "check", "input": {"value": "{{ item }}"}}
        do.workflows.create({"name": "long", "steps": [
            {"id": "loop", "forEach": "{{ input.items }}", "maxConcurrency": 2, "steps": [body]}]})  # fmt: skip
        async with do, do.worker():
            with pytest.raises(WorkflowError) as failed:
                await do.workflows.execute("long", {"items": list(range(40))})
    assert "action 'check' failed after 1 attempt: ValueError: 35 is refused" in str(failed.value)
    assert (failed.value.workflow, type(failed.value.cause).__name__) == ("long", "ValueError")


@pytest.fixture
def computing(do: TestDo) -> TestDo:
    """A client with two definitions that compute two thousand steps without any effect, and a quick one."""
    body = [{"id": "n", "set": {"v": "{{ (n?.v ?? 0) + 1 }}"}}]
    do.workflows.create({"name": "count", "steps": [{"id": "r", "repeat": {"maxIterations": 2_000, "steps": body}}]})
    do.workflows.create({"name": "each", "steps": [
        {"id": "e", "forEach": "{{ input.items }}", "steps": [{"id": "s", "set": {"v": "{{ item }}"}}]},
        {"id": "end", "set": {"count": "{{ e.length }}", "last": "{{ s?.v }}"}}]})  # fmt: skip
    do.workflows.create({"name": "quick", "steps": [{"id": "q", "set": {"v": 1}}]})
    return do


async def test_many_steps_that_only_compute(computing: TestDo, serve: Serve) -> None:
    """Two thousand steps without any effect end, also when each of their tasks is replayed from the top."""
    async with serve():
        assert await computing.workflows.execute("count") == {"v": 2_000}
        assert await computing.workflows.execute("each", {"items": list(range(2_000))}) == {
            "count": 2_000,
            "last": 1_999,
        }


async def test_who_computes_holds_up_no_other(computing: TestDo) -> None:
    """Runs that only compute, side by side, end, and so does a quick one that starts after them.

    With a cache, as every worker has: without one Temporal's core lets the second of two runs that are both in a local
    activity wait until its task times out (temporalio/sdk-rust issue 886).
    """
    async with computing.worker():
        count = await computing.workflows.start("count")
        each = await computing.workflows.start("each", {"items": list(range(2_000))})
        assert await computing.workflows.execute("quick") == {"v": 1}
        assert await each.result() == {"count": 2_000, "last": 1_999}
        assert await count.result() == {"v": 2_000}
