"""Outside: the CPU that a definition of six actions costs a worker, beside the handler workflow that does the same.

Method: one server and one worker that serves both, in one process. Chunks of runs are alternated and the CPU of that
process is read around each; the handler runs twice under two names, and the ratio of the two is the noise. The server's
CPU is left out: both give it the same events.
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from typing import Any, Final

from benchmarks import ours
from benchmarks.figures import Bound, Figure
from benchmarks.order import ACTIONS, Order
from benchmarks.samples import Samples, alternate, ratio_of_totals, told
from benchmarks.work import orders
from dosdk_temporal import Do
from dosdk_temporal._server import EmbeddedServer

__all__ = ["measure"]

_BOUND: Final = Bound("≤", 1.1)
_AT_ONCE: Final = 10
_HANDLER: Final = ("handler", "handler again")
_STEPS: Final = [handler.__name__ for handler in ACTIONS]

DEFINITION: Final[dict[str, Any]] = {
    "name": "six-steps",
    "input": {"id": "string", "amount": "integer"},
    "steps": [{"function": step, "input": {"id": "{{input.id}}", "amount": "{{input.amount}}"}} for step in _STEPS],
    "result": f"{{{{ {' + '.join(f'{step}.amount' for step in _STEPS)} }}}}",
}
"""What the handler does: six actions, one after the other, and the sum of what they took."""


async def measure(*, quick: bool) -> list[Figure]:
    """A definition beside the handler."""
    samples = await _sample(rounds=8 if quick else 40)
    milliseconds = [value / _AT_ONCE * 1000 for value in samples["definition"]]
    return [
        ratio_of_totals(
            samples, _HANDLER[1], _HANDLER[0], "worker CPU of six actions: handler / the same again (noise)"
        ),
        ratio_of_totals(samples, "definition", _HANDLER, "worker CPU of six actions: definition / handler", _BOUND),
        told(milliseconds, "CPU of six actions as a definition, worker", unit="ms"),
    ]


async def _sample(rounds: int) -> Samples:
    async with EmbeddedServer(ui=False) as server, ours.client(server.address) as do:
        do.workflows.create(DEFINITION)
        async with do.worker():
            chunks = {
                "handler": _chunk(do, ours.WORKFLOW),
                "definition": _chunk(do, DEFINITION["name"]),
                "handler again": _chunk(do, ours.WORKFLOW),
            }
            return await alternate(chunks, rounds)


def _chunk(do: Do, workflow: str) -> Callable[[], Awaitable[float]]:
    async def run(order: Order) -> object:
        return await do.workflows.execute(workflow, order)

    async def sample() -> float:
        before = time.process_time()
        await orders(run, _AT_ONCE)
        return time.process_time() - before

    return sample
