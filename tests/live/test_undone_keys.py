"""Keys, transactions and compensation together: what was undone is never taken for done."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from dosdk_temporal import ActionError, ConflictError, Execution, Retry, Transaction, Trigger, WorkflowError
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


async def test_a_retry_is_refused_where_a_key_remembers_what_was_undone(do: TestDo, shipping: list[str]) -> None:
    """The key would answer with what was undone."""

    async def refund() -> None: ...

    do.action.create(name="pay", handler=_pay, compensate=refund)

    @do.workflow.create(name="sells")
    async def sells(_: Trigger) -> str:
        await do.action.run("pay", idempotency_key=do.settings.task_queue)
        return str(await do.action.run("ship"))

    async with do.worker():
        execution = await sells.start()
        with pytest.raises(WorkflowError, match=shipping[0]):
            await execution.result()
        with pytest.raises(
            ConflictError, match="has undone 'pay', and its idempotency key would answer with what was undone"
        ):
            await execution.retry("pay")


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
