"""The long form: ``make faults``. Prints what it counts, and ends with status 1 where anything was lost or doubled."""

from __future__ import annotations

import argparse
import asyncio
import logging
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from dosdk_temporal._server import EmbeddedServer
from dosdk_temporal._worker.leaving import leave
from dosdk_temporal.testing import leave_database_open
from tests.faults.datastore import judge_datastore
from tests.faults.events import judge_events
from tests.faults.people import judge_people
from tests.faults.sagas import judge_sagas
from tests.faults.sign_ups import judge_sign_ups
from tests.faults.transactions import judge_payments
from tests.postgresql import postgresql_server

_KINDS: Final = ("events", "datastore", "payments", "people", "sagas", "sign-ups")


@contextmanager
def _databases() -> Iterator[dict[str, str]]:
    with tempfile.TemporaryDirectory(prefix="dosdk-faults-") as folder, postgresql_server() as server:
        yield {"SQLite": f"sqlite:///{Path(folder) / 'data.db'}", "PostgreSQL": server.url}


async def _on_databases(address: str, wanted: argparse.Namespace) -> AsyncIterator[bool]:
    with _databases() as databases:
        for kind, url in databases.items():
            if "events" in wanted.kinds:
                yield await judge_events(address, kind, url, wanted.runs, wanted.events, wanted.seed)
            if "datastore" in wanted.kinds:
                yield await judge_datastore(address, kind, url, wanted.increments)
            if "payments" in wanted.kinds:
                yield await judge_payments(address, kind, url, wanted.payments, wanted.seed)


async def _on_the_server(address: str, wanted: argparse.Namespace) -> AsyncIterator[bool]:
    if "people" in wanted.kinds:
        yield await judge_people(address, wanted.people)
    if "sagas" in wanted.kinds:
        yield await judge_sagas(address, wanted.sagas, wanted.seed)
    if "sign-ups" in wanted.kinds:
        yield await judge_sign_ups(address, wanted.sign_ups, wanted.seed)


async def _main(wanted: argparse.Namespace) -> bool:
    logging.getLogger("temporalio.activity").setLevel(logging.CRITICAL)  # each answer that is lost would be told of
    server = EmbeddedServer(ui=False)
    await server.start()
    await leave_database_open(server.address)
    try:
        judged = [well async for well in _on_databases(server.address, wanted)]
        judged += [well async for well in _on_the_server(server.address, wanted)]
        return all(judged)
    finally:
        await server.stop()


def _parse(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make faults", description=__doc__)
    parser.add_argument("kinds", nargs="*", metavar="KIND", help=f"only these of {', '.join(_KINDS)}")
    for name, count in (
        ("runs", 500),
        ("events", 10_000),
        ("increments", 10_000),
        ("payments", 200),
        ("people", 1_000),
        ("sagas", 200),
        ("sign-ups", 200),
        ("seed", 1),
    ):
        parser.add_argument(f"--{name}", type=int, default=count, help=f"default: {count:,}")
    wanted = parser.parse_args(arguments)
    if unknown := sorted(set(wanted.kinds) - set(_KINDS)):
        parser.error(f"there is no {', '.join(unknown)}: there are {', '.join(_KINDS)}")
    wanted.kinds = wanted.kinds or _KINDS
    return wanted


if __name__ == "__main__":
    leave(0 if asyncio.run(_main(_parse(sys.argv[1:]))) else 1)
