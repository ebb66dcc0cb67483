"""Compensation in definitions and services: what an action's own definition says holds there too, and is done once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from dosdk_temporal import WorkflowError
from dosdk_temporal.testing import TestDo
from tests.live.ledger import Ledger, undone

Serve = Callable[..., Any]


@pytest.fixture
async def ledger(do: TestDo) -> Ledger:
    """What is done and undone."""
    return Ledger(do)


def book(step: str, what: str, **more: Any) -> dict[str, Any]:
    """A step that books."""
    return {"id": step, "function": "book", "input": {"what": what}, **more}


async def test_a_definition_is_undone_as_its_actions_say(do: TestDo, ledger: Ledger, serve: Serve) -> None:
    """Each step is undone once, in one order: as the step itself says, else as its action or what stood in for that says."""

    @do.action.create(name="note")
    def note(input: dict[str, Any], outcome: str) -> None:  # noqa: A002 - what is told
        ledger.lines.append(("note", input["what"], outcome))

    do.workflows.create(
        {
            "name": "trip",
            "errorHandling": {
                "strategy": "compensate",
                "onFailure": [{"id": "tell", "function": "book", "input": {"what": "told"}}],
            },
            "steps": [
                book("a", "flight"),
                book("b", "hotel", compensation="note"),
                {"id": "c", "function": "fail", "fallback": {"function": "book", "input": {"what": "bus"}}},
                {"id": "d", "function": "fail"},
            ],
        }
    )
    async with serve():
        run = await do.workflows.start("trip")
        with pytest.raises(WorkflowError, match="sold out"):
            await run.result()
        status = await run.status()
    assert ledger.lines[3:] == [
        *undone("bus"),
        ("note", "hotel", "completed"),
        *undone("flight"),
        ("book", "told"),
    ]
    assert [(step.id, step.state) for step in status.steps if step.id in {"a", "b", "c", "d"}] == [
        ("a", "compensated"),
        ("b", "compensated"),
        ("c", "compensated"),
        ("d", "failed"),
    ]


async def test_a_service_is_undone(do: TestDo, ledger: Ledger, serve: Serve) -> None:
    """A service needs no word of its own for it; in a loop each round is undone, the last first."""
    do.service.create(
        name="tour",
        steps=[
            {
                "id": "each",
                "forEach": "{{ ['bonn', 'kiel'] }}",
                "as": "town",
                "maxConcurrency": 1,
                "steps": [book("inn", "{{ town }}")],
            },
            {"action": "fail"},
        ],
    )
    async with serve():
        run = await do.service("tour").start()
        with pytest.raises(WorkflowError, match="sold out"):
            await run.result()
        status = await run.status()
    assert ledger.lines[2:] == undone("kiel", "bonn")
    assert [(step.id, step.state) for step in status.steps if step.name == "book"] == [
        ("inn", "compensated"),
        ("inn#2", "compensated"),
    ]


async def test_a_step_of_a_definition_in_flight(do: TestDo, ledger: Ledger, serve: Serve) -> None:
    """A run that is cancelled waits for its step in flight to end, and undoes it as one of unknown outcome."""
    do.workflows.create({"name": "trip", "steps": [book("a", "slow")]})
    async with serve():
        run = await do.workflows.start("trip")
        await ledger.reached.wait()
        await run.cancel()
        with pytest.raises(WorkflowError, match="was cancelled"):
            await run.result()
    assert ledger.lines == [("book", "slow"), ("undo", "slow", None, "unknown")]
