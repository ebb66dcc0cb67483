"""The command line against a real server: starting runs, and looking at them."""

from __future__ import annotations

import asyncio
import signal
from typing import Any

import pytest

from dosdk_temporal import ActionContext, Retry, Trigger
from dosdk_temporal.testing import TestDo
from tests.forked import DOSDK, ForkedProcess
from tests.live.command_line import dosdk, environment, masked

CHARGE = {
    "id": "charge",
    "name": "charge",
    "kind": "action",
    "state": "completed",
    "attempts": 1,
    "started_at": "<time>",
    "closed_at": "<time>",
    "error": None,
}
BOUGHT = {
    "id": "b1",
    "run_id": "<uuid>",
    "name": "buy",
    "version": "1",
    "state": "completed",
    "started_at": "<time>",
    "closed_at": "<time>",
    "steps": [CHARGE, {**CHARGE, "id": "pack", "name": "pack", "attempts": 2}],
    "input": {"order": "o1"},
    "output": {"charged": "o1", "packed": True},
    "error": None,
    "waiting_for": [],
    "trigger": {"payload": {"order": "o1"}, "kind": "direct", "name": None, "id": "test-<uuid>/b1", "time": "<time>"},
    "parent": None,
    "children": [],
    "progress": {"done": 2, "total": None},
    "metrics": None,
    "audit_trail": None,
}
DECLINED = {"type": "Declined", "message": "no funds", "step": "decline", "action": "decline", "attempts": 2}
DOOMED: dict[str, Any] = {
    **BOUGHT,
    "id": "d1",
    "name": "doomed",
    "state": "failed",
    "steps": [{**CHARGE, "id": "decline", "name": "decline", "state": "failed", "attempts": 2, "error": DECLINED}],
    "input": {},
    "output": None,
    "error": DECLINED,
    "trigger": {"payload": {}, "kind": "direct", "name": None, "id": "test-<uuid>/d1", "time": "<time>"},
    "progress": {"done": 1, "total": None},
}
WHY = "workflow 'doomed' failed in step 'decline': action 'decline' failed after 2 attempts: Declined: no funds"


class Declined(Exception):
    """What an action raises."""


@pytest.fixture
async def shop(do: TestDo) -> Any:
    """A client whose worker serves a few actions and workflows."""

    @do.action.create(name="charge")
    async def charge(order: str) -> str:
        return order

    @do.action.create(name="pack", retry=Retry(3, "10ms"))
    async def pack(context: ActionContext) -> bool:
        if context.attempt == 1:
            raise Declined("no box")
        return True

    @do.action.create(name="decline", retry=Retry(2, "10ms"))
    async def decline() -> None:
        raise Declined("no funds")

    @do.workflow.create(name="buy")
    async def buy(trigger: Trigger) -> Any:
        charged = await do.action.run("charge", trigger.payload)
        return {"charged": charged, "packed": await do.action.run("pack")}

    @do.workflow.create(name="doomed")
    async def doomed(trigger: Trigger) -> Any:
        await do.action.run("decline")

    @do.workflow.create(name="week")
    async def week(trigger: Trigger) -> Any:
        await do.sleep("7d")

    async with do.worker(unknown_grace="1s"):
        yield do


async def test_a_run_ends_with_its_output(shop: TestDo) -> None:
    """'run' writes the output to standard output, and each step that ended to standard error."""
    said = await dosdk(shop, "run", "buy", "--input", '{"order": "o1"}', "--id", f"{shop.settings.task_queue}/r")
    assert (said.status, said.json) == (0, {"charged": "o1", "packed": True})
    lines = masked(said.err).splitlines()
    assert (lines[0], lines[-2:]) == (
        "test-<uuid>/r started",
        ["  pack completed (2 attempts, <length>)", "✓ test-<uuid>/r  completed  <length>"],
    )


