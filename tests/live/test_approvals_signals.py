"""Decisions that come as signals: from Temporal's own tools, while a run is paused, while no worker runs."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Callable
from typing import Any

import pytest
from temporalio.api.common.v1 import Payload
from temporalio.common import RawValue

from dosdk_temporal import ActionNestingError, DefinitionError, Trigger
from dosdk_temporal.testing import TestDo
from tests.live.waiting_facts import answers, pause, recorded, refusal, send, unpause, waits_for

Serve = Callable[..., Any]


@pytest.fixture
def asks(do: TestDo) -> None:
    """A workflow that asks one question after the other and tells who gave which answer."""

    @do.workflow.create(name="asks")
    async def asks(trigger: Trigger) -> Any:
        decisions = [await do.wait_for_approval(name, approvers=["ann", "bob"]) for name in ("manager", "legal")]
        return [[decision.approved, decision.by, decision.comment, decision.form] for decision in decisions]


async def test_a_plain_signal_decides(do: TestDo, serve: Serve, asks: None) -> None:
    """The body says who and what, and may leave out the name where one waits."""
    async with serve():
        execution = await do.workflows.start("asks")
        await waits_for(execution, "manager")
        await send(do, execution, "approve", {"by": "ann", "comment": "fine", "form": {"limit": 3}})
        await send(do, execution, "reject", {"name": "legal", "by": "bob"})
        assert await execution.result() == [[True, "ann", "fine", {"limit": 3}], [False, "bob", "", None]]


@pytest.mark.parametrize("bodies", [(), (None,), ({},)])
async def test_a_signal_without_a_body_decides(do: TestDo, serve: Serve, bodies: tuple[Any, ...]) -> None:
    """Where anybody may decide, the signal's name is enough."""

    @do.workflow.create(name="asks-anybody")
    async def asks_anybody(trigger: Trigger) -> Any:
        return [(await do.wait_for_approval(name)).approved for name in ("manager", "legal")]

    async with serve():
        execution = await do.workflows.start("asks-anybody")
        await waits_for(execution, "manager")
        await send(do, execution, "approve", *bodies)
        await waits_for(execution, "legal")
        await send(do, execution, "reject", *bodies)
        assert await execution.result() == [True, False]


def payload(data: bytes, encoding: bytes = b"json/plain") -> RawValue:
    """What a client of another kind sends."""
    return RawValue(Payload(metadata={"encoding": encoding}, data=data))


NONSENSE: list[tuple[tuple[Any, ...], str | None]] = [
    (("yes",), "a decision is no str"),
    ((["manager"],), "a decision is no list"),
    ((7,), "a decision is no int"),
    (({"who": "ann"},), "a decision has no 'who'"),
    (({"by": ["ann"]},), "by of a decision is text"),
    (({"by": "ann", "id": 7, "link": ["x"]},), "id of a decision is text"),
    (({"by": "mal"},), "'mal' is not among the approvers"),
    (({"by": "ann", "comment": "x" * 10_001},), "comment of a decision has 10,001 characters"),
    (({"by": "ann", "form": "x" * 200_000},), "a decision has at most 100,000 bytes"),
    ((payload(b'{"by": "ann", "form": NaN}'),), "the input of a decision cannot be written as JSON at form"),
    ((payload(b'{"by": "\\ud800"}'),), None),
    ((payload(b'{"form":' + b"[" * 400 + b"]" * 400 + b"}"),), None),
    ((payload(b"\x00\x01", b"binary/plain"),), "a decision is no bytes"),
    ((payload(b'{"by": '),), None),
    ((payload(b"[" * 5_000),), None),
    ((payload(b"ann", b"binary/encrypted"),), None),
    ((payload(b"ann", b""),), None),
]
"""What is sent, and the reason that the record keeps; None where it cannot even be read."""


async def test_nonsense_changes_nothing(do: TestDo, serve: Serve, asks: None, caplog: pytest.LogCaptureFixture) -> None:
    """Whatever a signal carries, the run waits on, its record says what was refused and why, and it is decided after."""
    async with serve():
        execution = await do.workflows.start("asks")
        await waits_for(execution, "manager")
        for arguments, _ in NONSENSE:
            await send(do, execution, "approve", *arguments)
        assert (await execution.approve("manager", by="ann")).open == ()
        await execution.approve("legal", by="bob")
        assert await execution.result() == [[True, "ann", "", None], [True, "bob", "", None]]
        reasons = [entry["reason"] for entry in await recorded(do, execution) if entry["state"] == "refused"]
    expected = [reason for _, reason in NONSENSE if reason is not None]
    assert [found[: len(wanted)] for found, wanted in zip(reasons, expected, strict=True)] == expected
    assert {record.levelname for record in caplog.records if "was refused" in record.message} == {"WARNING"}


async def test_two_arguments(do: TestDo, serve: Serve, asks: None) -> None:
    """Of several inputs of a signal the first is the body."""
    async with serve():
        execution = await do.workflows.start("asks")
        await waits_for(execution, "manager")
        await send(do, execution, "approve", {"by": "ann"}, {"by": "mal"})
        await waits_for(execution, "legal")
        await send(do, execution, "approve", {"by": "bob"}, 7, None)
        assert await execution.result() == [[True, "ann", "", None], [True, "bob", "", None]]


