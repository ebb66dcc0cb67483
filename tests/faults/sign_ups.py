"""Sign-ups whose worker is killed at random moments: everybody is one user, welcomed once, and known to the CRM."""

from __future__ import annotations

import asyncio
import json
import random
import sqlite3
import tempfile
import time
from collections import Counter
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from dosdk_temporal import Do, ExecutionStatus
from dosdk_temporal.testing import TestDo
from tests.faults.killing import killed

__all__ = ["SignUps", "judge_sign_ups", "sign_ups"]

_AT_ONCE = 40
_LONGEST = 8.0
"""Seconds that a worker lives: another takes an action over after 15 seconds of silence."""


@dataclass(frozen=True)
class SignUps:
    """What was counted. A tenth of the people sign up twice.

    Attributes:
        people: who signed up.
        runs: that completed.
        kills: of the worker.
        users: rows.
        mails: welcome mails; each is keyed by its user.
        contacts: that the CRM was told of, each told with the key of its step.
        again: attempts beyond the first of a step: of a worker that had died before it could tell.
        unequal: people whose two runs gave different results.
        seconds: from the first start to the last end.
    """

    people: int
    runs: int
    kills: int
    users: int
    mails: int
    contacts: int
    again: int
    unequal: int
    seconds: float

    def is_whole(self, people: int, runs: int) -> bool:
        """Whether so many people in so many runs had every effect exactly once."""
        counted = (self.people, self.runs, self.users, self.mails, self.contacts, self.unequal)
        return counted == (people, runs, people, people, runs, 0)


async def sign_ups(do: Do, home: Path, people: int, seed: int) -> SignUps:
    """Sign so many people up, a tenth of them twice at once, and kill their worker until all have ended.

    Args:
        do: a client of a queue of its own.
        home: where the business keeps its database and its outbox.
        people: how many.
        seed: of chance.
    """
    chance, began = random.Random(seed), time.perf_counter()  # noqa: S311 - chance, not secrets
    who = [{"name": f"Person {number}", "email": f"p{number}@acme.example"} for number in range(people)]
    gate = asyncio.Semaphore(_AT_ONCE)

    async def one(person: dict[str, str]) -> ExecutionStatus:
        async with gate:
            run = await do.workflows.start("sign-up", person)
            await run.result()
            return await run.status()

    environment = {"DO_HOME": str(home), "DO_DATASTORE_URL": f"sqlite:///{home / 'data.db'}"}
    async with killed(do, "business.py", longest=_LONGEST, chance=chance, **environment) as killing:
        ended = await asyncio.gather(*map(one, [*who, *who[: people // 10]]))
    outbox = [json.loads(line) for line in (home / "outbox.jsonl").read_text().splitlines()]
    results: dict[str, set[str]] = {}
    for status in ended:
        results.setdefault(status.input["email"], set()).add(json.dumps(status.output, sort_keys=True))
    told = Counter(delivery["channel"] for delivery in outbox)
    return SignUps(
        people=len(results),
        runs=len(ended),
        kills=killing.kills,
        users=_rows(home),
        mails=told["mail"],
        contacts=told["crm"],
        again=sum((step.attempts or 1) - 1 for status in ended for step in status.steps),
        unequal=sum(len(given) > 1 for given in results.values()),
        seconds=time.perf_counter() - began,
    )


def _rows(home: Path) -> int:
    with closing(sqlite3.connect(home / "business.db")) as database:
        (count,) = database.execute("SELECT count(*) FROM users").fetchone()
    return int(count)


async def judge_sign_ups(address: str, people: int, seed: int) -> bool:
    """Run them on a server, print what was counted, and give whether all is well."""
    do = TestDo(address)
    with tempfile.TemporaryDirectory(prefix="dosdk-faults-") as folder:
        found = await sign_ups(do, Path(folder), people, seed)
    await do.close()
    print(
        f"sign-ups: {found.people:,} people in {found.runs:,} runs while their worker was killed {found.kills} times: "
        f"{found.users:,} users, {found.mails:,} welcome mails, {found.contacts:,} contacts, {found.unequal} unequal results; "
        f"{found.again} attempts again after a kill; {found.seconds:.0f} s",
        flush=True,
    )
    return found.is_whole(people, people + people // 10)
