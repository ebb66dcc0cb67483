"""Compensation under faults: the short form of ``tests/faults/sagas.py``."""

from __future__ import annotations

from pathlib import Path

from dosdk_temporal.testing import TestDo
from tests.faults.sagas import trips, trips_table


async def test_a_worker_that_is_killed(do: TestDo, tmp_path: Path) -> None:
    """Each run ends complete or fully undone, whenever its worker is killed."""
    deeds = tmp_path / "deeds.db"
    trips_table(deeds)
    counted = await trips(do, deeds, 6, seed=1)
    assert counted.is_whole(6), counted
    assert counted.kills > 0
