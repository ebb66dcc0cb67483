"""Keys, transactions and compensation together: what was undone is never taken for done."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from dosdk_temporal import (
    ActionContext,
    ActionError,
    ConflictError,
    Execution,
    Retry,
    Transaction,
    Trigger,
    WorkflowError,
)
from dosdk_temporal._client.workflow import Workflow
from dosdk_temporal._pure.facts import CallFacts
from dosdk_temporal._pure.undone_keys import UNDONE
from dosdk_temporal._wire.payloads import raw_value
from dosdk_temporal.testing import TestDo
from tests.live.waiting_facts import waits_for
from tests.transacting import PAYMENTS, paid, pay


@pytest.fixture
def shipping(do: TestDo) -> list[str]:
    """An action that fails while the list has a reason."""
    reasons = ["sold out"]

    @do.action.create(name="ship", retry=1)
    async def ship() -> str:
        if reasons:
            raise ValueError(reasons[0])
        return "shipped"

    return reasons


class Payments:
    """An action that pays and one that refunds: what they did, and the keys that were handed to them to hand on."""

    def __init__(self, do: TestDo) -> None:
        self.made: list[str] = []
        self.keys: list[str] = []
        self.refuses, self.trouble = False, ""
        do.action.create(name="pay", handler=self._pay, compensate=self._refund, retry=1)

    async def _pay(self, amount: int, context: ActionContext) -> str:
        self.made.append(str(amount))
        self.keys.append(context.idempotency_key)
        if self.trouble == "declines":
            raise ValueError("declined")
        if self.trouble == "hangs":
            await asyncio.Event().wait()
        return f"paid {amount}"

    async def _refund(self, output: str | None) -> None:
        if self.refuses:
            raise ActionError("the account is closed", retryable=False)
        self.made.append(f"back {output and output.removeprefix('paid ')}")


@pytest.fixture
def payments(do: TestDo) -> Payments:
    """The actions of ``do``."""
    return Payments(do)


async def test_a_retry_does_anew_what_a_transaction_undid(
    do: TestDo, serve: Callable[..., Any], shipping: list[str], tmp_path: Path
) -> None:
    """It pays again what was refunded, refunds that as well when it fails again, and pays once what was not refunded."""
    await do.database.prepare(PAYMENTS)
    do.databases.add("bank", f"sqlite:///{tmp_path / 'datastore.db'}")

    async def refund(output: str, tx: Transaction) -> None:
        await pay(tx, f"{output} back")

    @do.action.create(name="pay", compensate=refund, database="bank")
    async def pays(tx: Transaction) -> str:
        return await pay(tx, "a")

    @do.workflow.create(name="sells")
    async def sells(_: Trigger) -> str:
        await do.action.run("pay")
        return str(await do.action.run("ship"))

    async def counted() -> list[int]:
        return [await paid(do.database, key) for key in ("a", "paid a back")]

    async with serve():
        execution = await sells.start()
        with pytest.raises(WorkflowError, match="sold out"):
            await execution.result()
        assert await counted() == [1, 1]
        await execution.retry("pay")
        with pytest.raises(WorkflowError, match="sold out"):
            await execution.result()
        assert await counted() == [2, 2]
        shipping.clear()
        for _ in range(2):
            await execution.retry("pay")
            assert await execution.result() == "shipped"
        assert await counted() == [3, 2]


async def test_a_key_whose_effect_was_undone_runs_anew(
    do: TestDo, serve: Callable[..., Any], shipping: list[str], payments: Payments
) -> None:
    """A retry pays again what was refunded, and so does a client, other input too; what is paid for stands, as with any key."""
    key, sells = _sells(do)

    async with serve():
        execution = await sells.start()
        for _ in range(2):
            with pytest.raises(WorkflowError, match="sold out"):
                await execution.result()
            again = await execution.explain()
            assert again.commands == (f"dosdk retry {execution.id} --from pay",)
            await execution.retry("pay")
        with pytest.raises(WorkflowError, match="sold out"):
            await execution.result()
        status = await execution.status()
        assert await do.action.run("pay", amount=7, idempotency_key=key) == "paid 7"
        with pytest.raises(ConflictError, match="was used with another input"):
            await do.action.run("pay", amount=5, idempotency_key=key)
    assert payments.made == ["5", "back 5"] * 3 + ["7"]
    assert [(step.id, step.state) for step in status.steps] == [
        ("pay", "compensated"), ("ship", "failed"), ("pay:compensate", "completed"),
    ]  # fmt: skip
    assert status.children == (f"pay/{key}",)
    assert payments.keys[0] == f"pay/{key}"
    assert len(set(payments.keys)) == 4


async def test_the_mark_of_an_undoing(do: TestDo, shipping: list[str], payments: Payments) -> None:
    """The key's run says who undid it and that the key is free; there is nothing to retry in it."""
    key = f"{do.settings.task_queue}-{uuid4()}"

    @do.workflow.create(name="sells")
    async def sells(_: Trigger) -> None:
        await do.action.run("pay", amount=5, idempotency_key=key)
        await do.action.run("ship")

    async with do.worker():
        execution = await sells.start()
        with pytest.raises(WorkflowError, match="sold out"):
            await execution.result()
        mark = do.workflows.get(f"pay/{key}")
        status, told = await mark.status(include_audit_trail=True), await mark.explain()
        with pytest.raises(ConflictError, match="only marks that its effect was undone: there is nothing to retry"):
            await mark.retry()
    message = f"what 'pay/{key}' had done was undone by '{execution.id}': its key is free, and the next call with it runs anew"
    assert (status.state, status.error and status.error.type, status.error and status.error.message) == (
        "failed", "UndoneError", message,
    )  # fmt: skip
    assert [entry.event for entry in status.audit_trail or ()] == ["run_started", "run_closed"]
    assert told.commands == (f"dosdk explain {execution.id}",)
    assert told.sentences == (f"W{message[1:]}.",)