async def test_after_a_refused_signal_the_end_answers(do: TestDo, serve: Serve, asks: None) -> None:
    """A run that ended answers the identical decision, though its record has refusals and early ones besides."""
    async with serve():
        execution = await do.workflows.start("asks")
        await waits_for(execution, "manager")
        await send(do, execution, "approve", {"name": "legal", "by": "ann"})
        await send(do, execution, "reject", {"by": "mal"})
        await execution.reject("manager", by="bob")
        await execution.result()
    assert (await execution.approve("legal", by="ann")).name == "legal"
    assert (await execution.reject("manager", by="bob")).name == "manager"
    assert "has ended (completed)" in await refusal(execution.reject("manager", by="mal"))


async def test_a_paused_run_takes_a_decision(do: TestDo, serve: Serve, asks: None) -> None:
    """It is left as a signal and answered so; it counts when the run goes on."""
    async with serve():
        execution = await do.workflows.start("asks")
        await waits_for(execution, "manager")
        await pause(do, execution)
        answer = await execution.approve("manager", by="ann", comment="meanwhile")
        assert (answer.state, answer.name, answer.approved, answer.by, answer.at) == (
            "sent",
            "manager",
            True,
            "ann",
            None,
        )
        assert [entry.name for entry in (await execution.status()).waiting_for] == ["manager"]
        await unpause(do, execution)
        await waits_for(execution, "legal")
        assert (await execution.approve("manager", by="ann")).state == "decided"
        await execution.approve("legal", by="ann")
        assert await execution.result() == [[True, "ann", "meanwhile", None], [True, "ann", "", None]]


async def test_while_no_worker_runs(do: TestDo, serve: Serve, asks: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """A decision is left as a signal and answered so; it counts, once, when a worker is there again."""
    monkeypatch.setattr("dosdk_temporal._client.deciding._PATIENCE", 0.5)
    async with serve():
        execution = await do.workflows.start("asks")
        await waits_for(execution, "manager")
    sent = await asyncio.gather(execution.approve("manager", by="ann"), execution.reject("manager", by="bob"))
    assert {answer.state for answer in sent} == {"sent"}
    async with serve():
        await waits_for(execution, "legal")
        await execution.approve("legal", by="ann")
        ((approved, by, *_), legal) = await execution.result()
        assert (approved, by) in {(True, "ann"), (False, "bob")}
        assert legal == [True, "ann", "", None]
        states = [entry["state"] for entry in await recorded(do, execution)]
    assert sorted(set(states)) == sorted({"approved", "refused"} if approved else {"approved", "rejected", "refused"})
    assert await answers(do, execution)


async def test_a_run_that_no_worker_has_seen(
    do: TestDo, serve: Serve, asks: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A decision for a run that has not begun is taken, and counts when it asks."""
    monkeypatch.setattr("dosdk_temporal._client.deciding._PATIENCE", 0.5)
    execution = await do.workflows.start("asks")
    assert (await execution.approve("legal", by="ann")).state == "sent"
    async with serve():
        await execution.approve("manager", by="bob")
        assert await execution.result() == [[True, "bob", "", None], [True, "ann", "", None]]


async def test_a_worker_that_stops_writes_nothing(do: TestDo, serve: Serve, asks: None) -> None:
    """What a stopped worker forgets of a run leaves no trace in its record, nor in that of a run that another serves."""
    async with serve():
        execution = await do.workflows.start("asks")
        await waits_for(execution, "manager")
    async with serve():
        other = await do.workflows.start("asks")
        gc.collect()
        await waits_for(other, "manager")
        for run in (execution, other):
            await run.approve("manager", by="ann")
            await run.reject("legal", by="bob")
            assert await run.result() == [[True, "ann", "", None], [False, "bob", "", None]]
            assert [entry["state"] for entry in await recorded(do, run)] == ["approved", "rejected"]


async def test_workflows_decide_and_actions_do_not(do: TestDo, serve: Serve) -> None:
    """A workflow decides what another waits for; an action that tries to is refused, and so is one that waits."""

    @do.workflow.create(name="asks-anybody")
    async def asks_anybody(trigger: Trigger) -> Any:
        return (await do.wait_for_approval("manager")).by

    @do.workflow.create(name="decides")
    async def decides(trigger: Trigger) -> Any:
        answer = await do.approvals.decide(trigger.payload["run"], "manager", approved=True, by="a-workflow")
        return [answer.state, answer.name]

    @do.action.create(name="steers")
    async def steers(run: str) -> None:
        await do.workflows.get(run).approve("manager")

    @do.action.create(name="lingers")
    async def lingers() -> None:
        await do.wait_for_approval("manager")

    async with serve():
        execution = await do.workflows.start("asks-anybody")
        with pytest.raises(ActionNestingError, match="action 'steers'"):
            await do.action.run("steers", {"run": execution.id})
        with pytest.raises(ActionNestingError, match="action 'lingers' tried to wait for an approval"):
            await do.action.run("lingers")
        assert await do.workflows.execute("decides", {"run": execution.id}) == ["sent", "manager"]
        assert await execution.result() == "a-workflow"
    with pytest.raises(DefinitionError, match="only a workflow's handler can wait for an approval"):
        await do.wait_for_approval("manager")
