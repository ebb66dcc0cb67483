"""The command line against a real server: what waits for people, deciding it, signals, and watching."""

from __future__ import annotations

import asyncio
import json
import re
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import pairwise
from typing import Any, TypedDict

import pytest

from dosdk_temporal import Execution, ExecutionStatus, Trigger
from dosdk_temporal.testing import TestDo
from tests.forked import DOSDK, ForkedProcess
from tests.live.command_line import Said, dosdk, environment, masked
from tests.live.test_cli_terminal import Terminal

NO_FIELD = "is not key=value: give each field so, or the whole form as JSON or @file.json"
FORM = {
    "title": "Limit",
    "type": "object",
    "properties": {"amount": {"title": "Amount", "type": "integer"}, "code": {"title": "Code", "type": "string"}},
    "required": ["amount", "code"],
}
WAIT = {
    "kind": "approval",
    "name": "manager",
    "since": "<time>",
    "until": None,
    "approvers": ["ann", "bob"],
    "title": "Order 7",
    "details": "",
    "form": None,
}


class Limit(TypedDict):
    """What an approval of the tests asks for."""

    amount: int
    code: str


@pytest.fixture
async def office(do: TestDo) -> AsyncIterator[TestDo]:
    """A client whose worker serves workflows that wait, under names of its own: the inbox is the whole namespace's."""
    queue = do.settings.task_queue

    @do.workflow.create(name=f"order-{queue}")
    async def order(trigger: Trigger) -> Any:
        decision = await do.wait_for_approval("manager", approvers=["ann", "bob"], title="Order\n7")
        return [decision.approved, decision.by, decision.comment]

    @do.workflow.create(name=f"limit-{queue}")
    async def limit(trigger: Trigger) -> Any:
        decision = await do.wait_for_approval("limit", form=Limit, timeout="3d")
        return [decision.approved, decision.form]

    @do.workflow.create(name=f"noted-{queue}")
    async def noted(trigger: Trigger) -> Any:
        return await anext(do.signals("note"))

    @do.workflow.create(name=f"mixed-{queue}")
    async def mixed(trigger: Trigger) -> Any:
        await do.parallel(do.sleep("7d"), do.wait_for_event("link.clicked", match={"user": 7}))

    async with do.worker(unknown_grace="1s"):
        yield do


async def started(do: TestDo, name: str, *waits: str) -> Execution:
    """A run that has come to wait for these."""
    queue = do.settings.task_queue
    execution = await do.workflows.start(f"{name}-{queue}", id=f"{queue}/{name}")
    while _names(await execution.status()) != list(waits):  # noqa: ASYNC110 - a worker's part
        await asyncio.sleep(0.02)
    return execution


def _names(status: ExecutionStatus) -> list[str]:
    assert status.closed_at is None, status
    return [wait.name for wait in status.waiting_for]


async def listed(do: TestDo, name: str, count: int = 1) -> str:
    """The workflow's own name, once so many of its approvals stand in the inbox, which lags."""
    workflow = f"{name}-{do.settings.task_queue}"
    while len(await do.approvals.list(workflow=workflow)) != count:  # noqa: ASYNC110 - the server's index
        await asyncio.sleep(0.1)
    return workflow


@asynccontextmanager
async def watched(do: TestDo, *arguments: str) -> AsyncIterator[ForkedProcess]:
    """``dosdk watch`` while it runs, ended by Ctrl-C where it has not ended."""
    at = ("--address", do.settings.address, "--task-queue", do.settings.task_queue)
    process = await ForkedProcess.start([*DOSDK, "watch", *arguments, *at], env=environment())
    try:
        yield process
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGINT)
            await process.wait()


async def line(process: ForkedProcess) -> str:
    return masked((await process.stdout.readline()).decode().rstrip())


async def interrupted(process: ForkedProcess) -> Said:
    """What a command says after Ctrl-C, and its status."""
    process.send_signal(signal.SIGINT)
    out, err = await process.communicate()
    return Said(process.returncode, out.decode(), err.decode())


