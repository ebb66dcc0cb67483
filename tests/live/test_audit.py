"""The audit trail of real runs: what happened, in order, from what Temporal recorded alone."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from temporalio.api.common.v1 import Payload
from temporalio.client import Client
from temporalio.converter import PayloadCodec

from dosdk_temporal import ActionContext, ActionError, ExecutionStatus, Retry, Trigger
from dosdk_temporal.testing import TestDo
from tests.live.command_line import dosdk
from tests.live.waiting_facts import refusal, waits_for

Serve = Callable[..., Any]

SOON = Retry(3, "1ms")


class Declined(Exception):
    """No funds."""


def told(status: ExecutionStatus) -> list[dict[str, Any]]:
    """The entries, without their times and what says nothing; the identity of a process is ``me``."""
    assert status.audit_trail is not None
    times = [entry.time for entry in status.audit_trail]
    assert times == sorted(times)
    entries = ({**vars(entry), "time": None} for entry in status.audit_trail)
    shown = [{key: value for key, value in entry.items() if value not in (None, "")} for entry in entries]
    return [{**entry, "actor": "me"} if "@" in entry.get("actor", "") else entry for entry in shown]


async def audited(do: TestDo, execution_id: str) -> list[dict[str, Any]]:
    """The trail of a run."""
    return told(await do.workflows.get_status(execution_id, include_audit_trail=True))


async def test_a_handlers_run_is_told_whole(do: TestDo, serve: Serve) -> None:
    """Steps with their input and output, failed attempts, children, waits, who decided and who was refused, and the end."""

    @do.action.create(name="charge", retry=SOON, version="2")
    async def charge(amount: int, context: ActionContext) -> str:
        if context.attempt < 2:
            raise Declined("no funds")
        return f"paid {amount}"

    @do.action.create(name="ship", retry=Retry(1))
    async def ship() -> None:
        raise Declined("no van")

    @do.workflow.create(name="thank")
    async def thank(_: Trigger) -> str:
        return "thanks"

    @do.workflow.create(name="fulfil", version="3")
    async def fulfil(trigger: Trigger) -> Any:
        await do.action.run("charge", trigger.payload)
        decision = await do.wait_for_approval("manager", approvers="ann", title="Ship it?")
        note = await anext(do.signals("note"))
        await do.sleep("1ms")
        try:
            await do.action.run("ship")
        except ActionError:
            await do.workflows.execute("thank")
        return [decision.by, note]

    async with serve():
        run = await do.workflows.start("fulfil", {"amount": 3})
        await waits_for(run, "manager")
        why = await refusal(run.approve("manager", by="bob"))
        await run.approve("manager", by="ann", comment="go")
        await run.signal("note", {"n": 1})
        await run.result()
        trail = await audited(do, run.id)
    charged, shipped = {"step": "charge", "action": "charge"}, {"step": "ship", "action": "ship"}
    declined = {"type": "Declined", "message": "no van"}
    assert [entry for entry in trail if "until" not in entry.get("detail", "")] == [
        {"event": "run_started", "version": "3", "input": {"amount": 3}, "actor": "me", "detail": "direct"},
        {"event": "step_started", **charged, "input": {"amount": 3}},
        {
            "event": "attempt_failed",
            **charged,
            "version": "2",
            "attempt": 1,
            "error": {**declined, "message": "no funds"},
        },
        {"event": "step_completed", **charged, "version": "2", "attempt": 2, "output": "paid 3"},
        {"event": "wait_started", "step": "manager", "detail": "approval by ann: Ship it?"},
        {
            "event": "decision_refused",
            "step": "manager",
            "actor": "bob",
            "input": {"name": "manager", "approved": False, "by": "bob"} | trail[5]["input"],
            "error": {"type": "ApprovalError", "message": why},
            "detail": "the name is as the sender gave it",
        },
        {
            "event": "decision",
            "step": "manager",
            "actor": "ann",
            "input": {"comment": "go"},
            "detail": "approved; the name is as the sender gave it",
        },
        {"event": "operator", "actor": "me", "input": {"n": 1}, "detail": "signal note"},
        {"event": "timer_fired", "detail": "timer"},
        {"event": "step_started", **shipped, "input": {}},
        {"event": "attempt_failed", **shipped, "attempt": 1, "error": declined},
        {"event": "step_failed", **shipped, "attempt": 1, "error": declined},
        {
            "event": "step_started",
            "step": "thank",
            "action": "thank",
            "input": {},
            "detail": f"execution {run.id}/thank",
        },
        {"event": "step_completed", "step": "thank", "action": "thank", "version": "1", "output": "thanks"},
        {"event": "run_closed", "version": "3", "output": ["ann", {"n": 1}], "detail": "completed"},
    ]


DEFINITION = {
    "name": "onboard",
    "steps": [
        {"id": "setup", "function": "set-up", "input": {"plan": "{{ input.plan }}"}},
        {"id": "manager", "function": "assign", "condition": '{{ input.plan === "enterprise" }}'},
        {"id": "call", "function": "call", "condition": "{{ !!manager }}"},
        {"id": "link", "function": "call", "input": {"to": "{{ setup.email }}"}},
        {"id": "review", "approval": {"approvers": ["ann"]}},
        {"id": "paid", "waitForEvent": {"event": "paid", "timeout": "1ms"}, "onTimeout": "continue"},
    ],
    "errorHandling": {"fallbackSteps": {"link": "send-link"}},
}


async def test_a_definitions_run_is_told_whole(do: TestDo, serve: Serve) -> None:
    """Beside what a handler's trail has: each skip with its condition and the values that it read, and the fallback."""

    @do.action.create(name="set-up")
    async def set_up(plan: str) -> dict[str, Any]:
        return {"email": f"{plan}@example.com"}

    do.mock("call", raises=ActionError("busy", retryable=False))
    do.mock("send-link", returns="sent")
    do.mock("assign")
    do.workflows.create(DEFINITION)
    async with serve():
        run = await do.workflows.start("onboard", {"plan": "starter"})
        await waits_for(run, "review")
        await run.approve(by="ann")
        await run.result()
        status = await run.status(include_audit_trail=True)
    link, error = {"step": "link"}, {"type": "ActionError", "message": "busy"}
    given = {"to": "starter@example.com"}
    assert [entry for entry in told(status) if "until" not in entry.get("detail", "")] == [
        {"event": "run_started", "version": "1", "input": {"plan": "starter"}, "actor": "me", "detail": "direct"},
        {"event": "step_started", "step": "setup", "action": "set-up", "input": {"plan": "starter"}},
        {
            "event": "step_completed",
            "step": "setup",
            "action": "set-up",
            "version": "1",
            "attempt": 1,
            "output": {"email": "starter@example.com"},
        },
        {
            "event": "step_skipped",
            "step": "manager",
            "input": {"input.plan": "starter"},
            "detail": '{{ input.plan === "enterprise" }}',
        },
        {"event": "step_skipped", "step": "call", "input": {"manager": None}, "detail": "{{ !!manager }}"},
        {"event": "step_started", **link, "action": "call", "input": given},
        {"event": "attempt_failed", **link, "action": "call", "attempt": 1, "error": error},
        {"event": "step_failed", **link, "action": "call", "attempt": 1, "error": error},
        {"event": "step_started", **link, "action": "send-link", "input": given, "detail": "stands in"},
        {"event": "fallback_used", **link, "action": "send-link", "version": "1", "attempt": 1, "output": "sent"},
        {"event": "wait_started", "step": "review", "detail": "approval by ann"},
        {
            "event": "decision",
            "step": "review",
            "actor": "ann",
            "detail": "approved; the name is as the sender gave it",
        },
        {"event": "timer_fired", "step": "paid", "detail": "event timed out"},
        {"event": "run_closed", "version": "1", "detail": "completed"},
    ]
    assert [(step.id, step.state) for step in status.steps] == [
        ("setup", "completed"),
        ("manager", "skipped"),
        ("call", "skipped"),
        ("link", "fallback"),
        ("review", "completed"),
        ("paid", "completed"),
    ]
    assert (status.progress and vars(status.progress)) == {"done": 6, "total": 6}


