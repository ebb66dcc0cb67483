"""Payments whose workers are killed at given points of their way, and at random ones; what was paid is counted where it was."""

from __future__ import annotations

import asyncio
import random
import tempfile
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from dosdk_temporal import ActionError, Do
from dosdk_temporal._outside.database.database import Database
from dosdk_temporal.testing import TestDo
from tests.live.worker_programs.launch import Program, worker
from tests.transacting import PAYMENTS, paid

__all__ = ["POINTS", "Payments", "judge_payments", "killed_at", "killed_at_random"]

POINTS: Final = ("beginning", "claimed", "paid", "committing", "committed")
"""Before the key is claimed, after it, in the handler, before the commit, and after it before the report."""

_AT_ONCE: Final = 8
_ODDS: Final = "0.03"


@dataclass
class Payments:
    """What was counted.

    Attributes:
        asked: payments asked for.
        failed: of them those of which it was told that they failed.
        lost: told to be paid, and not.
        doubled: paid more than once.
        crossed: told to have failed, and paid.
        kills: workers killed.
        errors: what was told of those that failed.
    """

    asked: int
    failed: int = 0
    lost: int = 0
    doubled: int = 0
    crossed: int = 0
    kills: int = 0
    errors: Counter[str] = field(default_factory=Counter)

    @property
    def is_exact(self) -> bool:
        """Whether every payment was made once where it was told to be, and else never, although workers died."""
        return (self.lost, self.doubled, self.crossed) == (0, 0, 0) and self.kills > 0


async def judge_payments(address: str, kind: str, url: str, payments: int, seed: int) -> bool:
    """Kill workers at each point, then at random ones; print what was counted, and give whether all is well.

    Args:
        address: of the Temporal server.
        kind: of the database, for people.
        url: of the database.
        payments: how many at random.
        seed: of chance.
    """
    with tempfile.TemporaryDirectory(prefix="dosdk-faults-") as folder:
        do = TestDo(address, url)
        at_points = await killed_at(do, url, Path(folder), POINTS)
        await do.close()
        do = TestDo(address, url)
        found = await killed_at_random(do, url, Path(folder), payments, seed)
        await do.close()
    told = ", ".join(f"{times} {point}" for point, (_, times, _) in at_points.items())
    errors = ", ".join(f"{count} because {name}" for name, count in found.errors.most_common())
    print(
        f"{kind}: payments whose worker was killed at a point, times paid: {told}; {found.asked} payments, workers killed "
        f"{found.kills} times: {found.lost} lost, {found.doubled} doubled, {found.failed} told to have failed ({errors}), "
        f"{found.crossed} of these paid",
        flush=True,
    )
    return found.is_exact and at_points == {point: (True, 1, point) for point in POINTS}


def define(do: Do) -> None:
    """What the caller knows of the actions: after how long their worker counts as dead."""

    async def elsewhere(**_: Any) -> Any: ...

    for name in ("pay", "pay-soon"):
        do.action.create(name=name, handler=elsewhere, heartbeat="1s")


async def killed_at(
    do: Do, database_url: str, folder: Path, points: tuple[str, ...]
) -> dict[str, tuple[bool, int, str]]:
    """Pay once for each point, where the worker that does it dies: whether it died, how often it was paid, and what is told.

    Args:
        do: who asks.
        database_url: where it is paid.
        folder: an empty one.
        points: of :data:`POINTS`.
    """
    define(do)
    if "beginning" in points:
        (folder / "beginning").touch()
    async with _bank(database_url) as bank, AsyncExitStack() as running:
        workers = [_worker(do, database_url, folder) for _ in range(len(points) + 1)]
        await asyncio.gather(*(running.enter_async_context(one) for one in workers))
        await asyncio.gather(*(one.says("worker serves") for one in workers))
        calls = [do.action.run("pay", {"order": point, "point": point}) for point in points]
        told = await asyncio.gather(*calls)
        counted = [(_has_died(folder, point), await paid(bank, point)) for point in points]
    return {point: (*found, output["order"]) for point, found, output in zip(points, counted, told, strict=True)}


async def killed_at_random(do: Do, database_url: str, folder: Path, payments: int, seed: int) -> Payments:
    """Pay so often while two workers die at random points, and are started again; a fourth in an attempt or two only.

    Args:
        do: who asks.
        database_url: where it is paid.
        folder: an empty one.
        payments: how many.
        seed: of which payments are slow; when the workers die is chance.
    """
    define(do)
    chance, found, gate = random.Random(seed), Payments(payments), asyncio.Semaphore(_AT_ONCE)  # noqa: S311
    base = str(do.uuid())

    async def one(number: int, bank: Database) -> None:
        order, slow = f"{base}-{number}", chance.random() < 0.2
        call = ("pay-soon", {"order": order, "slow": slow}) if number % 4 == 0 else ("pay", {"order": order})
        async with gate:
            try:
                told = (await do.action.run(*call))["order"] == order
            except ActionError as error:
                told = False
                found.errors[str(error)] += 1
        times = await paid(bank, order)
        found.failed += not told
        found.lost += told and not times
        found.doubled += times > 1
        found.crossed += not told and times > 0

    async with _bank(database_url) as bank:
        keeping = [asyncio.create_task(_keep(do, database_url, folder, found)) for _ in "ab"]
        await asyncio.gather(*(one(number, bank) for number in range(payments)))
        for task in keeping:
            task.cancel()
        await asyncio.gather(*keeping, return_exceptions=True)
        # What was told to have failed stays so, also when all that was under way has ended.
        for number in range(payments):
            found.doubled += await paid(bank, f"{base}-{number}") > 1
    return found


def _has_died(folder: Path, point: str) -> bool:
    return not (folder / point).exists() if point == "beginning" else (folder / f"{point} {point}").exists()


async def _keep(do: Do, database_url: str, folder: Path, found: Payments) -> None:
    while True:
        async with _worker(do, database_url, folder, DO_TEST_ODDS=_ODDS) as process:
            await process.process.wait()
        found.kills += 1


def _worker(do: Do, database_url: str, folder: Path, **environment: str) -> Program:
    environment |= {"DO_DATASTORE_URL": database_url, "DO_TEST_DIED": str(folder)}
    return worker(do.settings.address, do.settings.task_queue, "payments.py", **environment)


@asynccontextmanager
async def _bank(url: str) -> AsyncIterator[Database]:
    database = Database(url)
    await database.prepare(PAYMENTS)
    try:
        yield database
    finally:
        await database.close()
