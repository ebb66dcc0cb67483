"""Transactional actions on a real server: what they write and that they are done is one; both are told, or neither is."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from temporalio import activity
from temporalio.plugin import SimplePlugin
from temporalio.worker import ActivityInboundInterceptor, ExecuteActivityInput, Interceptor

from dosdk_temporal import (
    ActionContext,
    ActionResult,
    ActionTimeoutError,
    DefinitionError,
    Retry,
    Transaction,
    Trigger,
    WorkflowError,
)
from dosdk_temporal._outside.database.away import DatabaseAwayError
from dosdk_temporal._outside.transactions.tables import TRANSACTIONS
from dosdk_temporal.testing import TestDo
from tests.postgresql import PostgreSQL
from tests.transacting import PAYMENTS, bank, paid, pay

SOON = Retry(3, "1ms")


@pytest.fixture
async def do(do: TestDo, tmp_path: Path) -> TestDo:
    """A client with a table of payments in its own database, and in one named bank."""
    await do.database.prepare(PAYMENTS)
    do.databases.add("bank", f"sqlite:///{tmp_path / 'datastore.db'}")
    return do


class _Deafness(ActivityInboundInterceptor):
    def __init__(self, following: ActivityInboundInterceptor, deaf: LosesReports) -> None:
        super().__init__(following)
        self._deaf = deaf

    async def execute_activity(self, input: ExecuteActivityInput) -> Any:  # noqa: A002 - the base class's name
        """Do everything, and be lost with the report."""
        done, info = await super().execute_activity(input), activity.info()
        if info.activity_type == self._deaf.action and info.attempt == 1:
            raise ConnectionResetError("the worker died after the commit and before it could tell")
        return done


class LosesReports(SimplePlugin, Interceptor):
    """A worker's plugin that loses the report of the first attempt of each call of an action."""

    def __init__(self, action: str) -> None:
        super().__init__("loses-reports", interceptors=[self])
        self.action = action

    def intercept_activity(self, next: ActivityInboundInterceptor) -> ActivityInboundInterceptor:  # noqa: A002
        """See the base class."""
        return _Deafness(next, self)


async def test_a_report_that_is_lost(do: TestDo) -> None:
    """What was committed is told from its record: the same output and the attempts that were made; nothing is done again."""

    @do.action.create(name="pay", retry=SOON)
    async def pays(order: str, tx: Transaction, context: ActionContext) -> dict[str, Any]:
        return {"told": await pay(tx, order), "attempt": context.attempt}

    async with do.worker(plugins=(LosesReports("pay"),)):
        alone, keyed = await asyncio.gather(
            do.action.execute(name="pay", params={"order": "a"}),
            do.action.execute(name="pay", params={"order": "b"}, idempotency_key="b"),
        )
    assert [_told(alone), _told(keyed)] == [({"told": f"paid {order}", "attempt": 1}, 1) for order in "ab"]
    assert [await paid(do.database, order) for order in "ab"] == [1, 1]


def _told(result: ActionResult) -> Any:
    return result.output, result.attempts


async def test_the_last_attempts_report_is_lost(do: TestDo) -> None:
    """Also where no further attempt may be made, what was committed is what is told."""

    @do.action.create(name="pay", retry=1)
    async def pays(order: str, tx: Transaction) -> str:
        return await pay(tx, order)

    async with do.worker(plugins=(LosesReports("pay"),)):
        assert _told(await do.action.execute(name="pay", params={"order": "a"})) == ("paid a", 1)
    assert await paid(do.database, "a") == 1


@pytest.mark.parametrize("local", [False, True], ids=["regular", "local"])
async def test_steps(do: TestDo, serve: Callable[..., Any], local: bool) -> None:
    """Two steps of a run, the second of which fails once, on a database by name: each is paid once, attempts are told."""

    @do.action.create(name="pay", retry=SOON, local=local, database="bank")
    async def pays(order: str, failures: int, tx: Transaction, context: ActionContext) -> str:
        await pay(tx, order)
        if context.attempt <= failures:
            raise ConnectionResetError
        return context.idempotency_key

    @do.workflow.create(name="pays-twice")
    async def pays_twice(_: Trigger) -> list[Any]:
        done = [
            await do.action.execute(name="pay", params={"order": order, "failures": n}) for n, order in enumerate("ab")
        ]
        return [[one.output.partition("/")[2], one.attempts] for one in done]

    async with serve():
        assert await pays_twice.execute() == [["pay", 1], ["pay#2", 2]]
    assert [await paid(do.database, order) for order in "ab"] == [1, 1]


async def test_ten_callers_of_one_key(do: TestDo) -> None:
    """From clients and workflows at once: one payment, and equal results."""

    @do.action.create(name="pay")
    async def pays(order: str, tx: Transaction) -> str:
        return await pay(tx, order)

    @do.workflow.create(name="pays")
    async def workflow(_: Trigger) -> Any:
        return await do.action.run("pay", {"order": "a"}, idempotency_key="a")

    async with do.worker():
        calls = [do.action.run("pay", {"order": "a"}, idempotency_key="a") for _ in range(5)]
        results = await asyncio.gather(*calls, *(workflow.execute() for _ in range(5)))
    assert (results, await paid(do.database, "a")) == (["paid a"] * 10, 1)


