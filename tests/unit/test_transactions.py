"""Calls that are done once, whatever their attempts do: one suite judges SQLite and PostgreSQL. None of it needs Temporal."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import timedelta
from itertools import permutations
from typing import Any

import pytest
from sqlalchemy import text

from dosdk_temporal import ConflictError, Transaction
from dosdk_temporal._outside.database.database import Database
from dosdk_temporal._outside.record import Record
from dosdk_temporal._outside.transactions.once import CommitUnknownError
from dosdk_temporal._outside.transactions.recorded import LEFT_OPEN, GivenUpError, Recorded, may_be_under_way
from dosdk_temporal._outside.transactions.tables import TRANSACTIONS
from dosdk_temporal._pure.facts import ResultFacts
from tests.transacting import Caller, database, paid, pay

__all__ = ["database"]

PAID = Recorded(b"paid k", ResultFacts(attempts=1))


async def rows(database: Database) -> list[Any]:
    """What is remembered: key, result and who was given up."""
    query = text("SELECT key, result, given_up FROM dosdk_transactions ORDER BY key")
    async with database.transaction(TRANSACTIONS, read_only=True) as connection:
        return [tuple(row) for row in await connection.execute(query)]


async def test_a_call_is_done_once(database: Database) -> None:
    """A second attempt gets what the first recorded, also what is told beside it, and its handler does not run."""
    caller = Caller(database)
    assert await caller.attempt() == PAID
    assert await caller.attempt(_never, n=2) == PAID
    assert await Caller(database, run="run-2").attempt(_never) == PAID
    assert (await paid(database), await rows(database)) == (1, [("k", "paid k", None)])


async def test_a_handler_that_fails_leaves_nothing(database: Database) -> None:
    """What it wrote is undone with its claim; the next attempt runs."""
    with pytest.raises(ZeroDivisionError):
        await Caller(database).attempt(_pay_and_fail)
    assert (await paid(database), await rows(database)) == (0, [])
    assert await Caller(database).attempt(n=2) == Recorded(b"paid k", ResultFacts(attempts=2))
    assert await paid(database) == 1


async def test_a_result_that_cannot_be_recorded_leaves_nothing(database: Database) -> None:
    """Where the result cannot be written down, nothing that the handler wrote is left."""

    def refuse(_: Any) -> Recorded:
        raise ValueError("no JSON")

    with pytest.raises(ValueError, match="no JSON"):
        await Caller(database).once().run(pay, {}, refuse, None)
    assert (await paid(database), await rows(database)) == (0, [])


async def test_calls_do_not_meet(database: Database) -> None:
    """Another key, and the same one in another namespace, is another call."""
    await Caller(database).attempt()
    await Caller(database).attempt(key="other")
    await Caller(database, namespace="there").attempt()
    assert (await paid(database), await paid(database, "other")) == (2, 1)


async def test_another_input_is_a_conflict(database: Database) -> None:
    """What was done with one input is neither done nor answered with another."""
    await Caller(database).attempt()
    with pytest.raises(ConflictError) as refused:
        await Caller(database, digest="other").attempt()
    assert str(refused.value) == (
        "what has the key 'k' was done with another input, and is not done twice: start a new run, or use another key"
    )
    assert await paid(database) == 1


async def test_two_attempts_at_once(database: Database) -> None:
    """The second waits for the first: it gets what that recorded, or runs where that failed."""
    caller, began, gate = Caller(database), asyncio.Event(), asyncio.Event()
    first = asyncio.create_task(caller.attempt(_held(began, gate)))
    await began.wait()
    second = asyncio.create_task(caller.attempt(n=2))
    gate.set()
    assert (await first, await second, await paid(database)) == (PAID, PAID, 1)

    began, gate = asyncio.Event(), asyncio.Event()
    failing = asyncio.create_task(caller.attempt(_held(began, gate, then=_pay_and_fail), key="other"))
    await began.wait()
    following = asyncio.create_task(caller.attempt(n=2, key="other"))
    gate.set()
    with pytest.raises(ZeroDivisionError):
        await failing
    assert (await following).facts.attempts == 2
    assert await paid(database, "other") == 1


async def test_a_late_attempt_meets_the_tombstone(database: Database) -> None:
    """Once a call is given up none of its attempts does anything; its handler does not run."""
    caller = Caller(database)
    assert await caller.give_up() is None
    with pytest.raises(GivenUpError) as refused:
        await caller.attempt(_never)
    assert str(refused.value) == (
        "this attempt comes late: its caller was told that it failed, so nothing is done any more"
    )
    assert (refused.value.retryable, await paid(database)) == (False, 0)


async def test_giving_up_waits_for_an_attempt_under_way(database: Database) -> None:
    """Who gives up learns what an attempt did that came to its end meanwhile; one that fails leaves the tombstone to others."""
    caller, began, gate = Caller(database), asyncio.Event(), asyncio.Event()
    under_way = asyncio.create_task(caller.attempt(_held(began, gate)))
    await began.wait()
    giving_up = asyncio.create_task(caller.give_up())
    gate.set()
    assert (await under_way, await giving_up, await paid(database)) == (PAID, PAID, 1)
    assert await rows(database) == [("k", "paid k", None)]


async def test_whoever_calls_again_may(database: Database) -> None:
    """After a call was given up a later one of the same run does it, as where a person retries; late attempts get the record."""
    first, second = Caller(database), Caller(database, number=2)
    assert await first.give_up() is None
    assert await second.attempt() == PAID
    assert (await first.attempt(_never), await first.give_up()) == (PAID, PAID)
    assert await rows(database) == [("k", "paid k", '["run-1 1"]')]


async def test_every_call_that_was_given_up_stays_so(database: Database) -> None:
    """Two calls and a run that is retried: what each gave up, none of its attempts does; the next run may."""
    callers = [Caller(database), Caller(database, number=2), Caller(database, run="run-2")]
    for caller in callers:
        assert await caller.give_up() is None
    for caller in callers:
        with pytest.raises(GivenUpError):
            await caller.attempt(_never)
    assert await Caller(database, run="run-3").attempt() == PAID
    assert await paid(database) == 1


async def test_a_run_gives_up_all_its_calls(database: Database) -> None:
    """What a whole run has given up, as where it undoes a step, no call of it does; a retried run may."""
    assert await Caller(database, number=7).give_up(all_of_run=True) is None
    for number in (1, 8):
        with pytest.raises(GivenUpError):
            await Caller(database, number=number).attempt(_never)
    assert await Caller(database, run="run-2").attempt() == PAID


OPERATIONS = ("attempt", "late attempt", "give up", "retry")


async def test_every_order(database: Database) -> None:
    """Two attempts of a call, its giving up and a retry of it, in every order: paid once, and told as it is."""
    for number, order in enumerate(permutations(OPERATIONS)):
        key = f"k{number}"
        told = {name: await _outcome(database, name, key) for name in order}
        expected: dict[str, str | None] = dict.fromkeys(OPERATIONS, "paid")
        if order[0] == "give up":  # nobody has paid before it, and until the retry nobody may after it
            refused = order[1 : order.index("retry")]
            expected |= {"give up": None, **dict.fromkeys(refused, "GivenUpError")}
        assert (told, await paid(database, key)) == (expected, 1)


async def test_all_at_once(database: Database) -> None:
    """The same four at random moments, a third of the attempts failing, 40 times: paid at most once, and told as it is."""
    chance = random.Random(5)  # noqa: S311 - chance, not secrets
    for number in range(40):
        key = f"k{number}"
        outcomes = await asyncio.gather(*(_outcome(database, name, key, chance) for name in OPERATIONS))
        told = dict(zip(OPERATIONS, outcomes, strict=True))
        attempts = [told[name] for name in OPERATIONS if name != "give up"]
        assert await paid(database, key) == (1 if "paid" in attempts else 0)
        assert told["give up"] != "paid" or "paid" in attempts


async def _outcome(database: Database, name: str, key: str, chance: random.Random | None = None) -> str | None:
    caller = Caller(database, number=2 if name == "retry" else 1)

    async def handler(tx: Transaction) -> str:
        await pay(tx, key)
        if chance is not None:
            await asyncio.sleep(chance.random() * 0.01)
            if chance.random() < 0.3:
                raise ZeroDivisionError
        return "paid k"

    if chance is not None:
        await asyncio.sleep(chance.random() * 0.02)
    try:
        done = await (caller.once(key).give_up() if name == "give up" else caller.attempt(handler, key=key))
    except (GivenUpError, ZeroDivisionError) as error:
        return type(error).__name__
    return "paid" if done else None


async def test_cancelled_anywhere(database: Database) -> None:
    """Attempts cancelled at 60 random moments: each is whole or not at all, told so, and holds nobody up."""
    chance = random.Random(3)  # noqa: S311
    for number in range(60):
        key = f"k{number}"
        task = asyncio.create_task(Caller(database).attempt(key=key))
        await asyncio.sleep(chance.random() * 0.015)
        task.cancel()
        with suppress(asyncio.CancelledError):
            assert (await task).data == f"paid {key}".encode()
        assert await paid(database, key) == (0 if task.cancelled() else 1)


async def test_a_handler_that_goes_on_though_it_is_cancelled(database: Database) -> None:
    """What it does after its time is undone."""
    began = asyncio.Event()

    async def deaf(tx: Transaction) -> str:
        began.set()
        with suppress(asyncio.CancelledError):
            await asyncio.Event().wait()
        return await pay(tx)

    task = asyncio.create_task(Caller(database).attempt(deaf))
    await began.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert (await paid(database), await rows(database)) == (0, [])


async def test_what_is_past_is_forgotten(database: Database) -> None:
    """A look for what is past takes what is older, and nothing else; what is forgotten would be done again."""
    await Caller(database).attempt()
    await Caller(database, kept_for=timedelta(days=90)).attempt(key="later")
    assert [key for key, *_ in await rows(database)] == ["k", "later"]
    await Caller(database, kept_for=timedelta(0)).attempt(key="last")
    assert [key for key, *_ in await rows(database)] == ["last"]


async def test_a_part_that_may_fail(database: Database) -> None:
    """A savepoint is the handler's to undo: what it did before and after stays."""

    async def careful(tx: Transaction) -> str:
        await pay(tx)
        with suppress(ZeroDivisionError):
            async with tx.begin_nested():
                await _pay_and_fail(tx)
        async with tx.begin_nested():
            await pay(tx)
        return "paid k"

    assert await Caller(database).attempt(careful) == PAID
    assert await paid(database) == 2


