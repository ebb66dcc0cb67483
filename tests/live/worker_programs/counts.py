"""Workflows that count in the Datastore: in both ways in which many may, and in a task that a kill can meet."""

from __future__ import annotations

import asyncio
import logging
import os
from typing import Any

from dosdk_temporal import Do, Trigger
from tests.faults.datastore import count_up

do = Do()
log = logging.getLogger(__name__)


@do.workflow.create(name="counts")
async def counts(trigger: Trigger) -> dict[str, Any]:
    """Count as often as the input says, and tell how often a compare-and-set had to be tried again."""
    return await count_up(do, trigger.payload["increments"], trigger.payload["sets"])


@do.action.create(name="dwell", local=True)
async def dwell() -> None:
    """Keep the run's task, with all that it has done and not told, where this worker is to be killed."""
    if "DO_TEST_DWELLS" in os.environ:
        log.warning("dwelling")
        await asyncio.sleep(60)


@do.workflow.create(name="counts-and-dwells")
async def counts_and_dwells(_: Trigger) -> int:
    """Count once, and tell the number."""
    total = int(await do.datastore.increment("n"))
    await do.action.run("dwell")
    return total