async def test_a_run_as_json_is_one_document(shop: TestDo) -> None:
    """'run --json' writes the run with its steps, and nothing else; and it has nothing to retry."""
    own = f"{shop.settings.task_queue}/b1"
    said = await dosdk(shop, "run", "buy", "--input", "-", "--id", own, "--json", stdin='{"order": "o1"}')
    assert (said.status, said.json, said.err) == (0, {**BOUGHT, "id": "test-<uuid>/b1"}, "")
    again = await dosdk(shop, "status", own, "--json")
    assert (again.status, again.json, again.err) == (0, said.json, "")
    retried = await dosdk(shop, "retry", own)
    told = "no step of it has failed for good; --from names the one to do again, of 'charge', 'pack'"
    assert (retried.status, retried.err) == (1, f"dosdk: error: the run '{own}' has completed: {told}\n")


async def test_a_failed_run_is_an_error(shop: TestDo) -> None:
    """A run that fails is status 1 and one line with the handler's own error; --json still has its document."""
    plain = await dosdk(shop, "run", "doomed")
    assert (plain.status, plain.out, plain.err.splitlines()[-1]) == (1, "", f"dosdk: error: {WHY}")
    own = f"{shop.settings.task_queue}/d1"
    said = await dosdk(shop, "run", "doomed", "--id", own, "--json")
    assert (said.status, said.json, said.err) == (1, {**DOOMED, "id": "test-<uuid>/d1"}, f"dosdk: error: {WHY}\n")


async def test_status_reads_well(shop: TestDo) -> None:
    """'status' shows a run's facts, its error and its steps."""
    own = f"{shop.settings.task_queue}/d2"
    await dosdk(shop, "run", "doomed", "--id", own, "--json")
    said = await dosdk(shop, "status", own)
    assert [line.rstrip() for line in masked(said.out).splitlines()] == [
        "✗ test-<uuid>/d2  failed  <length>",
        "  workflow  doomed",
        "  started   <time>",
        "  closed    <time>",
        "  input     {}",
        "  error     Declined: no funds",
        "  steps",
        "  ✗ decline  failed  2 attempts  <length>  Declined: no funds",
    ]


async def test_a_detached_run_goes_on(shop: TestDo) -> None:
    """'run --detach' writes the id and ends; 'cancel' and 'terminate' end what it started."""
    own = [f"{shop.settings.task_queue}/{name}" for name in ("w1", "w2")]
    started = await dosdk(shop, "run", "week", "--id", own[0], "--detach")
    detached = await dosdk(shop, "run", "week", "--id", own[1], "--detach", "--json")
    assert (started.status, started.out, started.err) == (0, f"{own[0]}\n", "")
    assert (detached.status, detached.json) == (0, {"id": "test-<uuid>/w2", "name": "week", "joined": False})
    cancelled = await dosdk(shop, "cancel", own[0], "--reason", "enough", "--json")
    terminated = await dosdk(shop, "terminate", own[1], "--reason", "enough", "--json")
    assert (cancelled.json, terminated.json) == (
        {"id": "test-<uuid>/w1", "requested": "cancel", "reason": "enough"},
        {"id": "test-<uuid>/w2", "requested": "terminate", "reason": "enough"},
    )
    waited = [await dosdk(shop, "run", "week", "--id", own[0], "--detach")]  # a cancelled one may start again
    states = [(await shop.workflows.get_status(run)).state for run in own]
    assert (waited[0].status, states) == (0, ["running", "terminated"])
    await shop.workflows.get(own[0]).terminate()


async def test_a_run_that_goes_on_is_joined(shop: TestDo) -> None:
    """A start with the id of a run that is there says that nothing new began, and what it gave that is not used."""
    own = f"{shop.settings.task_queue}/j"
    first = await shop.workflows.start("week", {"n": 1}, id=own)
    same = await dosdk(shop, "run", "week", "--id", own, "--input", '{"n": 1}', "--detach", "--json")
    other = await dosdk(shop, "run", "buy", "--id", own, "--input", '{"n": 2}', "--detach")
    process = await ForkedProcess.start(
        [*DOSDK, "run", "week", "--id", own, "--input", '{"n": 1}'],
        env=environment(TEMPORAL_ADDRESS=shop.settings.address, DO_TASK_QUEUE=shop.settings.task_queue),
    )
    shown = [(await process.stderr.readline()).decode() for _ in range(2)]
    process.send_signal(signal.SIGINT)
    await process.communicate()
    await first.terminate()
    told = f"{own} goes on already, and was joined: nothing new was started"
    unused = "it is a run of the workflow 'week'; its input is another than the one given, which is not used"
    assert (first.joined, same.json, same.err) == (
        False,
        {"id": "test-<uuid>/j", "name": "week", "joined": True},
        f"dosdk: note: {told}\n",
    )
    assert (other.status, other.out, other.err) == (0, f"{own}\n", f"dosdk: note: {told}; {unused}\n")
    assert shown == [f"dosdk: note: {told}\n", f"{own} joined\n"]


