"""Outside: how long six steps take on the server that ``dosdk dev`` starts, beside a plain development server.

Method: both servers with a database file, each with a worker of the SDK in this process, all at once; one run after
the other, in alternating chunks. The plain server keeps its defaults: SQLite's rollback journal, and 20 dispatches a
second from its one shard with a burst of as many, so that the first eight runs or so after a pause wait for nothing.
A chunk therefore begins with runs that do not count, and what is judged is work that goes on; the first runs after a
pause are told beside it. Told too is the whole against what who begins with Temporal has: the same by hand on the plain
server, in temporalio's default sandbox and without eager starts, which spare the plain server a wait a run here. Of what
counts in a chunk the fastest run is taken, on all sides: whatever else the machine does only ever adds, and more to the
server that works than to the one that waits (the reason is that of ``timeit.Timer.repeat``).
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from benchmarks import by_hand, ours
from benchmarks.figures import Bound, Figure
from benchmarks.order import Order
from benchmarks.plain_server import plain_server
from benchmarks.samples import Samples, alternate, ratio, told
from benchmarks.work import orders
from dosdk_temporal._server import EmbeddedServer

__all__ = ["measure"]

_BOUND: Final = Bound("≤", 0.40)
_BURST: Final = 12
"""Runs until the plain server's burst is spent, and some more."""
_REFILLED: Final = 1.2
"""Seconds until it is back."""
_COUNTED: Final = 4

Run = Callable[[Order], Awaitable[object]]


async def measure(*, quick: bool) -> list[Figure]:
    """Six steps, one run at a time, on both servers."""
    with TemporaryDirectory() as directory:
        async with AsyncExitStack() as stack:
            embedded = await stack.enter_async_context(EmbeddedServer(data_dir=Path(directory)))
            plain = await stack.enter_async_context(plain_server())
            on_embedded = await stack.enter_async_context(ours.serving(embedded.address))
            on_plain = await stack.enter_async_context(ours.serving(plain))
            naive = await stack.enter_async_context(by_hand.serving(plain, "by-hand", sandboxed=True, eager=False))
            chunks = {
                "embedded": lambda: _going_on(on_embedded),
                "plain": lambda: _going_on(on_plain),
                "by hand on plain": lambda: _going_on(naive),
                "embedded rested": lambda: _rested(on_embedded),
                "plain rested": lambda: _rested(on_plain),
            }
            samples = await alternate(chunks, rounds=3 if quick else 8)
    return [
        ratio(samples, "embedded", "plain", "latency of six steps: dosdk dev's server / plain start-dev", _BOUND),
        ratio(
            samples, "embedded", "by hand on plain", "latency of six steps: all of ours / by hand on plain start-dev"
        ),
        ratio(samples, "embedded rested", "plain rested", "latency of six steps after a pause: likewise"),
        _told(samples, "embedded", "latency of six steps, dosdk dev's server"),
        _told(samples, "plain", "latency of six steps, plain start-dev"),
    ]


async def _going_on(run: Run) -> float:
    for _ in range(_BURST):
        await orders(run, 1)
    return await _fastest(run)


async def _rested(run: Run) -> float:
    await asyncio.sleep(_REFILLED)
    return await _fastest(run)


async def _fastest(run: Run) -> float:
    return min([await _seconds(run) for _ in range(_COUNTED)])


async def _seconds(run: Run) -> float:
    began = time.perf_counter()
    await orders(run, 1)
    return time.perf_counter() - began


def _told(samples: Samples, variant: str, name: str) -> Figure:
    return told([value * 1000 for value in samples[variant]], name, unit="ms")
