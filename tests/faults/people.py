"""Many runs that wait for a person at once, each for another, on one worker."""

from __future__ import annotations

import asyncio
import sqlite3
import tempfile
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest.mock import patch

from dosdk_temporal import ApprovalError, Do
from dosdk_temporal.testing import TestDo
from tests.live.worker_programs.launch import worker

__all__ = ["Crowd", "crowd", "deeds_table", "judge_people", "written"]

_AT_ONCE = 40
_WAITING = "WorkflowType = 'asks-a-person' AND ExecutionStatus = 'Running' AND DoApprovers IS NOT NULL"


@dataclass(frozen=True)
class Crowd:
    """What was counted.

    Attributes:
        runs: that waited at once.
        queries: calls of the server that one listing of the inbox made.
        lost: runs whose decision did not arrive, or whose effect is missing.
        doubled: effects beyond one a run.
        crossed: runs that got another's decision.
        refused: attempts of somebody else that were refused, of one a run.
        megabytes: of the worker's memory while all waited.
        before: likewise, while none did.
        seconds: from the first start to the last result.
    """

    runs: int
    queries: int
    lost: int
    doubled: int
    crossed: int
    refused: int
    megabytes: int
    before: int
    seconds: float


def deeds_table(path: Path) -> None:
    """Make the table in which ``people.py`` writes decisions down."""
    with closing(sqlite3.connect(path)) as database, database:
        database.execute("CREATE TABLE decided (run TEXT, who TEXT, approved INTEGER)")


def written(path: Path) -> list[tuple[str, str, int]]:
    """The decisions that were written down."""
    with closing(sqlite3.connect(path)) as database:
        return database.execute("SELECT run, who, approved FROM decided").fetchall()


async def crowd(do: Do, pid: int, deeds: Path, runs: int) -> Crowd:
    """Let so many runs wait, list them, decide each twice by its own person and once by another's.

    Args:
        do: a client of the queue that the worker serves with ``people.py``.
        pid: the worker's process id.
        deeds: where it writes decisions down.
        runs: how many.
    """
    began, base, before = time.perf_counter(), str(do.uuid()), _megabytes(pid)
    wanted = {f"{base}-{number}": (f"p{number}", number % 2 == 0) for number in range(runs)}
    await _each(wanted, lambda run: do.workflows.start("asks-a-person", {"who": wanted[run][0]}, id=run))
    client = (await do.connection()).client
    while (await client.count_workflows(_WAITING)).count < runs:  # noqa: ASYNC110 - the inbox may lag by a second
        await asyncio.sleep(0.2)
    with _counted(client.service_client) as calls:
        listed = await do.approvals.list(workflow="asks-a-person", limit=runs)
    assert {entry.execution_id: entry.approvers for entry in listed} == {
        run: (who,) for run, (who, _) in wanted.items()
    }
    megabytes = _megabytes(pid)

    async def decide(run: str) -> bool:
        who, approved = wanted[run]
        refused = await _is_refused(do.approvals.decide(run, "manager", approved=True, by=f"{who}-not"))
        for _ in range(2):
            await do.approvals.decide(run, "manager", approved=approved, by=who)
        return refused

    refused = await _each(wanted, decide)
    results = dict(zip(wanted, await _each(wanted, lambda run: do.workflows.get(run).result()), strict=True))
    effects = Counter(row for row in written(deeds) if row[0] in wanted)
    expected = {(run, who, int(approved)) for run, (who, approved) in wanted.items()}
    return Crowd(
        runs=runs,
        queries=len(calls),
        lost=len(expected - set(effects)),
        doubled=sum(effects.values()) - len(set(effects)),
        crossed=sum(results[run][:2] != [approved, who] for run, (who, approved) in wanted.items()),
        refused=sum(refused),
        megabytes=megabytes,
        before=before,
        seconds=time.perf_counter() - began,
    )


async def _each(runs: dict[str, Any], call: Callable[[str], Awaitable[Any]]) -> list[Any]:
    gate = asyncio.Semaphore(_AT_ONCE)

    async def one(run: str) -> Any:
        async with gate:
            return await call(run)

    return await asyncio.gather(*map(one, runs))


async def _is_refused(attempt: Awaitable[Any]) -> bool:
    try:
        await attempt
    except ApprovalError:
        return True
    return False


@contextmanager
def _counted(service: Any) -> Iterator[list[str]]:
    """Count the calls that a client makes of a server, by name."""
    calls: list[str] = []
    real = service._rpc_call

    async def counting(*arguments: Any, **options: Any) -> Any:
        calls.append(options.get("rpc") or str(arguments[0]))
        return await real(*arguments, **options)

    with patch.object(service, "_rpc_call", counting):
        yield calls


def _megabytes(pid: int) -> int:
    """The resident memory of a process."""
    status = Path(f"/proc/{pid}/status").read_text()
    (line,) = [line for line in status.splitlines() if line.startswith("VmRSS:")]
    return int(line.split()[1]) // 1024


async def judge_people(address: str, runs: int) -> bool:
    """Run them on a server, print what was counted, and give whether all is well."""
    do = TestDo(address)
    with tempfile.TemporaryDirectory(prefix="dosdk-faults-") as folder:
        deeds = Path(folder) / "deeds.db"
        deeds_table(deeds)
        environment = {"DEEDS": str(deeds), "DO_DATASTORE_URL": f"sqlite:///{Path(folder) / 'data.db'}"}
        async with worker(address, do.settings.task_queue, "people.py", **environment) as process:
            await process.says("worker serves")
            found = await crowd(do, process.pid, deeds, runs)
    await do.close()
    print(
        f"approvals: {found.runs:,} runs waited at once, listed in {found.queries} query, decided twice each: {found.lost} lost, "
        f"{found.doubled} doubled, {found.crossed} crossed, {found.refused:,} attempts of others refused; "
        f"worker {found.before} MB before, {found.megabytes} MB with all waiting; {found.seconds:.0f} s",
        flush=True,
    )
    return (found.queries, found.lost, found.doubled, found.crossed, found.refused) == (1, 0, 0, 0, runs)