async def test_who_waits_for_the_mark_of_an_undoing(do: TestDo, serve: Callable[..., Any], payments: Payments) -> None:
    """A workflow and a client that meet the mark before it has ended make the call anew: one effect for both."""
    key = f"{do.settings.task_queue}-{uuid4()}"

    @do.workflow.create(name="buys")
    async def buys(_: Trigger) -> str:
        return str(await do.action.run("pay", amount=5, idempotency_key=key))

    client = (await do.connection()).client
    mark = raw_value(b"{}", CallFacts(kind=UNDONE))
    await client.start_workflow("pay", mark, id=f"pay/{key}", task_queue=do.settings.task_queue)
    calling = asyncio.create_task(do.action.run("pay", amount=5, idempotency_key=key))
    execution = await buys.start()
    async with serve():
        assert [await calling, await execution.result()] == ["paid 5"] * 2
    assert payments.made == ["5"]


async def test_what_could_not_be_undone_stays_what_the_key_remembers(
    do: TestDo, serve: Callable[..., Any], shipping: list[str], payments: Payments
) -> None:
    """A refund that fails leaves the key as it was, and the run says what it could not undo; a retry pays nothing twice."""
    payments.refuses = True
    _, sells = _sells(do)

    async with serve():
        execution = await sells.start()
        with pytest.raises(WorkflowError, match="sold out"):
            await execution.result()
        assert "What could not be undone: 'pay'. See to it by hand." in (await execution.explain()).sentences
        shipping.clear()
        await execution.retry("pay")
        assert await execution.result() == "shipped"
    assert payments.made == ["5"]


