"""A workflow that waits for a person, and writes each decision down where it can be counted: in a database of its own."""

from __future__ import annotations

import os
import sqlite3

from dosdk_temporal import Do, Trigger

do = Do()


@do.action.create(name="write-down")
def write_down(run: str, by: str, approved: bool) -> None:
    """Write that a run was decided; a second row of the same run would be an effect too many."""
    with sqlite3.connect(os.environ["DEEDS"], timeout=30) as database:
        database.execute("INSERT INTO decided VALUES (?, ?, ?)", (run, by, approved))
    database.close()


@do.workflow.create(name="asks-a-person")
async def asks_a_person(trigger: Trigger) -> list[object]:
    """Wait for the person of the payload, write the decision down, and give it."""
    decision = await do.wait_for_approval("manager", approvers=[trigger.payload["who"]], timeout="3d")
    await do.action.run("write-down", {"run": trigger.id, "by": decision.by, "approved": decision.approved})
    return [decision.approved, decision.by, decision.comment]
