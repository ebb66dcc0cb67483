"""The whole public surface as a typed program: checked by mypy --strict in a test, and never run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any, Literal, assert_type
from uuid import UUID

from pydantic import BaseModel
from sqlalchemy import literal_column, select
from sqlalchemy.ext.asyncio import AsyncConnection
from typing_extensions import TypedDict

import dosdk_temporal
from dosdk_temporal import (
    Action,
    ActionContext,
    ActionError,
    ActionNestingError,
    ActionResult,
    ActionTimeoutError,
    ApprovalError,
    ConflictError,
    Decision,
    DefinitionError,
    Do,
    DoError,
    Event,
    Execution,
    ExecutionStatus,
    InputError,
    LinkError,
    NotFoundError,
    OutputError,
    PayloadTooLargeError,
    Registry,
    Retry,
    RetryLater,
    Schedule,
    Secret,
    ServerUnavailableError,
    Transaction,
    Trigger,
    WaitTimeoutError,
    WorkflowError,
    action,
    approvals,
    client,
    datastore,
    errors,
    events,
    service,
    workflow,
    workflows,
    z,
)
from dosdk_temporal.plugin import DoPlugin
from dosdk_temporal.testing import TestDo

do = Do(
    "key",
    address="localhost:7233",
    namespace="default",
    task_queue="payments",
    tls=False,
    profile="staging",
    datastore_url="sqlite:///data.db",
    registry=Registry(),
)
assert_type(Do(api_key="key"), Do)
assert_type(Do(), Do)
assert_type(client, Do)


class Receipt(TypedDict):
    """What a charge gives."""

    order_id: str
    amount: int


class Order(BaseModel):
    """What a workflow is started with."""

    order_id: str
    amount: int = 1


@dataclass
class Parcel:
    """One object that a handler takes."""

    street: str


@do.action.create(
    name="charge-card",
    description="Charges a card.",
    retry=Retry(5, "1s", multiplier=3, max_delay=timedelta(minutes=1), give_up_on=[ValueError], retry_on=["Declined"]),
    timeout="30s",
    total_timeout=timedelta(hours=1),
    heartbeat=15,
    local=False,
    max_concurrent=2,
    version="2",
)
async def charge(order_id: str, amount: int, context: ActionContext) -> Receipt:
    """Charge, as a decorated async function that takes named fields."""
    assert_type(context.execution_id, str)
    assert_type(context.action, str)
    assert_type(context.attempt, int)
    assert_type(context.idempotency_key, str)
    assert_type(context.step, str | None)
    context.heartbeat({"done": 1})
    context.log.info("charging", order=order_id)
    return {"order_id": order_id, "amount": amount}


@action.create(id="ship", retry={"maxAttempts": 3, "backoff": {"initialDelay": 1000, "multiplier": 2}}, timeout=None)
def ship(inputs: Parcel) -> str:
    """Ship, as a decorated plain function that takes one object."""
    return inputs.street


do.databases.add("shop", "postgresql://db/shop")


@do.action.create(name="pay-out", database="shop")
async def pay_out(account: int, tx: Transaction, context: ActionContext) -> int:
    """Pay, in a transaction that takes text and SQLAlchemy's statements."""
    moved = await tx.execute("UPDATE accounts SET paid = :paid WHERE id = :id", {"paid": True, "id": account})
    assert_type(moved.rowcount, int)
    account, balance = (await tx.execute(select(literal_column("1"), literal_column("2")))).one()
    async with tx.begin_nested():
        assert_type(await tx.scalar("SELECT 1"), Any)
    assert_type((await tx.scalars("SELECT 1")).all(), Sequence[Any])
    return int(balance)


async def try_it(connection: AsyncConnection) -> None:
    """The handler as a function, on any connection."""
    assert_type(Transaction.of(connection), Transaction)
    assert_type(await pay_out(1, Transaction.of(connection), ActionContext("id", "pay-out", 1, "key")), int)


@do.action.create(name="sign")
def sign(text: str, key: Secret) -> str:
    """Sign, with a secret that travels by its name."""
    assert_type(key.value(), str)
    assert_type(Secret("A").name, str)
    return text


async def with_secrets() -> None:
    """A worker that is given where its secrets are."""
    async with do.worker(secrets={"A": "value"}.get):
        assert_type(await sign.execute(text="a", key=Secret("A")), str)


def tell(text: str) -> int:
    """Tell: the handler of what is made by calls."""
    return len(text)


