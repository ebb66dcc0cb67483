"""Sagas whose worker is killed at random moments: each run ends complete or fully undone."""

from __future__ import annotations

import asyncio
import random
import sqlite3
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Mapping
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path

from dosdk_temporal import Do, Execution, NotFoundError, WorkflowError
from dosdk_temporal.testing import TestDo
from tests.faults.killing import killed

__all__ = ["Sagas", "judge_sagas", "trips", "trips_table"]

_PARTS = 3
_AT_ONCE = 40
_LONGEST = 2.5
"""Seconds that a worker lives."""


@dataclass
class Sagas:
    """What was counted. A third of the runs fail by themselves, a fifth are cancelled at a random moment.

    Attributes:
        ended: runs, by how they ended.
        kills: of the worker.
        booked: bookings that were made.
        again: of these, what was booked already: the worker died after that and before it could tell.
        undone: bookings that were undone, by the outcome that was told, those of which nothing had been booked too.
        undone_again: of these, what was undone already; likewise.
        incomplete: runs that completed without one of their parts, or with one that was undone.
        left: bookings that are left of runs that did not complete.
        seconds: from the first start to the last end.
    """

    ended: Counter[str]
    kills: int = 0
    booked: int = 0
    again: int = 0
    undone: Counter[str] = field(default_factory=Counter)
    undone_again: int = 0
    incomplete: int = 0
    left: int = 0
    seconds: float = 0.0

    def is_whole(self, runs: int) -> bool:
        """Whether so many runs have ended, each complete or fully undone."""
        return (self.ended.total(), self.incomplete, self.left) == (runs, 0, 0)


def trips_table(path: Path) -> None:
    """Make the table in which ``trips.py`` writes down what it does."""
    with closing(sqlite3.connect(path)) as database, database:
        database.execute("PRAGMA journal_mode=WAL")
        database.execute("CREATE TABLE deeds (n INTEGER PRIMARY KEY, what TEXT, run TEXT, part TEXT, outcome TEXT)")


async def trips(do: Do, deeds: Path, runs: int, seed: int) -> Sagas:
    """Run so many, and kill their worker again and again until all have ended.

    Args:
        do: a client of a queue of its own.
        deeds: where the worker writes down what it does.
        runs: how many.
        seed: of chance.
    """
    chance, began = random.Random(seed), time.perf_counter()  # noqa: S311 - chance, not secrets
    plans = [(chance.random() < 1 / 3, chance.random() * 4 if chance.random() < 1 / 5 else None) for _ in range(runs)]
    gate = asyncio.Semaphore(_AT_ONCE)

    async def one(fails: bool, cancelled_after: float | None) -> tuple[str, str]:
        async with gate:
            run = await do.workflows.start("books-a-trip", {"fails": fails})
            if cancelled_after is not None:
                await asyncio.sleep(cancelled_after)
                with suppress(NotFoundError):  # it has ended
                    await run.cancel()
            return run.id, await _end(run)

    environment = {"DEEDS": str(deeds), "DO_DATASTORE_URL": f"sqlite:///{deeds.parent / 'data.db'}"}
    async with killed(do, "trips.py", longest=_LONGEST, chance=chance, **environment) as killing:
        ends = dict(await asyncio.gather(*(one(*plan) for plan in plans)))
    counted = _counted(deeds, ends)
    counted.kills, counted.seconds = killing.kills, time.perf_counter() - began
    return counted


async def _end(run: Execution) -> str:
    try:
        await run.result()
    except WorkflowError as error:
        return error.state
    return "completed"


def _counted(deeds: Path, ends: Mapping[str, str]) -> Sagas:
    counted, done = Sagas(Counter(ends.values())), defaultdict(list)
    with closing(sqlite3.connect(deeds)) as database:
        for what, run, part, outcome in database.execute("SELECT what, run, part, outcome FROM deeds ORDER BY n"):
            done[run, part].append(what)
            if what == "undo":
                counted.undone[outcome] += 1
    for (run, _), whats in done.items():
        counted.booked += whats.count("book")
        counted.again += max(whats.count("book") - 1, 0)
        counted.undone_again += max(whats.count("undo") - 1, 0)
        counted.left += ends[run] != "completed" and whats[-1] == "book"
    completed = {run for run, end in ends.items() if end == "completed"}
    whole = Counter(run for (run, _), whats in done.items() if set(whats) == {"book"})
    counted.incomplete = sum(whole[run] != _PARTS for run in completed)
    return counted


async def judge_sagas(address: str, runs: int, seed: int) -> bool:
    """Run them on a server, print what was counted, and give whether all is well."""
    do = TestDo(address)
    with tempfile.TemporaryDirectory(prefix="dosdk-faults-") as folder:
        deeds = Path(folder) / "deeds.db"
        trips_table(deeds)
        found = await trips(do, deeds, runs, seed)
    await do.close()
    ended = ", ".join(f"{count} {how}" for how, count in sorted(found.ended.items()))
    undone = ", ".join(f"{count} {outcome}" for outcome, count in sorted(found.undone.items()))
    print(
        f"sagas: {runs:,} runs while their worker was killed {found.kills} times: {ended}; {found.incomplete} incomplete, "
        f"{found.left} bookings left behind; {found.booked:,} bookings ({found.again} again after a kill), undone: {undone} "
        f"({found.undone_again} again after a kill); {found.seconds:.0f} s",
        flush=True,
    )
    return found.is_whole(runs)
