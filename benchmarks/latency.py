"""Outside: how long six steps take on the server that ``dosdk dev`` starts, beside a plain development server.

Method: both servers with a database file, each with a worker of the SDK in this process, all at once; one run at a time,
in alternating chunks, started over a connection of its own, as ``dosdk run`` starts them beside ``dosdk dev``. The plain
server keeps its defaults: 20 dispatches a second from its one shard, and SQLite's rollback journal. Of each chunk the
fastest run counts, on both sides: what else the machine does only ever adds, and it adds to the server that works, not
to the one that waits (the reason is that of Python's ``timeit``, "Timer.repeat"). Starts by the worker's own process,
which bring the first workflow task back at once, are told beside it.
"""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks import ours
from benchmarks.figures import Bound, Figure
from benchmarks.order import Order
from benchmarks.plain_server import plain_server
from benchmarks.samples import Samples, alternate, ratio, told
from benchmarks.work import orders
from dosdk_temporal._server import EmbeddedServer

__all__ = ["measure"]

_BOUND = Bound("≤", 0.40)
_IN_TURN = 4


async def measure(*, quick: bool) -> list[Figure]:
    """Six steps, one run at a time, on both servers."""
    with TemporaryDirectory() as directory:
        async with AsyncExitStack() as stack:
            embedded = await stack.enter_async_context(EmbeddedServer(data_dir=Path(directory)))
            plain = await stack.enter_async_context(plain_server())
            chunks = {
                "embedded": await stack.enter_async_context(_chunk(embedded.address, apart=True)),
                "plain": await stack.enter_async_context(_chunk(plain, apart=True)),
                "embedded eager": await stack.enter_async_context(_chunk(embedded.address, apart=False)),
                "plain eager": await stack.enter_async_context(_chunk(plain, apart=False)),
            }
            samples = await alternate(chunks, rounds=5 if quick else 16)
    return [
        ratio(samples, "embedded", "plain", "latency of six steps: dosdk dev's server / plain start-dev", _BOUND),
        ratio(
            samples, "embedded eager", "plain eager", "latency of six steps, started in the worker's process: likewise"
        ),
        _told(samples, "embedded", "latency of six steps, dosdk dev's server"),
        _told(samples, "plain", "latency of six steps, plain start-dev"),
    ]


@asynccontextmanager
async def _chunk(address: str, *, apart: bool) -> AsyncIterator[Callable[[], Awaitable[float]]]:
    async with ours.serving(address, queue=f"apart-{apart}", apart=apart) as run:

        async def fastest() -> float:
            return min([await _seconds(run) for _ in range(_IN_TURN)])

        yield fastest


async def _seconds(run: Callable[[Order], Awaitable[object]]) -> float:
    began = time.perf_counter()
    await orders(run, 1)
    return time.perf_counter() - began


def _told(samples: Samples, variant: str, name: str) -> Figure:
    return told([value * 1000 for value in samples[variant]], name, unit="ms")