@pytest.mark.parametrize(
    ("trail", "uncounted", "attempts", "expected"),
    [
        ([], 0, 1, True),
        (["ValueError"], 0, 1, False),
        (["ValueError", "DatabaseAwayError"], 0, 2, False),
        (["ValueError"], 0, 2, True),
        (["ActionTimeoutError", "ValueError"], 0, 2, True),
        (["CommitUnknownError"], 0, 1, True),
        (["ValueError"], 1, 1, True),
    ],
)
def test_who_may_be_under_way(trail: list[str], uncounted: int, attempts: int, expected: bool) -> None:
    """An attempt that left no word, timed out, was handed back or lost its commit may; one that failed in words not."""
    record = Record([{"n": n, "error": {"type": kind, "message": ""}} for n, kind in enumerate(trail, 1)], uncounted)
    assert may_be_under_way(record, attempts) is expected
    assert CommitUnknownError.__name__ in LEFT_OPEN


def _held(
    began: asyncio.Event, gate: asyncio.Event, then: Callable[..., Awaitable[str]] = pay
) -> Callable[..., Awaitable[str]]:
    """A handler that has claimed its key, and goes on when it may."""

    async def handler(tx: Transaction) -> str:
        began.set()
        await gate.wait()
        return await then(tx)

    return handler


async def _never(tx: Transaction) -> str:
    raise AssertionError("it was done before, and runs again")


async def _pay_and_fail(tx: Transaction, key: str = "k") -> str:
    await pay(tx, key)
    raise ZeroDivisionError
