"""Outside: what importing the SDK costs, beside importing temporalio's client.

Method: fresh interpreters, alternated; each reads its own CPU time before and after, so that Python's own start,
which is the same for all, makes no ratio look better. The SDK imports temporalio only when it first needs it, so the
import alone flatters it: what a program pays up to its first connection is told beside it, with temporalio's own
pydantic converter, which the SDK has and which is a part of that price.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable
from typing import Final

from benchmarks.figures import Bound, Figure
from benchmarks.samples import alternate, ratio, told
from dosdk_temporal._server import EmbeddedServer

__all__ = ["measure"]

_BOUND: Final = Bound("≤", 1.15)

_PROGRAM: Final = """
import os, sys, time
began = time.process_time()
{body}
sys.stdout.write(str(time.process_time() - began))
sys.stdout.flush()
os._exit(0)  # a short program that has connected can crash in the interpreter's own clean-up
"""

_CONNECT_OURS: Final = """
import asyncio
from dosdk_temporal import Do
asyncio.run(Do(address={address!r}).connection())
"""

_CONNECT_THEIRS: Final = """
import asyncio
from temporalio.client import Client
asyncio.run(Client.connect({address!r}))
"""

_CONNECT_PYDANTIC: Final = """
import asyncio
from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter
asyncio.run(Client.connect({address!r}, data_converter=pydantic_data_converter))
"""


async def measure(*, quick: bool) -> list[Figure]:
    """The import, and the import with the first connection."""
    async with EmbeddedServer(ui=False) as server:
        programs = {
            "import theirs": "import temporalio.client",
            "import ours": "import dosdk_temporal",
            "import theirs again": "import temporalio.client",
            "connect theirs": _CONNECT_THEIRS.format(address=server.address),
            "connect ours": _CONNECT_OURS.format(address=server.address),
            "connect pydantic": _CONNECT_PYDANTIC.format(address=server.address),
        }
        samples = await alternate({name: _fresh(body) for name, body in programs.items()}, rounds=5 if quick else 21)
    return [
        ratio(samples, "import theirs again", "import theirs", "import: temporalio.client / the same again (noise)"),
        ratio(
            samples, "import ours", ("import theirs", "import theirs again"), "import: SDK / temporalio.client", _BOUND
        ),
        ratio(samples, "connect ours", "connect theirs", "import and first connection: SDK / temporalio.client"),
        ratio(
            samples, "connect ours", "connect pydantic", "import and first connection: SDK / with pydantic's converter"
        ),
        told([value * 1000 for value in samples["connect ours"]], "import and first connection of the SDK", unit="ms"),
    ]


def _fresh(body: str) -> Callable[[], Awaitable[float]]:
    async def sample() -> float:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-c", _PROGRAM.format(body=body), stdout=asyncio.subprocess.PIPE
        )
        output, _ = await process.communicate()
        return float(output)

    return sample
