"""A client that runs the traced workflow, and serves it itself where it is told to: ``traced.py [serve]``."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from dosdk_temporal import client, workflows


async def main() -> None:
    """Run it once; whoever traces this program closes the traces at its end."""
    if sys.argv[1:] == ["serve"]:
        async with client.worker(str(Path(__file__).parent / "spans.py"), max_cached_workflows=0):
            print(await workflows.execute("traced", {"word": "hello"}))
    else:
        print(await workflows.execute("traced", {"word": "hello"}))


asyncio.run(main())