async def refund(input: dict[str, Any], output: str, tx: Transaction) -> None:  # noqa: A002 - the contract's word
    """Pay it back."""
    await pay(tx, f"{output} back", amount=-5)


async def test_what_undoes_it_takes_a_transaction_too(do: TestDo, serve: Callable[..., Any]) -> None:
    """A compensation is a call of its own: done once, on the database of what it undoes, though its report is lost."""

    @do.action.create(name="pay", compensate=refund, database="bank")
    async def pays(order: str, tx: Transaction) -> str:
        return await pay(tx, order)

    @do.workflow.create(name="fails-after-it")
    async def fails(_: Trigger) -> None:
        await do.action.run("pay", {"order": "a"})
        raise ValueError("out of stock")

    async with serve(plugins=(LosesReports("pay:compensate"),)):
        with pytest.raises(WorkflowError, match="out of stock"):
            await fails.execute()
    assert [await paid(do.database, key) for key in ("a", "paid a back")] == [1, 1]


async def test_a_call_s_function_that_takes_one(do: TestDo, serve: Callable[..., Any], tmp_path: Path) -> None:
    """It is on the database of the step that it undoes; where nobody here knows that step's action it is refused."""
    async with bank(f"sqlite:///{tmp_path / 'till.db'}") as till:
        do.databases.add("till", f"sqlite:///{tmp_path / 'till.db'}")

        @do.action.create(name="pay", database="till")
        async def pays(order: str, tx: Transaction) -> str:
            return await pay(tx, order)

        @do.workflow.create(name="fails-after-it")
        async def fails(trigger: Trigger) -> None:
            await do.action.run(trigger.payload["action"], {"order": "a"}, compensate=refund)
            raise ValueError("out of stock")

        async with serve():
            with pytest.raises(WorkflowError, match="out of stock"):
                await fails.execute({"action": "pay"})
            with pytest.raises(WorkflowError) as refused:
                await fails.execute({"action": "elsewhere"})
        counted = [[await paid(where, key) for key in ("a", "paid a back")] for where in (till, do.database)]
    assert counted == [[1, 1], [0, 0]]
    assert str(refused.value.cause) == (
        "compensate= of action 'elsewhere' is a function that takes a transaction, and this worker has no such action, whose "
        "database it would be on: let the worker load the action, or undo it by an action that says database="
    )


async def test_an_attempt_that_outlives_its_time(do: TestDo) -> None:
    """It is told to be too late and leaves nothing but the tombstone that any other attempt of the call would meet."""
    calls = []

    @do.action.create(name="ready")
    async def ready(tx: Transaction) -> None:
        """Have the tables made before the attempt's time begins."""

    @do.action.create(name="pay", retry=1, timeout=0.5)
    async def pays(order: str, tx: Transaction, context: ActionContext) -> str:
        calls.append(context.idempotency_key)
        with suppress(asyncio.CancelledError):
            await asyncio.Event().wait()
        return await pay(tx, order)

    async with do.worker():
        await do.action.run("ready")
        with pytest.raises(ActionTimeoutError, match="longer than its timeout"):
            await do.action.run("pay", {"order": "a"})
    async with do.database.transaction(TRANSACTIONS) as connection:
        query = text(
            "SELECT key, result, given_up IS NOT NULL AS given_up FROM dosdk_transactions WHERE result IS NULL"
        )
        (row,) = await connection.execute(query)
    assert (tuple(row), await paid(do.database, "a")) == ((calls[0], None, True), 0)


async def test_a_database_that_is_away(do: TestDo, postgresql: PostgreSQL) -> None:
    """It is tried again by the step's own policy, and then told to whoever waits; once it is back, it is used."""
    do.databases.add("shop", postgresql.url)

    @do.action.create(name="ask", retry=Retry(2, "1ms"), database="shop")
    async def ask(tx: Transaction) -> int:
        return int(await tx.scalar("SELECT 7"))

    async with do.worker():
        assert await do.action.run("ask") == 7
        with postgresql.away(), pytest.raises(DatabaseAwayError) as away:
            await do.action.run("ask")
        assert await do.action.run("ask") == 7
    assert (away.value.attempts, away.value.action) == (2, "ask")
    assert str(away.value).startswith("the database postgresql://tests@127.0.0.1")
    assert str(away.value).endswith("start it, or set do.databases.add('shop', ...) to yours")


async def test_a_database_that_nobody_named(do: TestDo) -> None:
    """A worker does not start; what is defined later fails at its first call, in the same words."""

    async def ask(tx: Transaction) -> None: ...

    expected = "there is no database 'till' (of 'ask'): say where it is by do.databases.add('till', 'postgresql://...')"
    async with do.worker():
        do.action.create(name="ask", handler=ask, database="till")
        with pytest.raises(DefinitionError) as refused:
            await do.action.run("ask")
    assert str(refused.value).startswith(expected)
    with pytest.raises(DefinitionError) as stopped:
        async with do.worker():
            pass
    assert str(stopped.value).startswith(expected)