async def test_events_and_early_decisions(do: TestDo, serve: Serve) -> None:
    """An event is told with its payload; a decision that nobody asked for, once however often it came, when the run ends."""
    begun, paid, first, second = (f"{word}-{do.settings.task_queue}" for word in ("begun", "paid", "e1", "e2"))

    @do.workflow.create(name="waits", trigger={"event": begun})
    async def waits(_: Trigger) -> Any:
        return (await do.wait_for_event(paid)).payload

    async with serve():
        emitted = await do.events.emit(begun, {"order": 7}, id=first)
        run = do.workflows.get(emitted.started[0])
        await waits_for(run, paid)
        handle = (await do.connection()).client.get_workflow_handle(run.id)
        for _ in range(2):
            await handle.signal("approve", {"name": "legal", "by": "lea", "id": "one-attempt"})
        await do.events.emit(paid, {"amount": 3}, id=second)
        await run.result()
        status = await run.status(include_audit_trail=True)
    trail = told(status)
    assert trail[-1] == {"event": "run_closed", "version": "1", "output": {"amount": 3}, "detail": "completed"}
    assert [(e["event"], e.get("step"), e.get("actor"), e["detail"]) for e in trail[:-1]] == [
        ("run_started", None, "me", f"event {begun}"),
        ("wait_started", paid, None, "event"),
        ("event_received", paid, None, f"event {second}"),
        ("decision_refused", "legal", "lea", "the name is as the sender gave it"),
    ]
    assert (trail[2]["input"], trail[3]["error"]["message"]) == (
        {"amount": 3},
        "the run ended and never asked for 'legal'",
    )
    trigger = status.trigger
    assert trigger is not None
    assert (trigger.kind, trigger.name, trigger.id, trigger.payload) == ("event", begun, first, {"order": 7})