async def test_a_run_of_a_key_that_undoes_itself(do: TestDo, serve: Callable[..., Any], payments: Payments) -> None:
    """After a failure the key of the effect is the same; after a payment that was lost, and refunded, it is another one."""
    key = f"{do.settings.task_queue}-{uuid4()}"

    async def pay() -> Any:
        return await do.action.run("pay", amount=5, idempotency_key=key, timeout="200ms")

    async with serve():
        for trouble, error in (
            ("declines", "declined"),
            ("declines", "declined"),
            ("hangs", "longer than its timeout"),
        ):
            payments.trouble = trouble
            with pytest.raises(ActionError, match=error):
                await pay()
        payments.trouble = ""
        assert await pay() == "paid 5"
    assert payments.made == ["5", "5", "5", "back None", "5"]
    assert payments.keys[:3] == [f"pay/{key}"] * 3
    assert payments.keys[3].startswith(f"pay/{key}/")


async def test_a_retried_step_that_was_undone_has_another_key(
    do: TestDo, serve: Callable[..., Any], shipping: list[str], payments: Payments
) -> None:
    """A provider that answers for a key would answer with the refunded payment; a step that was not undone keeps its own."""

    @do.workflow.create(name="sells")
    async def sells(_: Trigger) -> str:
        await do.action.run("pay", amount=5)
        return str(await do.action.run("ship"))

    async with serve():
        execution = await sells.start()
        runs = []
        for _ in range(2):
            with pytest.raises(WorkflowError, match="sold out"):
                await execution.result()
            runs.append((await execution.status()).run_id)
            await execution.retry("pay")
        with pytest.raises(WorkflowError, match="sold out"):
            await execution.result()
        runs.append((await execution.status()).run_id)
        shipping.clear()
        for _ in range(2):
            await execution.retry("pay")
            assert await execution.result() == "shipped"
    first = f"{runs[0]}/pay"
    assert payments.keys == [first, *(f"{first}/{run}" for run in (*runs, runs[2]))]


async def test_a_keys_run_that_somebody_cancels(do: TestDo, serve: Callable[..., Any]) -> None:
    """Its callers are not cancelled with it, neither the one that began it nor one that found it: they get an error."""
    key = f"{do.settings.task_queue}-held"

    @do.action.create(name="pay", retry=Retry(1, on_exhausted="hold"), compensate=_pay)
    async def pays() -> None:
        raise ValueError("declined")

    @do.workflow.create(name="sells")
    async def sells(_: Trigger) -> str:
        try:
            await do.action.run("pay", idempotency_key=key)
        except ActionError as error:
            return str(error)
        return "paid"

    async with serve():
        first = await sells.start()
        await _has_begun(first)
        await waits_for(do.workflows.get(f"pay/{key}"), "pay")
        second = await sells.start()
        await _has_begun(second)
        await do.workflows.get(f"pay/{key}").cancel()
        told = f"the run 'pay/{key}' that it waited for was cancelled"
        assert [await first.result(), await second.result()] == [told, told]


async def test_a_keyed_call_is_undone_by_no_function_of_its_own(do: TestDo) -> None:
    """The key's run, which undoes what was lost, would not find it: it is refused before anything is done."""
    do.action.create(name="pay", handler=_pay)

    @do.workflow.create(name="sells")
    async def sells(_: Trigger) -> None:
        await do.action.run("pay", compensate=_pay, idempotency_key=do.settings.task_queue)

    async with do.worker():
        with pytest.raises(WorkflowError, match="a function, which the run of its idempotency key does not find"):
            await sells.execute()


async def _has_begun(execution: Execution) -> None:
    """Wait until the key's run is there, and this one waits for it."""
    while [step.state for step in (await execution.status()).steps] != ["running"]:  # noqa: ASYNC110 - a worker makes it so
        await asyncio.sleep(0.02)


async def _pay() -> str:
    return "paid"


def _sells(do: TestDo) -> tuple[str, Workflow]:
    """A workflow that pays 5 under a key, and ships; the key comes first."""
    key = f"{do.settings.task_queue}-{uuid4()}"

    @do.workflow.create(name="sells")
    async def sells(_: Trigger) -> str:
        await do.action.run("pay", amount=5, idempotency_key=key)
        return str(await do.action.run("ship"))

    return key, sells