told = do.action.create(name="tell", handler=tell, retry=3)
also_told = do.action.create(id="tell", description="Tells.", execute=tell)
made: Action[[str], int] = Action(name="tell", handler=tell, timeout="5s")
also_made = Action(id="tell", execute=tell)


@do.workflow.create(
    name="fulfil-order",
    description="From order to parcel.",
    trigger={"event": "order.placed"},
    input=Order,
    output=Receipt,
    retry=Retry.forever(initial_delay="1s"),
    timeout="30d",
    version=2,
)
async def fulfil(trigger: Trigger) -> Any:
    """Every call that a handler makes."""
    assert_type(trigger.payload, Any)
    assert_type(trigger.kind, Literal["event", "schedule", "direct"])
    assert_type(trigger.name, str | None)
    assert_type(trigger.id, str)
    assert_type(trigger.time, datetime)
    assert_type(do.now(), datetime)
    assert_type(do.uuid(), UUID)
    assert_type(do.random(), Random)
    await do.sleep("7d")
    await do.sleep(timedelta(seconds=1))
    await do.sleep(0.5)
    await do.sleep_until(datetime(2027, 1, 1, tzinfo=UTC))
    several = await do.parallel(charge.execute(order_id="a"), charge.execute(order_id="b"), limit=1)
    assert_type(several, list[Any])
    return await charge.execute(trigger.payload)


async def pack(trigger: Trigger) -> str:
    """Pack: the handler of a workflow made by a call; a child's result is awaited like a function's."""
    await fulfil(trigger.payload)
    return "packed"


packing = do.workflows.create(name="pack", handler=pack, trigger={"schedule": "0 9 * * 1", "timezone": "Europe/Berlin"})


def schemas() -> None:
    """Schemas of ``z`` keep their kind from method to method."""
    shape = z.object({"plan": z.enum(["starter", "professional"]), "seats": z.int().min(1).optional()})
    assert_type(shape, z.ZObject)
    assert_type(shape.strict().extend({"note": z.string().max(80)}), z.ZObject)
    assert_type(z.array(z.string()).nonempty(), z.ZArray)
    assert_type(z.string().email().optional(), z.ZString)
    assert_type(z.number().default(1), z.ZNumber)
    assert_type(z.enum(["a"]).exclude(["a"]), z.ZEnum)
    assert_type(z.union([z.string(), z.null()]).describe("Who."), z.ZType)
    assert_type(shape.json_schema(), dict[str, Any])


async def definitions() -> None:
    """Defining gives the thing itself, also when it is awaited."""
    made_alike: list[Action[[str], int]] = [told, also_told, made, also_made]
    made_alike.append(await do.action.create(name="tell", handler=tell))
    made_alike.append(await do.action.create(name="tell")(tell))
    assert_type(charge.name, str)
    assert_type(charge.id, str)
    assert_type(charge.description, str)
    assert_type(charge.version, str)
    same = await do.workflow.create(name="pack", handler=pack)
    assert_type(same.id, str)
    assert_type(same.name, str)


async def unit_tests(context: ActionContext, trigger: Trigger) -> None:
    """The plain functions keep their types."""
    assert_type(await charge("a", 1, context), Receipt)
    assert_type(ship(Parcel("Main St")), str)
    assert_type(tell("hello"), int)
    assert_type(told("hello"), int)
    assert_type(await packing(trigger), Any)


async def actions() -> None:
    """Through its object an action gives its handler's type; by its name, anything."""
    assert_type(await charge.execute({"order_id": "a", "amount": 1}), Receipt)
    assert_type(await charge.invoke(order_id="a", amount=1), Receipt)
    assert_type(
        await charge.run({"order_id": "a"}, amount=1, idempotency_key="a", retry=Retry(1), timeout="5s"), Receipt
    )
    assert_type(await ship.execute(Parcel("Main St")), str)
    assert_type(await told.execute(text="hello"), int)
    assert_type(await do.action.run("charge-card", {"order_id": "a"}, retry=1, timeout=None), Any)
    assert_type(await do.action.run(charge, order_id="a", amount=1), Any)
    assert_type(await do.action.run("charge-card", {"order_id": "a"}, compensate=charge), Any)
    async with do.saga():
        await do.action.execute(name="charge-card", compensate="refund")
    assert_type(await client.action("charge-card@2").invoke({"order_id": "a"}), Any)
    result = await client.action.execute(name="charge-card", params={"order_id": "a"}, idempotency_key="a")
    assert_type(result, ActionResult)
    assert_type((result.id, result.name, result.status), tuple[str, str, Literal["completed"]])
    assert_type((result.output, result.attempts), tuple[Any, int | None])
    assert_type((result.started_at, result.closed_at), tuple[datetime | None, datetime | None])


