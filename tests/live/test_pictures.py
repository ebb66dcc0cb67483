"""Runs of definitions, told again and drawn: what was skipped inside blocks, how each step stands, and what travels."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from dosdk_temporal import Retry, Trigger, WorkflowError
from dosdk_temporal._client.pictures import picture_of_run
from dosdk_temporal._client.recorded.record import read_record
from dosdk_temporal._client.recorded.trail import read_trail
from dosdk_temporal._pure.drawing.mermaid import mermaid_text
from dosdk_temporal.testing import TestDo
from tests.live.waiting_facts import waits_for
from tests.unit.flowchart import read_flowchart

Serve = Callable[..., Any]

FLOW = {
    "name": "flow",
    "version": "2",
    "labels": {"team": "sales"},
    "steps": [
        {"id": "setup", "function": "echo", "input": {"value": "{{ input }}"}},
        {"id": "way", "switch": [
            {"condition": "setup.big", "steps": [{"id": "courier", "function": "echo"}]}],
         "default": [{"id": "post", "function": "echo", "input": {"value": 1}}]},
        {"id": "both", "parallel": [
            {"id": "near", "function": "echo", "input": {"value": "near"}},
            {"id": "far", "function": "echo", "condition": "setup.far"}]},
        {"id": "each", "forEach": "{{ input.items }}", "steps": [
            {"id": "pack", "function": "echo", "input": {"value": "{{ item }}"}},
            {"id": "wrap", "function": "echo", "condition": "item > 1 && pack === item"}]},
        {"id": "ask", "approval": {"timeout": "1m"}},
        {"id": "gift", "function": "echo", "condition": "ask.comment === 'gift'"},
        {"id": "tell", "function": "failing", "fallback": "echo"},
        {"id": "pause", "wait": "10ms"},
        {"id": "paid", "waitForEvent": {"event": "paid", "timeout": "10ms"}, "onTimeout": "continue"},
        {"id": "late", "function": "echo", "condition": "!paid && trigger.kind === 'direct'"},
    ],
}  # fmt: skip


@pytest.fixture
def shop(do: TestDo) -> None:
    """The functions of the flow."""

    @do.action.create(name="echo")
    async def echo(value: Any = None) -> Any:
        return value

    @do.action.create(name="failing", retry=1)
    async def failing() -> None:
        raise OSError("away")


async def test_a_run_of_a_definition(do: TestDo, serve: Serve, shop: None) -> None:
    """The status tells each call that was skipped, inside blocks too; the picture shows how each step stands."""
    del shop
    do.workflows.create(FLOW)
    async with serve():
        run = await do.workflows.start("flow", {"items": [1, 2], "big": False})
        await waits_for(run, "ask")
        asked = read_flowchart(mermaid_text(await picture_of_run(do, run.id)))
        await run.approve("ask", by="ann", comment="gift")
        await run.result()
        status = await run.status()
        drawn = read_flowchart(mermaid_text(await picture_of_run(do, run.id)))
    states = {step.id: step.state for step in status.steps}
    assert states == {
        "setup": "completed", "courier": "skipped", "post": "completed", "near": "completed", "far": "skipped",
        "pack": "completed", "pack#2": "completed", "wrap": "completed", "gift": "completed", "tell": "fallback",
        "late": "completed", "ask": "completed", "pause": "completed", "paid": "completed",
    }  # fmt: skip
    looks = {lines[0]: drawn.looks.get(node) for node, lines in drawn.nodes.items()}
    assert {name: looks[name] for name in ("flow", "way", "courier", "far", "ask", "gift", "tell", "pause", "paid", "end")} == {
        "flow": None, "way": "completed", "courier": "skipped", "far": "skipped", "ask": "completed", "gift": "completed",
        "tell": "fallback", "pause": "completed", "paid": "completed", "end": "completed",
    }  # fmt: skip
    told = {lines[0]: lines[-1] for lines in drawn.nodes.values()}
    assert (told["pack"], told["wrap"]) == ("2 rounds: 2 completed", "2 rounds: 1 completed, 1 skipped")
    assert {lines[0]: asked.looks.get(node) for node, lines in asked.nodes.items() if lines[0] in {"ask", "end", "gift"}} == {
        "ask": "waiting", "gift": None, "end": "waiting",
    }  # fmt: skip


async def test_labels_are_on_the_run(do: TestDo, serve: Serve, shop: None) -> None:
    """A definition's labels stand in the memo of each run of it, where the Web UI and other clients see them."""
    del shop
    do.workflows.create({"name": "labelled", "labels": {"team": "sales"}, "steps": [{"id": "a", "function": "echo"}]})
    async with serve():
        run = await do.workflows.start("labelled", {})
        await run.result()
    connection = await do.connection()
    described = await connection.client.get_workflow_handle(run.id).describe()
    assert (await described.memo())["labels"] == {"team": "sales"}


