"""The client: no server, no handler, synchronous code, several loops."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from temporalio.service import GrpcCompression

from dosdk_temporal import Do, InputError, NotFoundError, Registry, ServerUnavailableError, Trigger
from dosdk_temporal._server.ports import free_ports
from dosdk_temporal.testing import TestDo
from tests.forked import ForkedProcess


async def test_no_server_is_one_error_that_says_what_to_start() -> None:
    """Without a server every call names the address and what to start."""
    (port,) = free_ports(1)
    do = Do(address=f"127.0.0.1:{port}", registry=Registry())
    for call in (do.action.run("a"), do.workflows.start("a"), do.workflows.list(), do.workflows.get("a").status()):
        with pytest.raises(ServerUnavailableError) as missing:
            await call
        assert str(missing.value).startswith(
            f"no Temporal server answers at 127.0.0.1:{port}: start one with 'dosdk dev', or set TEMPORAL_ADDRESS to yours"
        )


async def test_a_process_without_handlers_calls_by_name(do: TestDo, dosdk_server: str) -> None:
    """Another process that knows only names runs an action and a workflow, from synchronous code."""

    @do.action.create(name="add")
    async def add(a: int, b: int) -> int:
        return a + b

    @do.workflow.create(name="adds")
    async def adds(trigger: Trigger) -> Any:
        return await do.action.run("add", trigger.payload)

    program = """
import sys
from dosdk_temporal import Do
do = Do(address=sys.argv[1], task_queue=sys.argv[2])
print(do.sync.action.run("add", {"a": 1, "b": 2}))
execution = do.sync.workflows.start("adds", {"a": 3, "b": 4})
print(execution.result(), execution.status().state, do.sync.workflow.execute("adds", {"a": 5, "b": 6}))
"""
    async with do.worker():
        process = await ForkedProcess.start(["-c", program, dosdk_server, do.settings.task_queue])
        out, _ = await process.communicate()
    assert out.decode().split() == ["3", "7", "completed", "11"]


async def test_one_client_serves_several_event_loops(do: TestDo) -> None:
    """A client used from another thread's loop makes a connection of its own there."""

    @do.action.create(name="one")
    async def one() -> int:
        return 1

    async with do.worker():
        elsewhere = await asyncio.to_thread(lambda: asyncio.run(do.action.run("one")))
        assert [elsewhere, await do.action.run("one")] == [1, 1]


async def test_lists_tell_runs_by_name_and_state(do: TestDo) -> None:
    """List gives the newest runs of a workflow in a state, without their steps."""
    name = f"listed-{do.uuid()}"

    @do.workflow.create(name=name)
    async def listed(trigger: Trigger) -> Any:
        return trigger.payload

    async with do.worker():
        executions = [await do.workflows.start(name, {"n": n}) for n in range(3)]
        for execution in executions:
            await execution.result()
        while len(found := await do.workflows.list(workflow=name, state="completed")) < 3:  # visibility lags
            pass
    assert sorted(status.id for status in found) == sorted(execution.id for execution in executions)
    assert await do.workflows.list(workflow=name, state="failed") == []


@pytest.mark.parametrize(
    ("call", "told"),
    [
        (
            lambda do: do.workflows.list(state="done"),
            "state='done' is none of running, waiting, held, paused, completed",
        ),
        (lambda do: do.workflows.start("w", id=""), "the id must be text of 1 to 200 characters, not ''"),
        (
            lambda do: do.workflows.start("w", priority=9),
            r"priority=9 does not fit: give a number from 1 \(first\) to 5 \(last\)",
        ),
        (lambda do: do.workflows.start("w", delay="-1s"), "delay='-1s' is negative"),
        (lambda do: do.action.run(""), "an action is called by its name: the name given is empty"),
        (lambda do: do.action.run("a", {"b": 1}, b=2), "b: given in the mapping and by name"),
        (lambda do: do.sleep("soon"), "length='soon' is not a duration"),
        (lambda do: do.workflows.get("x").result(timeout="later"), "timeout='later' is not a duration"),
    ],
)
async def test_a_call_that_cannot_be_meant_is_refused_at_once(do: TestDo, call: Any, told: str) -> None:
    """A wrong argument is an InputError that names it."""
    with pytest.raises(InputError, match=told):
        await call(do)


async def test_a_delayed_start_waits(do: TestDo, time_skipper: object) -> None:
    """A start with delay= begins its handler that much later."""

    @do.workflow.create(name="later")
    async def later(trigger: Trigger) -> float:
        return round((do.now() - trigger.time).total_seconds() / 3600, 1)

    async with do.worker():
        assert await do.workflows.execute("later", delay="2h", priority=1) >= 0


def test_an_api_key_is_nowhere_to_be_seen() -> None:
    """A client's repr and its settings' do not show the key."""
    do = Do(api_key="s3cret-k3y")
    assert "s3cret" not in repr(do) + repr(do.settings)


async def test_a_missing_namespace_is_named(dosdk_server: str) -> None:
    """A namespace that the server does not have is one error that names it."""
    do = Do(address=dosdk_server, namespace="no-such-namespace", registry=Registry())
    with pytest.raises(
        NotFoundError, match=f"there is no namespace 'no-such-namespace' at {dosdk_server}: create it, or set another"
    ):
        await do.action.run("a")


async def test_nothing_is_packed_within_one_machine(do: TestDo) -> None:
    """A connection to a server on this machine neither packs what it sends nor asks for packed answers."""
    connection = await do.connection()
    assert connection.client.service_client.config.grpc_compression is GrpcCompression.NONE


async def test_an_action_called_by_itself_is_told_from_a_run(do: TestDo) -> None:
    """Who asks for the status of a call by its id is told that it is no workflow's run, and what shows and ends it."""
    do.action.create(name="alone", handler=lambda: 7)
    async with do.worker():
        called = await do.action.execute(name="alone", params={})
    with pytest.raises(NotFoundError) as refused:
        await do.workflows.get_status(called.id)
    assert str(refused.value) == (
        f"'{called.id}' is no run of a workflow: it may be an action that was called by itself, of which "
        f"'temporal activity describe --activity-id {called.id}' tells; 'temporal activity cancel' ends it"
    )
