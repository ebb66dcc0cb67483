"""A step that is undone: whatever its attempts do from then on, they do nothing."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from temporalio.testing import ActivityEnvironment

from dosdk_temporal import Do, Registry, Transaction
from dosdk_temporal._outside.database.database import Database
from dosdk_temporal._outside.transactions.recorded import GivenUpError
from dosdk_temporal._outside.transactions.worker_transactions import WorkerTransactions
from dosdk_temporal._pure.facts import CallFacts
from tests.transacting import Caller, database, paid, pay

__all__ = ["database"]


async def _undo(url: str, *, workflow: str = "pays", kind: str = "compensation") -> None:
    """What a worker does before it undoes the step ``pay`` of a run."""
    do = Do(registry=Registry())
    do.databases.add("bank", url)

    @do.action.create(name="pay", database="bank")
    async def pays(tx: Transaction) -> Any:
        return await pay(tx)

    transactions = WorkerTransactions(do.registry, Database("sqlite:////nowhere/at/all.db"))
    facts, key = CallFacts(kind=kind, key="first-run/pay:compensate", undoes="pay"), "first-run/pay:compensate"
    environment = ActivityEnvironment()
    environment.info = replace(
        environment.info,
        workflow_id="pay/k",
        workflow_run_id="run-1",
        workflow_type=workflow,
        namespace="here",
        activity_type="pay:compensate",
        activity_id="pay:compensate",
    )
    await environment.run(transactions.settle_undone, facts, key)
    for one in transactions.named():
        await one.close()


@pytest.mark.parametrize(("workflow", "key"), [("pays", "first-run/pay"), ("pay", "first-run/pay"), ("pay", "pay/k")])
async def test_no_attempt_of_it_comes_late(
    database: Database, module_database_url: str, workflow: str, key: str
) -> None:
    """Attempts that are under way somewhere are refused, of a run that is one action with a key too; a retried run may pay."""
    await _undo(module_database_url, workflow=workflow)
    with pytest.raises(GivenUpError):
        await Caller(database).attempt(key=key)
    assert await paid(database, key) == 0
    await Caller(database, run="run-2").attempt(key=key)
    assert await paid(database, key) == 1


async def test_what_was_done_stays(database: Database, module_database_url: str) -> None:
    """A step that was done is recorded as before; what is no compensation gives nothing up."""
    await Caller(database).attempt(key="first-run/pay")
    await _undo(module_database_url)
    assert (await Caller(database).attempt(key="first-run/pay")).data == b"paid first-run/pay"
    await _undo(module_database_url, kind="step", workflow="pay")
    await Caller(database).attempt(key="pay/k")
    assert [await paid(database, key) for key in ("first-run/pay", "pay/k")] == [1, 1]


@pytest.mark.parametrize("was_done", [True, False])
async def test_what_was_undone_is_done_by_nobody(database: Database, was_done: bool) -> None:
    """No attempt of any run does it from then on, also one that was frozen all the while; a retry has another key."""
    undoing = Caller(database, run="run-2")
    if was_done:
        await Caller(database, run="run-1").attempt()
    await undoing.once().close()
    for late in (Caller(database, run="run-1"), undoing, Caller(database, run="run-3")):
        if was_done:
            assert (await late.attempt()).data == b"paid k"
        else:
            with pytest.raises(GivenUpError):
                await late.attempt()
    assert await paid(database) == int(was_done)
    await Caller(database, run="run-3").attempt(key="run-2/pay")
    assert await paid(database, "run-2/pay") == 1
