"""The long form: ``make faults``. Prints what it counts, and ends with status 1 where anything was lost or doubled."""

from __future__ import annotations

import argparse
import asyncio
import logging
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from dosdk_temporal._server import EmbeddedServer
from dosdk_temporal._worker.leaving import leave
from dosdk_temporal.testing import TestDo, leave_database_open
from tests.faults.datastore import hammer
from tests.faults.events import Redelivering, define, flood, scatter
from tests.faults.people import crowd, deeds_table
from tests.faults.sagas import trips, trips_table
from tests.faults.sign_ups import sign_ups
from tests.faults.transactions import judge_payments
from tests.live.worker_programs.launch import worker
from tests.postgresql import postgresql_server


@contextmanager
def _databases() -> Iterator[dict[str, str]]:
    with tempfile.TemporaryDirectory(prefix="dosdk-faults-") as folder, postgresql_server() as server:
        yield {"SQLite": f"sqlite:///{Path(folder) / 'data.db'}", "PostgreSQL": server.url}


async def _judge(address: str, kind: str, url: str, wanted: argparse.Namespace) -> bool:
    do = TestDo(address, url)
    define(do)
    redelivering = Redelivering(wanted.seed)
    async with do.worker(plugins=(redelivering,)):
        tally = await scatter(do, wanted.runs, wanted.seed)
    async with do.worker():
        rate = await flood(do, wanted.events)
    print(
        f"{kind}: {tally.runs} runs x 2 events, {tally.emitted} emitted, {tally.duplicates} of them duplicates, "
        f"{redelivering.count} dispatched twice: {tally.lost} lost, {tally.doubled} doubled, "
        f"{tally.started} subscribers started; "
        f"{wanted.events:,} events that nobody listens to: {rate:.0f} a second",
        flush=True,
    )
    counting = TestDo(address, url)
    counted = await hammer(counting, url, wanted.increments, wanted.increments // 10)
    await counting.close()
    await do.close()
    print(
        f"{kind}: two workers and a client: {counted.increments:,} increments came to {counted.incremented:,}, "
        f"{counted.sets:,} compare-and-sets to {counted.added:,} ({counted.refused:,} were refused and tried again)",
        flush=True,
    )
    exact = (counted.incremented, counted.added) == (counted.increments, counted.sets)
    return exact and (tally.lost, tally.doubled, tally.started) == (0, 0, 2 * wanted.runs)


async def _judge_people(address: str, runs: int) -> bool:
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


async def _judge_sagas(address: str, runs: int, seed: int) -> bool:
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


async def _judge_sign_ups(address: str, people: int, seed: int) -> bool:
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


async def _main(wanted: argparse.Namespace) -> bool:
    logging.getLogger("temporalio.activity").setLevel(logging.CRITICAL)  # each answer that is lost would be told of
    server = EmbeddedServer(ui=False)
    await server.start()
    await leave_database_open(server.address)
    try:
        with _databases() as databases:
            judged = [await _judge(server.address, kind, url, wanted) for kind, url in databases.items()]
            for kind, url in databases.items():
                judged.append(await judge_payments(server.address, kind, url, wanted.payments, wanted.seed))
        judged += [
            await _judge_people(server.address, wanted.people),
            await _judge_sagas(server.address, wanted.sagas, wanted.seed),
            await _judge_sign_ups(server.address, wanted.people_signing_up, wanted.seed),
        ]
        return all(judged)
    finally:
        await server.stop()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="make faults", description=__doc__)
    parser.add_argument("--runs", type=int, default=500)
    parser.add_argument("--events", type=int, default=10_000)
    parser.add_argument("--payments", type=int, default=200)
    parser.add_argument("--people", type=int, default=1_000)
    parser.add_argument("--people-signing-up", type=int, default=200)
    parser.add_argument("--sagas", type=int, default=200)
    parser.add_argument("--increments", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    leave(0 if asyncio.run(_main(parser.parse_args(sys.argv[1:]))) else 1)