async def test_a_cancelled_run_says_who(do: TestDo, serve: Serve) -> None:
    """A request to cancel is the operator's, with the reason; the end says that the run was cancelled."""

    @do.workflow.create(name="sleeps")
    async def sleeps(_: Trigger) -> None:
        await do.sleep("7d")

    async with serve():
        run = await do.workflows.start("sleeps")
        await waits_for(run, "sleep")
        await run.cancel("enough")
        while (await run.status()).closed_at is None:  # noqa: ASYNC110 - a worker ends it
            await asyncio.sleep(0.02)
        trail = await audited(do, run.id)
    assert [(e["event"], e.get("actor"), e["detail"]) for e in trail if e["event"] != "wait_started"] == [
        ("run_started", "me", "direct"),
        ("operator", "me", "cancel requested: enough"),
        ("run_closed", None, "cancelled"),
    ]


async def test_children_know_their_parents(do: TestDo, serve: Serve) -> None:
    """A run lists the runs that it started; each names it, and so does its trail."""

    @do.workflow.create(name="child")
    async def child(_: Trigger) -> int:
        return 1

    @do.workflow.create(name="parent")
    async def parent(_: Trigger) -> None:
        await child({})
        await do.workflows.execute("child", {}, id=f"{do.settings.task_queue}/named")

    async with serve():
        run = await do.workflows.start("parent")
        await run.result()
        status, named = await run.status(), f"{do.settings.task_queue}/named"
        below = await do.workflows.get_status(named, include_audit_trail=True)
    assert (status.parent, status.children) == (None, (f"{run.id}/child", named))
    assert [step.id for step in status.steps] == ["child", "child#2"]
    assert (below.parent, told(below)[0]["detail"]) == (run.id, f"child of {run.id}")


class Reversing(PayloadCodec):
    """No secret, but nothing that a reader would understand."""

    async def encode(self, payloads: Sequence[Payload]) -> list[Payload]:
        """Write each backwards."""
        return [Payload(metadata={"encoding": b"reversed"}, data=p.SerializeToString()[::-1]) for p in payloads]

    async def decode(self, payloads: Sequence[Payload]) -> list[Payload]:
        """Read each, and none that was never written so."""
        assert [payload.metadata["encoding"] for payload in payloads] == [b"reversed"] * len(payloads)
        return [Payload.FromString(payload.data[::-1]) for payload in payloads]


