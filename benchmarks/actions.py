"""Outside: the CPU that a workflow of six actions costs, server and worker together.

Method: one server as ``dosdk dev`` starts it and one process with a worker for each variant, all at once. Chunks of
runs are alternated, and the CPU of both processes is read from ``/proc`` around each. The first variant runs twice
under two names: the ratio of the two is the noise below which no other ratio says anything. By hand means on
temporalio alone, with the same functions, converter, runner, slots, heartbeat time-out, retries and eager start. By
hand there are no heartbeats, no record of attempts and no guard: what the SDK adds is what is measured.
"""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks import by_hand, ours
from benchmarks.cpu import cpu_spent
from benchmarks.figures import Bound, Figure
from benchmarks.order import Order
from benchmarks.samples import Samples, alternate, ratio_of_totals, told
from benchmarks.work import orders
from dosdk_temporal._server import EmbeddedServer

__all__ = ["measure"]

_BOUND = Bound("≤", 1.05)
_NAIVE = Bound("<", 1.0)
_AT_ONCE = 10
_FLOOR = ("by hand", "by hand again")

Run = Callable[[Order], Awaitable[object]]


async def measure(*, quick: bool) -> list[Figure]:
    """The SDK beside temporalio by hand, and beside the naive set-up."""
    samples = await _sample(rounds=8 if quick else 40)
    milliseconds = [value / _AT_ONCE * 1000 for value in samples["ours"]]
    return [
        ratio_of_totals(samples, _FLOOR[1], _FLOOR[0], "CPU of six actions: by hand / the same again (noise)"),
        ratio_of_totals(samples, "ours", _FLOOR, "CPU of six actions: SDK / by hand, same runner", _BOUND),
        ratio_of_totals(samples, "ours", "naive", "CPU of six actions: SDK / naive, default sandbox", _NAIVE),
        told(milliseconds, "CPU of six actions through the SDK, server and worker", unit="ms"),
    ]


async def _sample(rounds: int) -> Samples:
    with TemporaryDirectory() as directory:
        async with EmbeddedServer(data_dir=Path(directory)) as server, AsyncExitStack() as workers:
            address = server.address
            runs: dict[str, Run] = {
                "by hand": await workers.enter_async_context(by_hand.serving(address, "by-hand")),
                "ours": await workers.enter_async_context(ours.serving(address)),
                "by hand again": await workers.enter_async_context(by_hand.serving(address, "by-hand-again")),
                "naive": await workers.enter_async_context(
                    by_hand.serving(address, "naive", sandboxed=True, eager=False)
                ),
            }
            return await alternate({name: _chunk(run, server.pid) for name, run in runs.items()}, rounds)


def _chunk(run: Run, server: int) -> Callable[[], Awaitable[float]]:
    return lambda: cpu_spent(lambda: orders(run, _AT_ONCE), server, os.getpid())