async def test_the_inbox_is_listed(office: TestDo) -> None:
    """'approvals' shows what waits for whom, since when and until when, and the command that decides it."""
    await started(office, "order", "manager")
    workflow = await listed(office, "order")
    said = await dosdk(office, "approvals", "--workflow", workflow)
    heading, row, _, command = masked(said.out).splitlines()
    assert (said.status, said.err) == (0, "")
    assert heading.split() == ["execution", "workflow", "approval", "title", "who", "since", "until"]
    cells = ["test-<uuid>/order", "order-test-<uuid>", "manager", "Order 7", "ann, bob", "<time>"]
    assert re.split(r" {2,}", row.rstrip()) == cells
    assert command == "decide with: dosdk approve test-<uuid>/order manager --by ann   (or dosdk reject …)"


async def test_the_inbox_as_json(office: TestDo) -> None:
    """'approvals --json' is one list; --assignee leaves out what is for others, and keeps what is for anybody."""
    await started(office, "limit", "limit")
    await started(office, "order", "manager")
    await listed(office, "order")
    name = await listed(office, "limit")
    said = await dosdk(office, "approvals", "--workflow", name, "--assignee", "eve", "--json")
    (entry,) = said.json
    assert entry == {
        "execution_id": "test-<uuid>/limit",
        "workflow": "limit-test-<uuid>",
        "name": "limit",
        "title": "",
        "details": "",
        "approvers": [],
        "since": "<time>",
        "until": "<time>",
        "form": FORM,
        "kind": "approval",
    }
    order = f"order-{office.settings.task_queue}"
    for filters in (["--workflow", order, "--assignee", "eve"], ["--workflow", order, "--overdue"]):
        none = await dosdk(office, "approvals", *filters)
        assert (none.status, none.out) == (0, "nothing waits for a decision\n")


@pytest.mark.parametrize(("command", "approved"), [("approve", True), ("reject", False)])
async def test_a_decision_is_given(office: TestDo, command: str, approved: bool) -> None:
    """'approve' and 'reject' decide in the given name, with the comment, and say what counts; again, the first answer."""
    execution = await started(office, "order", "manager")
    given = [command, execution.id, "manager", "--by", "bob", "--comment", "as agreed"]
    first = await dosdk(office, *given)
    again = await dosdk(office, *given, "--json")
    assert await execution.result() == [approved, "bob", "as agreed"]
    assert (first.status, first.err) == (0, "")
    assert masked(first.out) == f"test-<uuid>/order manager {'approved' if approved else 'rejected'} by bob at <time>\n"
    told = {"state": "decided", "name": "manager", "approved": approved, "by": "bob", "at": "<time>", "open": []}
    assert again.json == told


@pytest.mark.parametrize(
    "form",
    [
        ["--form", '{"amount": 500, "code": "007"}'],
        ["--form", "@form.json"],
        ["--form", "-"],
        ["--form", "amount=500", "--form", "code=007"],
    ],
    ids=["JSON", "file", "standard input", "fields"],
)
async def test_a_form_is_filled_in(office: TestDo, form: list[str], tmp_path: Any) -> None:
    """The form is given as JSON, as a file, on standard input, or a field at a time, which the type of the field reads."""
    filled = '{"amount": 500, "code": "007"}'
    (tmp_path / "form.json").write_text(filled)
    execution = await started(office, "limit", "limit")
    said = await dosdk(office, "approve", execution.id, "--by", "ann", *form, cwd=tmp_path, stdin=filled)
    assert (said.status, said.err) == (0, "")
    assert await execution.result() == [True, {"amount": 500, "code": "007"}]


async def test_who_decides_is_said(office: TestDo) -> None:
    """Without --by it is the user of this computer, and standard error says so."""
    execution = await started(office, "limit", "limit")
    said = await dosdk(office, "reject", execution.id, "--json", LOGNAME="grace")
    assert (said.status, said.json["by"]) == (0, "grace")
    assert said.err == "dosdk: note: deciding as 'grace', your user name here: --by says another\n"


async def test_an_early_decision_is_kept(office: TestDo) -> None:
    """A name that is not waited for yet is kept; what is open now is said."""
    execution = await started(office, "order", "manager")
    said = await dosdk(office, "approve", execution.id, "finance", "--by", "ann")
    await execution.terminate()
    kept = "kept until the run asks for it and checked then; it waits for manager now"
    assert (said.status, masked(said.out)) == (0, f"test-<uuid>/order finance approved by ann: {kept}\n")


