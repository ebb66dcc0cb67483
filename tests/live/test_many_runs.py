"""Many runs at once: nothing lost, nothing doubled."""

from __future__ import annotations

import asyncio
import sqlite3
from collections import Counter
from pathlib import Path

from dosdk_temporal import Trigger
from dosdk_temporal.testing import TestDo

RUNS, ACTIONS = 300, 6


async def test_300_runs_of_six_actions_lose_and_double_nothing(do: TestDo, tmp_path: Path) -> None:
    """300 concurrent runs complete; a file outside the worker counts each of their 1,800 effects exactly once."""
    database = tmp_path / "effects.db"
    with sqlite3.connect(database) as ledger:
        ledger.execute("create table effects (run int, step int)")

    @do.action.create(name="effect")
    def effect(run: int, step: int) -> int:
        with sqlite3.connect(database, timeout=30) as own:
            own.execute("insert into effects values (?, ?)", (run, step))
        return step

    @do.workflow.create(name="six")
    async def six(trigger: Trigger) -> list[int]:
        return [await do.action.run("effect", {"run": trigger.payload["run"], "step": step}) for step in range(ACTIONS)]

    async with do.worker():
        results = await asyncio.gather(*(do.workflows.execute("six", {"run": run}) for run in range(RUNS)))
    with sqlite3.connect(database) as ledger:
        effects = Counter(ledger.execute("select run, step from effects"))
    assert results == [list(range(ACTIONS))] * RUNS
    assert effects == Counter({(run, step): 1 for run in range(RUNS) for step in range(ACTIONS)})