async def test_what_is_encoded_is_read_through_the_clients_codec(do: TestDo, serve: Serve) -> None:
    """Inputs, results, errors, decisions, skips and figures are the same where payloads are encoded on their way."""
    connection = await do.connection()
    config = connection.client.config()
    config["data_converter"] = replace(connection.client.data_converter, payload_codec=Reversing())
    connection.client = Client(**config)

    @do.action.create(name="fails", retry=Retry(2, "1ms"), local=True)
    async def fails(secret: str) -> None:
        do.record_metric("tried", 1)
        raise Declined(f"no {secret}")

    steps: list[dict[str, Any]] = [
        {"id": "a", "function": "fails", "input": {"secret": "{{ input.x }}"}, "onError": "continue"},
        {"id": "b", "function": "fails", "input": {"secret": "none"}, "condition": "{{ input.x === 'z' }}"},
        {"id": "pause", "wait": "1ms"},
        {"id": "ann", "approval": {}},
    ]
    do.workflows.create({"name": "coded", "steps": steps, "metrics": [{"name": "x", "value": "{{ input.x }}"}]})
    async with serve():
        run = await do.workflows.start("coded", {"x": "y"})
        await waits_for(run, "ann")
        await run.approve(by="ann")
        await run.result()
        status = await run.status(include_audit_trail=True, include_metrics=True)
    assert [(e["event"], e.get("step"), e.get("error", {}).get("message")) for e in told(status)] == [
        ("run_started", None, None),
        ("step_started", "a", None),
        ("attempt_failed", "a", "no y"),
        ("step_failed", "a", "no y"),
        ("step_skipped", "b", None),
        ("wait_started", None, None),
        ("timer_fired", None, None),
        ("wait_started", "ann", None),
        ("decision", "ann", None),
        ("run_closed", None, None),
    ]
    assert status.metrics is not None
    assert {name: kpi.value for name, kpi in status.metrics.kpis.items()} == {"x": "y"}


async def test_a_chain_is_exported_whole(do: TestDo, tmp_path: Path) -> None:
    """'audit' shows the last run of a chain, says which it goes on from, and with --chain has all of them."""

    @do.workflow.create(name="loops")
    async def loops(trigger: Trigger) -> int:
        do.record_metric(f"round {trigger.payload}", trigger.payload)
        if trigger.payload < 2:
            await do.continue_as_new(trigger.payload + 1)
        return int(trigger.payload)

    async with do.worker():
        run = await do.workflows.start("loops", 0)
        await run.result()
    last = await run.status(include_audit_trail=True, include_metrics=True)
    assert last.metrics is not None
    assert {name: kpi.value for name, kpi in last.metrics.kpis.items()} == {"round 0": 0, "round 1": 1, "round 2": 2}
    said = await dosdk(do, "audit", run.id, "--chain", "--json")
    exported = json.loads(said.out)
    assert (said.status, said.err, [(one["id"], one["state"]) for one in exported]) == (
        0,
        "",
        [(run.id, "completed")] * 3,
    )
    ids = [one["run_id"] for one in exported]
    details = [[entry["detail"] for entry in one["audit_trail"]] for one in exported]
    assert (ids[-1], details) == (
        last.run_id,
        [
            ["direct", f"goes on as run {ids[1]}"],
            [f"goes on from run {ids[0]}", f"goes on as run {ids[2]}"],
            [f"goes on from run {ids[1]}", "completed"],
        ],
    )
    file = tmp_path / "trail.jsonl"
    written = await dosdk(do, "audit", run.id, "--output", str(file))
    assert (written.out, written.err) == (f"2 entries of {run.id} written to {file}\n", "")
    assert [json.loads(line)["event"] for line in file.read_text().splitlines()] == ["run_started", "run_closed"]


async def test_a_run_that_is_not_there(do: TestDo) -> None:
    """For a run that does not exist the command is one line and status 1."""
    said = await dosdk(do, "audit", "nobody", "--chain")
    assert (said.status, said.out, len(said.err.splitlines())) == (1, "", 1)