async def test_what_decisions_are_refused_with(office: TestDo) -> None:
    """A person not listed, a form that does not fit, a run that is unknown or has ended: one line, status 1, the run unharmed."""
    order, limit = await started(office, "order", "manager"), await started(office, "limit", "limit")
    refusals = [
        await dosdk(office, "approve", order.id, "--by", "eve"),
        await dosdk(office, "approve", limit.id, "--by", "ann", "--form", "amount=many"),
        await dosdk(office, "approve", "nowhere", "--by", "ann"),
    ]
    await order.terminate()
    refusals.append(await dosdk(office, "reject", order.id, "manager", "--by", "ann"))
    assert [(said.status, said.out) for said in refusals] == [(1, "")] * 4
    unfit = (
        "amount: input should be a valid integer, unable to parse string as an integer, not 'many'; code: is required"
    )
    assert [masked(said.err) for said in refusals] == [
        "dosdk: error: 'eve' is not among the approvers of 'manager': ann, bob\n",
        f"dosdk: error: the form of 'limit' does not fit: {unfit}\n",
        "dosdk: error: there is no such execution in namespace 'default': workflow not found for ID: nowhere\n",
        "dosdk: error: the run 'test-<uuid>/order' has ended (terminated): nothing is waited for any more\n",
    ]
    assert (await limit.status()).state == "waiting"


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["--form", "amount"], f"'amount' {NO_FIELD}"),
        (["--form", "a=1", "--form", "a=2"], "'a' is given twice"),
        (["--form", "a=1", "--form", "@x.json"], f"'@x.json' {NO_FIELD}"),
        (["--form", "@x.json"], "the file 'x.json' cannot be read: No such file or directory"),
    ],
)
async def test_forms_that_cannot_be_read(do: TestDo, arguments: list[str], line: str, tmp_path: Any) -> None:
    """A form that is none is wrong usage: one line, status 2."""
    said = await dosdk(do, "approve", "x", "--by", "ann", *arguments, cwd=tmp_path)
    assert (said.status, said.out) == (2, "")
    assert said.err == f"dosdk: error: Invalid value for --form: {line}: 'dosdk approve --help' shows what fits\n"


async def test_a_signal_is_sent(office: TestDo) -> None:
    """'signal' brings its payload to the handler; a decision and a run that has ended are refused."""
    execution = await started(office, "noted")
    said = await dosdk(office, "signal", execution.id, "note", "--payload", '{"text": "hurry"}')
    assert await execution.result() == {"text": "hurry"}
    ended = await dosdk(office, "signal", execution.id, "note", "--json")
    decision = await dosdk(office, "signal", execution.id, "approve")
    assert (said.status, masked(said.out)) == (0, "signal note sent to test-<uuid>/noted\n")
    assert (ended.status, ended.out, ended.err.count("\n")) == (1, "", 1)
    assert decision.err == "dosdk: error: the signal 'approve' is a decision: send it with approve() or reject()\n"


async def test_status_says_what_is_waited_for(office: TestDo) -> None:
    """'status' names each wait with its times, and below an approval the command that decides it; --json has them all."""
    order = await started(office, "order", "manager")
    mixed = await started(office, "mixed", "link.clicked", "sleep")
    plain = [await dosdk(office, "status", run.id) for run in (order, mixed)]
    said = await dosdk(office, "status", order.id, "--json")
    lines = [
        [text.rstrip() for text in masked(one.out).splitlines() if "wait" in text or "dosdk" in text] for one in plain
    ]
    assert lines == [
        [
            "◦ test-<uuid>/order  waiting  <length>",
            "  waits for approval manager (ann, bob) since <time>: Order 7",
            "            dosdk approve test-<uuid>/order manager --by ann",
            "  ◦ manager  waiting    <length>",
        ],
        [
            "◦ test-<uuid>/mixed  waiting  <length>",
            "  waits for event link.clicked since <time>: user = 7",
            "  waits for timer sleep since <time>, until <time>",
            "  ◦ link.clicked  waiting    <length>",
            "  ◦ sleep         waiting    <length>",
        ],
    ]
    assert (said.json["state"], said.json["waiting_for"]) == ("waiting", [{**WAIT, "title": "Order\n7"}])


