"""``python -m demo``: start a server and a worker, run one action, one workflow and one approval, show what came of them, end.

The exit status is 0 when the workflow and each of its steps completed, 1 when something failed, 130 after Ctrl-C.
"""

from __future__ import annotations

import asyncio
import logging
import os
import sys

from demo.acts import act_one, act_two, show_place
from demo.approval import act_three
from demo.ending import wait_for_enter
from demo.server import running_server
from dosdk_temporal import Do
from dosdk_temporal._cli.output import console
from dosdk_temporal._worker.leaving import leave
from dosdk_temporal.errors import DoError


def main() -> int:
    """Run the demo and say with which status to end."""
    _prepare()
    try:
        return asyncio.run(_demonstrate())
    except DoError as error:
        console().print(f"\nThe demo failed: {error}", style="red")
        return 1
    except KeyboardInterrupt:
        console().print("\nThe demo was cut short.")
        return 130


async def _demonstrate() -> int:
    async with running_server() as server:
        # A task queue of its own: what an earlier session has left unfinished is not this demo's to go on with.
        do = Do(address=server.address, namespace="default", task_queue="demo", tls=False)
        async with do, do.worker("activities", "workflows"):
            await act_one(do)
            onboarded = await act_two(do)
            if onboarded is None:
                return 1
            await act_three(do)
        show_place(onboarded, server)
        await wait_for_enter(kept=server.log_path is not None)
    return 0


def _prepare() -> None:
    """Let a demo reach nobody: neither a real mail server nor another Temporal than its own."""
    for name in list(os.environ):
        if name.startswith(("DO_", "TEMPORAL_")) and name not in {"DO_HOME", "TEMPORAL_CLI"}:
            del os.environ[name]
    logging.basicConfig(level=logging.WARNING, format="  (%(message)s)", stream=sys.stdout)
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(line_buffering=True)  # what handlers print stands in order with the rest


if __name__ == "__main__":
    leave(main())
