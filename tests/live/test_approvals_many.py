"""Many runs that wait for people at once on one worker, in the short form of ``make faults``."""

from __future__ import annotations

from pathlib import Path

from dosdk_temporal.testing import TestDo
from tests.faults.people import crowd, deeds_table
from tests.live.server_facts import linux_only
from tests.live.worker_programs.launch import worker


@linux_only
async def test_100_waits_at_once(do: TestDo, tmp_path: Path) -> None:
    """All are in the inbox by one query; each is decided once, by its own person; none is lost, doubled or crossed."""
    deeds = tmp_path / "deeds.db"
    deeds_table(deeds)
    environment = {"DEEDS": str(deeds), "DO_DATASTORE_URL": f"sqlite:///{tmp_path / 'data.db'}"}
    async with worker(do.settings.address, do.settings.task_queue, "people.py", **environment) as process:
        await process.says("worker serves")
        found = await crowd(do, process.pid, deeds, 100)
    print(found)
    assert (found.queries, found.lost, found.doubled, found.crossed, found.refused) == (1, 0, 0, 0, 100)
