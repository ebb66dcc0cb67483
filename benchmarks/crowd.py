"""Outside: 300 runs of six actions at once: how many a second, and whether each effect happened once.

Method: every action appends a line to a file that no worker and no server owns; afterwards the lines are counted. A
lost action is a line too few, a doubled one a line too many, and both together would show in the count of different
lines.
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks import by_hand, ours
from benchmarks.figures import Bound, Figure
from benchmarks.order import ACTIONS, Order
from benchmarks.samples import alternate, ratio, told
from benchmarks.work import orders
from dosdk_temporal._server import EmbeddedServer

__all__ = ["measure"]

_AT_ONCE = 300
_EFFECTS = Bound("=", _AT_ONCE * len(ACTIONS))


async def measure(*, quick: bool) -> list[Figure]:
    """Throughput through the SDK and by hand, and the effects of every crowd of the SDK's."""
    with TemporaryDirectory() as directory:
        ledgers = Path(directory) / "ledgers"
        ledgers.mkdir()
        async with (
            EmbeddedServer(data_dir=Path(directory) / "server") as server,
            ours.serving(server.address) as run,
            by_hand.serving(server.address, "by-hand") as run_by_hand,
        ):
            chunks = {"ours": _chunk(run, ledgers), "by hand": _chunk(run_by_hand, None)}
            samples = await alternate(chunks, rounds=1 if quick else 2, warm_up=False)
        counted = [ledger.read_text().splitlines() for ledger in sorted(ledgers.iterdir())]
    return [
        told(samples["ours"], f"throughput of {_AT_ONCE} runs at once through the SDK", unit="runs/s"),
        told(samples["by hand"], f"throughput of {_AT_ONCE} runs at once by hand", unit="runs/s"),
        ratio(samples, "ours", "by hand", f"throughput of {_AT_ONCE} runs at once: SDK / by hand"),
        _worst([len(lines) for lines in counted], f"effects of {_AT_ONCE} runs of six actions, counted"),
        _worst([len(set(lines)) for lines in counted], f"effects of {_AT_ONCE} runs of six actions, different ones"),
    ]


def _chunk(run: Callable[[Order], Awaitable[object]], ledgers: Path | None) -> Callable[[], Awaitable[float]]:
    async def sample() -> float:
        ledger = None if ledgers is None else ledgers / f"{time.monotonic_ns()}"
        began = time.perf_counter()
        await orders(run, _AT_ONCE, ledger)
        return _AT_ONCE / (time.perf_counter() - began)

    return sample


def _worst(counts: list[int], name: str) -> Figure:
    """Of several counts the one furthest from what it must be."""
    worst = max(counts, key=lambda count: abs(count - _EFFECTS.value))
    return Figure(f"{name}, {len(counts)} times" if len(counts) > 1 else name, worst, "", _EFFECTS)
