"""Counters in the Datastore that two worker processes and a client hammer at once."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any

from dosdk_temporal import ConflictError, Do
from dosdk_temporal.testing import TestDo
from tests.live.worker_programs.launch import worker

__all__ = ["Hammered", "becomes_patient", "count_up", "hammer", "judge_datastore"]

_RUNS = 20
_CALLERS = 10


@dataclass
class Hammered:
    """What was counted.

    Attributes:
        increments: asked for.
        incremented: the counter.
        sets: compare-and-sets asked for.
        added: what they came to.
        refused: compare-and-sets that met another and were tried again.
    """

    increments: int
    incremented: int
    sets: int
    added: int
    refused: int


async def count_up(do: Do, increments: int, sets: int) -> dict[str, Any]:
    """Increment one counter so often, and add one to another by compare-and-set: the same in a workflow and a client."""
    data, refused = do.datastore.namespace("hammered"), 0
    for _ in range(increments):
        await data.increment("incremented")
    while sets:
        entry = await data.entry("added")
        try:
            if entry is None:
                await data.set("added", 1, if_absent=True)
            else:
                await data.set("added", entry.value + 1, if_version=entry.version)
            sets -= 1
        except ConflictError:
            refused += 1
    return {"refused": refused}


async def hammer(do: Do, database_url: str, increments: int, sets: int) -> Hammered:
    """A third from each of two worker processes, by way of runs that either may take, and a third from this client.

    Args:
        do: a client of the database.
        database_url: for the workers.
        increments: how many; some more where they cannot be shared out evenly.
        sets: likewise.
    """
    share = {"increments": -(-2 * increments // (3 * _RUNS)), "sets": -(-2 * sets // (3 * _RUNS))}
    own = {"increments": -(-increments // (3 * _CALLERS)), "sets": -(-sets // (3 * _CALLERS))}
    programs = [
        worker(do.settings.address, do.settings.task_queue, "counts.py", DO_DATASTORE_URL=database_url) for _ in "ab"
    ]
    async with programs[0] as first, programs[1] as second:
        await asyncio.gather(first.says("worker serves"), second.says("worker serves"))
        told = await asyncio.gather(
            *(do.workflows.execute("counts", share) for _ in range(_RUNS)),
            *(count_up(do, **own) for _ in range(_CALLERS)),
        )
    data = do.datastore.namespace("hammered")
    return Hammered(
        increments=_RUNS * share["increments"] + _CALLERS * own["increments"],
        incremented=await data.get("incremented", 0),
        sets=_RUNS * share["sets"] + _CALLERS * own["sets"],
        added=await data.get("added", 0),
        refused=sum(one["refused"] for one in told),
    )


async def becomes_patient(do: Do, execution_id: str) -> None:
    """Until the run's call is a regular activity: its brief try has failed."""
    handle = (await do.connection()).client.get_workflow_handle(execution_id)
    async for event in handle.fetch_history_events(wait_new_event=True):
        if event.HasField("activity_task_scheduled_event_attributes"):
            return


async def judge_datastore(address: str, kind: str, url: str, increments: int) -> bool:
    """Hammer on a server, print what was counted, and give whether all is well.

    Args:
        address: of the Temporal server.
        kind: of the database, for people.
        url: of the database.
        increments: how many; a tenth as many compare-and-sets.
    """
    do = TestDo(address, url)
    found = await hammer(do, url, increments, increments // 10)
    await do.close()
    print(
        f"{kind}: two workers and a client: {found.increments:,} increments came to {found.incremented:,}, "
        f"{found.sets:,} compare-and-sets to {found.added:,} ({found.refused:,} were refused and tried again)",
        flush=True,
    )
    return (found.incremented, found.added) == (found.increments, found.sets)