async def runs() -> None:
    """Starting, waiting for, asking about and ending runs."""
    assert_type(await workflows.execute("fulfil-order", {"order_id": "a"}), Any)
    assert_type(await workflow.execute(packing, Order(order_id="a"), id="o-1"), Any)
    assert_type(await packing.execute({"order_id": "a"}), Any)
    execution = await workflows.start("pack", {"order_id": "a"}, id="o-1", delay="1h", priority=1, fairness_key="acme")
    assert_type(execution, Execution)
    assert_type(await packing.start({"order_id": "a"}), Execution)
    assert_type(workflows.get("o-1"), Execution)
    assert_type(execution.id, str)
    assert_type(await execution.result(timeout="10s"), Any)
    await execution.cancel("not wanted any more")
    await execution.terminate("gone wrong")
    await workflows.cancel("o-1", reason="not wanted any more")
    statuses([await execution.status(), await workflows.get_status("o-1")])
    statuses(await workflows.list(workflow="pack", state="running", limit=10))


async def scheduling() -> None:
    """Schedules, as arguments and as a document."""
    schedule = await workflows.schedule("pack", cron_expression=["0 9 * * mon", "@monthly"], every="6h", jitter=30)
    assert_type(schedule, Schedule)
    await packing.schedule(
        {"cronExpression": "@daily", "notifications": {"onFailure": "ops@example.com"}}, id="nightly"
    )
    assert_type(await schedule.next_times(3), list[datetime])
    await schedule.trigger(overlap="allow_all")
    await schedule.pause("holidays")
    await schedule.unpause()
    await schedule.backfill(datetime(2027, 1, 1, tzinfo=UTC), datetime(2027, 1, 2, tzinfo=UTC))
    assert_type((await schedule.describe()).paused, bool)
    assert_type(workflows.get_schedule("nightly"), Schedule)
    assert_type([found.id for found in await workflows.list_schedules(workflow="pack")], list[str])
    await schedule.delete()


async def happenings() -> None:
    """Events, told and waited for."""
    emitted = await events.emit("user.created", {"email": "ada@example.com"}, id="signup-7", keep="1d")
    assert_type(emitted.id, str)
    assert_type(emitted.started, list[str])
    assert_type(emitted.woken, list[str])
    assert_type(emitted.refused, list[dict[str, str]])
    assert_type(emitted.duplicate, bool)
    many = await do.events.emit_many([{"name": "user.created", "payload": {}, "id": "signup-8"}])
    assert_type([one.id for one in many], list[str])
    event = await do.wait_for_event("link.clicked", match={"user.id": 7}, timeout="3d")
    assert_type(event, Event)
    assert_type(event.name, str)
    assert_type(event.id, str)
    assert_type(event.time, datetime)


def busy() -> None:
    """What a handler raises that names the time of its next attempt."""
    strategy = Retry(backoff="linear", jitter=True, on_exhausted="hold")
    assert_type(strategy.delay_after(2), timedelta)
    raise RetryLater("90s", "the CRM is busy")


async def people() -> None:
    """Approvals, asked for, listed, decided and linked; signals; the next run of a chain."""
    decision = await do.wait_for_approval("manager", approvers=["ann"], timeout="3d", remind_every="1d", form=dict)
    assert_type(decision, Decision)
    assert_type((decision.approved, decision.by, decision.at), tuple[bool, str | None, datetime])
    assert_type((decision.comment, decision.form, decision.timed_out), tuple[str, Any, bool])
    for waiting in await approvals.list(assignee="ann", workflow="pack", overdue=False):
        assert_type((waiting.execution_id, waiting.name, waiting.until), tuple[str, str, datetime | None])
    answer = await do.approvals.decide("pack/1", "manager", approved=True, by="ann", comment="fine", form={"limit": 3})
    assert_type(answer.state, Literal["decided", "kept", "sent"])
    resolved = await do.approvals.resolve(
        "pack/1", "charge-card", "skip", value={"paid": True}, by="ann", comment="cash"
    )
    assert_type((resolved.state, resolved.name, resolved.by), tuple[Literal["decided", "sent"], str | None, str | None])
    resolved = await do.workflows.get("pack/1").resolve(None, "retry")
    assert_type(await do.approvals.link("pack/1", "manager", by="ann", expires="7d"), str)
    try:
        await do.approvals.redeem("token", approved=True)
    except LinkError as error:
        assert_type(error.reason, str)
    async for note in do.signals("note"):
        assert_type(note, Any)
    await do.continue_as_new({"from": 7}, if_suggested=True)
    assert_type(do.patched("fraud-check"), bool)
    do.deprecate_patch("fraud-check")