async def test_control_c_leaves_the_run(shop: TestDo) -> None:
    """Ctrl-C ends the watching with status 130, says how to go on looking, and leaves the run as it is."""
    own = f"{shop.settings.task_queue}/w3"
    at = ("--address", shop.settings.address, "--task-queue", shop.settings.task_queue)
    process = await ForkedProcess.start([*DOSDK, "run", "week", "--id", own, *at], env=environment())
    started = [masked((await process.stderr.readline()).decode()) for _ in range(2)]
    process.send_signal(signal.SIGINT)
    out, err = await process.communicate()
    assert started == ["test-<uuid>/w3 started\n", "  waits for timer sleep since <time>, until <time>\n"]
    assert (process.returncode, out.decode(), err.decode()) == (
        130,
        "",
        f"dosdk: note: {own} goes on: 'dosdk status {own}' shows where it stands\n",
    )
    assert (await shop.workflows.get_status(own)).state == "running"
    await shop.workflows.get(own).terminate()


async def test_a_list_has_what_was_asked_for(shop: TestDo) -> None:
    """'list' shows runs of one workflow in one state, the newest first, as many as asked for."""
    name = f"buy-{shop.settings.task_queue}"

    @shop.workflow.create(name=name)
    async def own(trigger: Trigger) -> Any:
        return 1

    ids = [f"{name}/{index}" for index in range(3)]
    for run in ids:
        await shop.workflows.execute(name, id=run)
    while len(await shop.workflows.list(workflow=name, state="completed")) < 3:  # noqa: ASYNC110 - it lags
        await asyncio.sleep(0.1)
    said = await dosdk(shop, "list", "--workflow", name, "--state", "completed", "--limit", "2", "--json")
    shown = {**BOUGHT, "name": "buy-test-<uuid>", "version": None, "steps": [], "input": None, "output": None}
    shown |= {"trigger": None, "progress": None}
    assert said.json == [{**shown, "id": f"buy-test-<uuid>/{index}"} for index in (2, 1)]
    plain = await dosdk(shop, "list", "--workflow", name, "--limit", "1")
    assert [line.split() for line in masked(plain.out).splitlines()] == [
        ["state", "id", "workflow", "started", "took"],
        ["✓", "completed", "buy-test-<uuid>/2", "buy-test-<uuid>", "<time>", "<length>"],
    ]
    none = await dosdk(shop, "list", "--workflow", name, "--state", "failed")
    assert (none.status, none.out) == (0, "no runs\n")


async def test_an_action_runs_alone(shop: TestDo) -> None:
    """'action run' writes the value; with --json also what became of the execution."""
    plain = await dosdk(shop, "action", "run", "charge", "--input", '{"order": "o1"}')
    said = await dosdk(shop, "action", "run", "charge", "--input", '{"order": "o1"}', "--key", "by-hand", "--json")
    assert (plain.status, plain.json, plain.err) == (0, "o1", "")
    assert (said.status, said.json, said.err) == (
        0,
        {
            "id": "charge/by-hand",
            "name": "charge",
            "status": "completed",
            "output": "o1",
            "attempts": 1,
            "started_at": "<time>",
            "closed_at": "<time>",
        },
        "",
    )


async def test_a_failed_action_is_one_line(shop: TestDo) -> None:
    """An action that fails is status 1 and one line with its name, its attempts and the handler's own error."""
    said = await dosdk(shop, "action", "run", "decline", "--json")
    assert (said.status, said.out, said.err) == (
        1,
        "",
        "dosdk: error: action 'decline' failed after 2 attempts: Declined: no funds\n",
    )
