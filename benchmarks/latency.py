"""Outside: how long six steps take on the server that ``dosdk dev`` starts, beside a plain development server.

Method: both servers with a database file, each with a worker of the SDK in this process, all at once; one run at a
time, in alternating chunks. The plain server keeps its defaults: 20 dispatches a second from its one shard, and
SQLite's rollback journal.
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks import ours
from benchmarks.figures import Bound, Figure
from benchmarks.order import Order
from benchmarks.plain_server import plain_server
from benchmarks.samples import alternate, ratio, told
from benchmarks.work import orders
from dosdk_temporal._server import EmbeddedServer

__all__ = ["measure"]

_BOUND = Bound("≤", 0.40)
_IN_TURN = 3


async def measure(*, quick: bool) -> list[Figure]:
    """Six steps, one run at a time, on both servers."""
    with TemporaryDirectory() as directory:
        async with AsyncExitStack() as stack:
            embedded = await stack.enter_async_context(EmbeddedServer(data_dir=Path(directory)))
            plain = await stack.enter_async_context(plain_server())
            chunks = {
                "embedded": _chunk(await stack.enter_async_context(ours.serving(embedded.address))),
                "plain": _chunk(await stack.enter_async_context(ours.serving(plain))),
            }
            samples = await alternate(chunks, rounds=6 if quick else 24)
    return [
        ratio(samples, "embedded", "plain", "latency of six steps: dosdk dev's server / plain start-dev", _BOUND),
        told([value * 1000 for value in samples["embedded"]], "latency of six steps, dosdk dev's server", unit="ms"),
        told([value * 1000 for value in samples["plain"]], "latency of six steps, plain start-dev", unit="ms"),
    ]


def _chunk(run: Callable[[Order], Awaitable[object]]) -> Callable[[], Awaitable[float]]:
    async def sample() -> float:
        began = time.perf_counter()
        for _ in range(_IN_TURN):
            await orders(run, 1)
        return (time.perf_counter() - began) / _IN_TURN

    return sample
