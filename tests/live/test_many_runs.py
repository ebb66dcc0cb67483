"""Many runs at once: nothing lost, nothing doubled."""

from __future__ import annotations

import asyncio
from collections import Counter
from pathlib import Path

from dosdk_temporal import Trigger
from dosdk_temporal.testing import TestDo

RUNS, ACTIONS = 300, 6


async def test_300_runs_of_six_actions_lose_and_double_nothing(do: TestDo, tmp_path: Path) -> None:
    """300 concurrent runs complete; a file outside the worker counts each of their 1,800 effects exactly once."""
    ledger = tmp_path / "effects"

    @do.action.create(name="effect")
    def effect(run: int, step: int) -> int:
        with ledger.open("a") as own:  # a line at once: what appends so little is never torn
            own.write(f"{run} {step}\n")
        return step

    @do.workflow.create(name="six")
    async def six(trigger: Trigger) -> list[int]:
        return [await do.action.run("effect", {"run": trigger.payload["run"], "step": step}) for step in range(ACTIONS)]

    async with do.worker():
        results = await asyncio.gather(*(do.workflows.execute("six", {"run": run}) for run in range(RUNS)))
    effects = Counter(ledger.read_text().splitlines())
    assert results == [list(range(ACTIONS))] * RUNS
    assert effects == Counter({f"{run} {step}": 1 for run in range(RUNS) for step in range(ACTIONS)})