async def test_what_a_person_did_about_a_failure_is_told_again(do: TestDo, serve: Serve, shop: None) -> None:
    """A held step stays open until it is resolved; what follows read the value that a person gave, or the error that went on."""
    del shop

    @do.action.create(name="stubborn", retry=Retry(1, on_exhausted="hold"))
    async def stubborn() -> None:
        raise OSError("away")

    @do.action.create(name="telling", retry=1, on_failure="echo")
    async def telling() -> None:
        raise OSError("away")

    steps = [
        {"id": "a", "function": "stubborn"},
        {"id": "b", "function": "echo", "condition": "a.v === 8"},
        {"id": "c", "function": "telling", "onError": "continue"},
        {"id": "d", "function": "echo", "condition": "!c.error"},
    ]
    do.workflows.create({"name": "held", "steps": steps})
    async with serve():
        run = await do.workflows.start("held", {})
        await waits_for(run, "a")
        open_now = await _trail(do, run.id)
        await run.resolve("a", "skip", value={"v": 7}, by="ann")
        await run.result()
        after = await _trail(do, run.id)
    assert (open_now, after) == (
        {"a": ("open", {})},
        {
            "a": ("completed", {}),
            "b": ("skipped", {"a.v": 7}),
            "c": ("completed", {}),
            "d": ("skipped", {"c.error": AWAY}),
        },
    )


AWAY = {"type": "OSError", "message": "away"}


async def _trail(do: TestDo, execution_id: str) -> dict[str, Any]:
    connection = await do.connection()
    trail = await read_trail(await read_record(connection, connection.client.get_workflow_handle(execution_id)))
    assert trail is not None
    assert trail.is_sound
    return {trace.step.id: (trace.outcome, trace.condition.values if trace.condition else {}) for trace in trail.steps}


async def test_a_run_of_a_handler(do: TestDo, serve: Serve, shop: None) -> None:
    """The picture of a handler's run has the steps that it made, in their order."""
    del shop

    @do.workflow.create(name="by-hand")
    async def by_hand(trigger: Trigger) -> None:
        await do.action.run("echo", {"value": 1})
        try:
            await do.action.run("failing")
        except OSError:
            await do.action.run("echo", {"value": 2})

    async with serve():
        run = await do.workflows.start("by-hand", {})
        await run.result()
        drawn = read_flowchart(mermaid_text(await picture_of_run(do, run.id)))
    assert drawn.ways() == ["by-hand -> echo", "echo -> failing", "failing -> echo#2", "echo#2 -> end"]
    assert list(drawn.looks.values()) == ["completed", "completed", "completed", "failed"]


@pytest.mark.parametrize("again", [True, False])
async def test_a_raise_says_whether_to_try_again(do: TestDo, serve: Serve, again: bool) -> None:
    """What a ``raise`` says of trying again reaches who waits for the run, through a parent too."""
    raised = {"raise": {"type": "Closed", "message": "closed today", "retryable": again}}
    do.workflows.create({"name": "child", "steps": [raised]})
    do.workflows.create({"name": "parent", "steps": [{"id": "c", "workflow": "child"}]})
    async with serve():
        errors = []
        for name in ("child", "parent"):
            with pytest.raises(WorkflowError) as failed:
                await do.workflows.execute(name, {})
            errors.append(failed.value)
    assert [(error.type, error.retryable) for error in errors] == [("Closed", again)] * 2