async def test_a_run_is_watched_to_its_end(office: TestDo) -> None:
    """'watch ID' tells what the run waits for and how it ended, and ends with it."""
    execution = await started(office, "order", "manager")
    async with watched(office, execution.id) as process:
        first = [await line(process) for _ in range(3)]
        await execution.approve(by="ann")
        out, err = await process.communicate()
    assert first == [
        "test-<uuid>/order started",
        "  waits for approval manager (ann, bob) since <time>: Order 7",
        "            dosdk approve test-<uuid>/order manager --by ann",
    ]
    ended = "  manager completed (<length>)\n✓ test-<uuid>/order  completed  <length>\n"
    assert (process.returncode, masked(out.decode()), err) == (0, ended, b"")


async def test_a_run_is_watched_as_json(office: TestDo) -> None:
    """'watch ID --json' writes the run, one document on a line, each time that it has changed, and no more often."""
    execution = await started(office, "order", "manager")
    async with watched(office, execution.id, "--json") as process:
        first = json.loads(await line(process))
        await execution.approve(by="ann")
        out, _ = await process.communicate()
    told = [
        first,
        *map(json.loads, out.decode().splitlines()),
    ]  # on its way to the end there may be more to see, or not
    last = told[-1]
    assert (process.returncode, [after for before, after in pairwise(told) if after == before]) == (0, [])
    assert (first["state"], first["waiting_for"][0]["name"]) == ("waiting", "manager")
    assert (last["state"], last["output"], last["waiting_for"]) == ("completed", [True, "ann", ""], [])


async def test_the_inbox_is_watched(office: TestDo) -> None:
    """'watch' writes a line for what comes to wait and for what is decided; Ctrl-C ends it with status 130 and no word more."""
    name = f"order-{office.settings.task_queue}"
    async with watched(office, "--workflow", name) as process:
        assert await line(process) == "nothing waits for a decision"
        execution = await started(office, "order", "manager")
        assert await line(process) == "+ test-<uuid>/order manager (ann, bob): Order 7"
        await execution.approve(by="ann")
        assert await line(process) == "- test-<uuid>/order manager (ann, bob): Order 7"
        assert await interrupted(process) == Said(130, "", "")


async def test_the_inbox_is_watched_as_json(office: TestDo) -> None:
    """'watch --json' writes one document a change, on a line."""
    execution = await started(office, "order", "manager")
    name = await listed(office, "order")
    async with watched(office, "--workflow", name, "--json") as process:
        opened = json.loads(await line(process))
        await execution.reject(by="bob")
        closed = json.loads(await line(process))
        assert await interrupted(process) == Said(130, "", "")
    assert (opened["change"], closed["change"]) == ("opened", "closed")
    assert opened["approval"] == closed["approval"]
    assert (opened["approval"]["execution_id"], opened["approval"]["name"]) == ("test-<uuid>/order", "manager")


async def test_watching_a_run_ends_with_control_c(office: TestDo) -> None:
    """Ctrl-C ends the watching with status 130, and leaves the run as it is."""
    execution = await started(office, "mixed", "link.clicked", "sleep")
    async with watched(office, execution.id) as process:
        assert await line(process) == "test-<uuid>/mixed started"
        said = await interrupted(process)
    assert (said.status, said.err, (await execution.status()).state) == (130, "", "waiting")


async def test_what_cannot_be_watched(do: TestDo) -> None:
    """A run that does not exist is one line with status 1; filters of the inbox beside a run are wrong usage."""
    unknown = await dosdk(do, "watch", "nowhere")
    mixed = await dosdk(do, "watch", "x", "--assignee", "ann")
    assert (unknown.status, unknown.out, unknown.err.count("\n")) == (1, "", 1)
    advice = "--assignee and --workflow choose from the inbox: leave them out, or leave out the ID"
    assert (mixed.status, mixed.out) == (2, "")
    assert mixed.err == f"dosdk: error: Invalid value: {advice}: 'dosdk watch --help' shows what fits\n"


async def test_the_inbox_is_drawn_on_a_terminal(office: TestDo) -> None:
    """On a terminal the inbox is redrawn as it changes; Ctrl-C leaves it as it was last."""
    execution = await started(office, "order", "manager")
    terminal = Terminal(office, "watch", "--workflow", await listed(office, "order"))
    await terminal.shows("ann, bob")
    await execution.approve(by="ann")
    await terminal.shows("nothing waits for a decision")
    terminal._process.send_signal(signal.SIGINT)
    status, text = await terminal.ended()
    assert (status, text.splitlines()[-1].rstrip()) == (130, "nothing waits for a decision")
