"""Workers that die with SIGKILL while they pay: once each, on SQLite and on PostgreSQL."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from dosdk_temporal.testing import TestDo
from tests.faults.transactions import killed_at


@pytest.fixture
async def payer(dosdk_server: str, database_url: str) -> AsyncIterator[TestDo]:
    """A client with each database in turn."""
    client = TestDo(dosdk_server, database_url)
    yield client
    await client.close()


POINTS = {"sqlite": ("committed",), "postgresql": ("committing", "committed")}
"""Each costs a worker's start; all of them on both databases are in the long form, ``make faults``."""


async def test_a_worker_killed_on_the_way(payer: TestDo, database_url: str, tmp_path: Path) -> None:
    """As it commits, and after the commit before the report: each is paid once, and told to be paid."""
    points = POINTS[database_url.partition(":")[0]]
    found = await killed_at(payer, database_url, tmp_path, points)
    assert found == {point: (True, 1, point) for point in points}
