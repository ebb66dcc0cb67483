"""The audit trail: what happened in one task stands in the order of cause and effect."""

from __future__ import annotations

import asyncio
from typing import Any

from dosdk_temporal import Trigger
from dosdk_temporal.testing import TestDo
from tests.live.waiting_facts import waits_for


async def happened(do: TestDo, execution_id: str) -> list[tuple[str, str | None, str | None]]:
    """Each entry's event, step, and author or wrong."""
    trail = (await do.workflows.get_status(execution_id, include_audit_trail=True)).audit_trail or ()
    return [(entry.event, entry.step, entry.actor if entry.event.startswith("decision") else None) for entry in trail]


async def test_a_decision_stands_before_those_that_it_refused(do: TestDo) -> None:
    """Of people who decide in the same moment the first counts, and the trail has it before the others' refusals."""

    @do.workflow.create(name="asks")
    async def asks(_: Trigger) -> Any:
        return (await do.wait_for_approval("manager")).by

    async with do.worker():
        run = await do.workflows.start("asks")
        await waits_for(run, "manager")
        people = ("ann", "bob", "cleo")
        await asyncio.gather(*(run.approve("manager", by=by) for by in people), return_exceptions=True)
        counted = await run.result()
        entries = await happened(do, run.id)
    decided = [entry for entry in entries if entry[0].startswith("decision")]
    assert decided[0] == ("decision", "manager", counted)
    assert {event for event, _, _ in decided[1:]} <= {"decision_refused"}


async def test_a_skip_stands_behind_what_it_asked_about(do: TestDo) -> None:
    """A step that is skipped for an approval or an event stands behind it, and before the wait that begins then."""

    @do.action.create(name="note")
    async def note() -> None:
        """Do nothing."""

    def skipped(id: str) -> dict[str, Any]:  # noqa: A002 - the definition's word
        return {"id": id, "function": "note", "condition": "{{ !ann.approved }}"}

    scanned = {"event": "scanned", "match": {"order": "{{ workflow.id }}"}}
    do.workflows.create(
        {
            "name": "asks",
            "steps": [{"id": "ann", "approval": {}}, skipped("one"), {"id": "scan", "waitForEvent": scanned}, skipped("two")],
        }
    )  # fmt: skip
    async with do.worker():
        run = await do.workflows.start("asks")
        await waits_for(run, "ann")
        await run.approve("ann", by="ann")
        await waits_for(run, "scanned")
        await do.events.emit("scanned", {"order": run.id})
        await run.result()
        entries = await happened(do, run.id)
    assert entries == [
        ("run_started", None, None),
        ("wait_started", "ann", None),
        ("decision", "ann", "ann"),
        ("step_skipped", "one", None),
        ("wait_started", "scanned", None),
        ("event_received", "scanned", None),
        ("step_skipped", "two", None),
        ("run_closed", None, None),
    ]
