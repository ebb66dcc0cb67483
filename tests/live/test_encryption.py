"""All that a team's values go through, with a key and without: who looks at the server and the tables finds them only without."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel
from sqlalchemy import text
from temporalio import workflow
from temporalio.api.workflowservice.v1 import DescribeActivityExecutionRequest
from temporalio.client import Client

from dosdk_temporal import ActionError, Execution, Retry, Transaction, Trigger, WorkflowError
from dosdk_temporal._outside.transactions.tables import TRANSACTIONS
from dosdk_temporal._worker.replaying.files import recorded_of
from dosdk_temporal._worker.replaying.replaying import replay
from dosdk_temporal.testing import TestDo
from tests.live.waiting_facts import waits_for

KEY = "bmV3LW5ldy1uZXctbmV3LW5ldy1uZXctbmV3LW5ldyE"
MARKER = "marmalade"
VALUE = {"secret": MARKER}

IN_THE_CLEAR = [
    *("action echo", "action stubborn", "action dosdk.dispatch"),
    *(
        "history of declared",
        "history of echo",
        "history of fails",
        "history of orders",
        "list of orders",
        "run of orders",
    ),
    *("schedule", "table events", "table entries", "table entry_versions", "table transactions", "files"),
]
"""Where the marker is found without a key; the wait and its writes are over by then."""


class Why(BaseModel):
    """What an approval must say."""

    why: str


@pytest.fixture(params=[True, False], ids=["encrypted", "clear"])
def encrypted(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> bool:
    """Whether the environment has a key."""
    if request.param:
        monkeypatch.setenv("DO_ENCRYPTION_KEY", KEY)
    return bool(request.param)


def define(do: TestDo) -> None:
    """Actions and workflows that carry the marker by every way a value goes."""

    @do.action.create(name="echo")
    async def echo(secret: str) -> dict[str, str]:
        return {"secret": secret}

    @do.action.create(name="stubborn", retry=Retry(2, "1ms"))
    async def stubborn(secret: str) -> None:
        raise ActionError(f"no {secret} left")

    async def undo(output: Any) -> Any:
        return output

    do.action.create(name="reserve", handler=lambda secret: secret, compensate=undo)

    @do.action.create(name="pay")
    async def pay(secret: str, tx: Transaction) -> str:
        return secret

    @do.workflow.create(name="orders", trigger={"event": "order.placed"})
    async def orders(trigger: Trigger) -> Any:
        workflow.set_current_details(MARKER)
        do.record_metric("jar", MARKER)
        paid = await do.action.run("pay", trigger.payload)
        echoed = await do.action.run("echo", trigger.payload, idempotency_key=f"echo/{do.uuid()}")
        await do.datastore.set("jar", {"kept": paid})
        kept = await do.datastore.get("jar")
        decision = await do.wait_for_approval("manager", title=MARKER, details=MARKER, form=Why)
        event = await do.wait_for_event("jar.filled", match=VALUE)
        note = await anext(do.signals("note"))
        try:
            await do.action.run("stubborn", VALUE)
        except ActionError as error:
            return [echoed, kept, decision.form.why, event.payload, note, error.message]

    @do.workflow.create(name="fails")
    async def fails(trigger: Trigger) -> None:
        await do.action.run("reserve", trigger.payload)
        raise ValueError(f"no {MARKER}")

    do.workflows.create(
        {
            "name": "declared",
            "input": {"secret": "string"},
            "steps": [
                {"id": "echo", "function": "echo", "input": {"secret": "{{ input.secret }}"}},
                {"id": "kept", "set": {"of": "{{ echo.secret }}"}},
            ],
        }
    )


async def order(do: TestDo) -> Execution:
    """Everything that one run does, to its end."""
    (started,) = (await do.events.emit("order.placed", VALUE)).started
    run = do.workflows.get(started)
    await waits_for(run, "manager")
    while not (pending := [one for one in await do.approvals.list() if one.execution_id == run.id]):
        pass  # the inbox may lag by a second
    assert [(one.title, one.details) for one in pending] == [(MARKER, MARKER)]
    await run.approve("manager", by="ann", comment=MARKER, form={"why": MARKER})
    await waits_for(run, "jar.filled")
    assert (await do.events.emit("jar.filled", VALUE)).woken == [run.id]
    await run.signal("note", VALUE)
    assert await run.result() == [VALUE, {"kept": MARKER}, MARKER, VALUE, VALUE, f"no {MARKER} left"]
    return run


async def stored(do: TestDo, datastore: Path) -> AsyncIterator[tuple[str, bytes]]:
    """All that the server and the tables have of a task queue, byte by byte, each with its kind."""
    client = await Client.connect(do.settings.address)
    queue = f"TaskQueue = '{do.settings.task_queue}'"
    async for run in client.list_workflows(queue):
        handle = client.get_workflow_handle(run.id, run_id=run.run_id)
        history = await handle.fetch_history()
        yield f"history of {run.workflow_type}", b"".join(event.SerializeToString() for event in history.events)
        yield f"run of {run.workflow_type}", (await handle.describe()).raw_description.SerializeToString()
        yield f"list of {run.workflow_type}", run.raw_info.SerializeToString()
    async for action in client.list_activities(queue):
        asked = DescribeActivityExecutionRequest(
            namespace=client.namespace, activity_id=action.activity_id, include_input=True, include_outcome=True
        )
        described = await client.workflow_service.describe_activity_execution(asked)
        yield f"action {action.activity_type}", described.SerializeToString()
    described_schedule = await client.get_schedule_handle(do.settings.task_queue).describe()
    yield "schedule", described_schedule.raw_description.SerializeToString()
    tables = ["events", "waits", "wait_shapes", "entries", "entry_versions", "writes", "transactions"]
    async with do.database.transaction(TRANSACTIONS, read_only=True) as connection:
        for table in tables:
            rows = (await connection.execute(text(f"SELECT * FROM dosdk_{table}"))).all()  # noqa: S608 - names of ours
            yield f"table {table}", repr(rows).encode()
    for file in sorted(datastore.parent.glob(f"{datastore.name}*")):
        yield "files", file.read_bytes()


async def test_no_value_is_stored_in_the_clear(do: TestDo, encrypted: bool, tmp_path: Path) -> None:
    """With a key everything works as without, and no value is found in histories, descriptions, lists, schedules and tables."""
    define(do)
    async with do.worker():
        assert await do.action.run("echo", VALUE) == VALUE
        assert await do.action("echo").invoke(VALUE) == VALUE
        assert (await do.action.execute(name="echo", params=VALUE)).output == VALUE
        with pytest.raises(ActionError, match=f"^no {MARKER} left$"):
            await do.action.run("stubborn", VALUE)
        run = await order(do)
        assert await do.workflows.execute("declared", VALUE) == {"of": MARKER}
        failing = await do.workflows.start("fails", VALUE)
        with pytest.raises(WorkflowError, match=f"no {MARKER}$"):
            await failing.result()
        await do.datastore.set("mine", VALUE)
        found = await do.datastore.history("jar")
        assert [entry.value for entry in found] == [{"kept": MARKER}]
        plan = {"cronExpression": "0 0 1 1 *", "input": VALUE, "id": do.settings.task_queue}
        schedule = await do.workflows.schedule("declared", plan)
        told = (await schedule.describe()).plan
        assert told is not None
        assert told.input == VALUE
        status = await run.status(include_metrics=True, include_audit_trail=True)
        assert status.input == VALUE
        assert str(status).count(MARKER) > 20
        assert MARKER in str(await failing.explain())
    client = (await do.connection()).client
    history = await client.get_workflow_handle(run.id).fetch_history()
    assert [result.parting async for result in replay(do.registry, [recorded_of(history)])] == [None]
    seen: dict[str, bool] = {}
    async for kind, raw in stored(do, tmp_path / "datastore.db"):
        seen[kind] = seen.get(kind, False) or MARKER.encode() in raw
    await schedule.delete()
    found_in = sorted(kind for kind, is_seen in seen.items() if is_seen)
    assert found_in == ([] if encrypted else sorted(IN_THE_CLEAR))