async def kept() -> None:
    """The Datastore, from anywhere but an action."""
    users = datastore.namespace("users")
    assert_type(await users.set("ada", {"plan": "starter"}, if_absent=True, ttl="7d"), int)
    assert_type(await users.update("ada", {"plan": "pro"}, if_version=1), int)
    assert_type(await users.get("ada"), Any)
    assert_type(await users.get("ada", {}), Any)
    assert_type(await users.get("ada", as_type=Order), Order | None)
    assert_type(await users.get("ada", "nobody", as_type=Order), Order | str)
    assert_type(await do.datastore.increment("visits"), int | float)
    assert_type(await do.datastore.delete("ada"), bool)
    entry = await users.entry("ada")
    if entry is not None:
        assert_type((entry.key, entry.value, entry.version), tuple[str, Any, int])
        assert_type((entry.written_at, entry.expires_at), tuple[datetime, datetime | None])
        assert_type((entry.written_by, entry.deleted), tuple[str | None, bool])
    page = await users.list("a", limit=10, cursor=None, as_type=Order)
    assert_type(([one.key for one in page], page.cursor), tuple[list[str], str | None])
    assert_type([one.version for one in await users.history("ada", limit=3)], list[int])


async def composed() -> None:
    """Services, of steps and by name."""
    made = service.create(
        name="greet", input=["name"], steps=[{"action": "greet", "params": {"name": "{{input.name}}"}}]
    )
    await made.execute({"name": "Ada"})
    assert_type(await do.service("greet").start({"name": "Ada"}), Execution)


def statuses(found: list[ExecutionStatus]) -> None:
    """What is known of a run."""
    for status in found:
        assert_type((status.id, status.run_id, status.name), tuple[str, str, str])
        assert_type((status.version, status.input, status.output), tuple[str | None, Any, Any])
        assert_type((status.started_at, status.closed_at), tuple[datetime, datetime | None])
        if status.state == "failed" and status.error is not None:
            assert_type((status.error.type, status.error.message), tuple[str, str])
            assert_type((status.error.step, status.error.action), tuple[str | None, str | None])
        for step in status.steps:
            assert_type((step.id, step.name, step.attempts), tuple[str, str, int | None])
            assert_type(step.kind, Literal["action", "local", "workflow", "approval", "event", "timer"])


async def serving() -> None:
    """A worker in a program, clients that end, and synchronous code."""
    async with (
        Do() as own,
        own.worker(
            "package.module", "file.py", dosdk_temporal, max_actions=10, max_workflow_tasks=10, drain="1m"
        ) as worker,
    ):
        assert_type(worker.task_queue, str)
        assert_type(worker.is_running, bool)
        await worker.wait()
    await do.close()
    do.sync.action.run("charge-card", {"order_id": "a"})
    do.sync.workflows.start("pack").result(timeout=5)
    assert_type(DoPlugin(Registry()), DoPlugin)


def tests(do: TestDo) -> None:
    """What a project's own tests use."""
    assert_type(do.mock("charge-card", returns={"order_id": "a", "amount": 1}), list[dict[str, Any]])
    do.mock("charge-card", raises=ValueError("declined"))


def facts(error: DoError) -> None:
    """The attributes of every error, and those of some."""
    assert_type((error.type, error.message, error.retryable), tuple[str, str, bool])
    assert_type((error.action, error.workflow, error.step), tuple[str | None, str | None, str | None])
    assert_type((error.attempts, error.execution_id), tuple[int | None, str | None])
    match error:
        case DefinitionError() | InputError():
            assert_type(error.problems, tuple[Any, ...])
        case WorkflowError():
            assert_type((error.state, error.cause), tuple[str, DoError | None])
        case ActionTimeoutError() | ActionNestingError() | ActionError():
            raise ActionError("do not try again", retryable=False) from error
        case ConflictError():
            assert_type((error.current_version, error.expected_version), tuple[int | None, int | None])
        case NotFoundError() | OutputError() | PayloadTooLargeError():
            raise error
        case ApprovalError() | WaitTimeoutError() | ServerUnavailableError() | errors.DoError():
            raise error
