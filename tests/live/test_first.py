"""The first thing to stand: one action and one workflow."""

from __future__ import annotations

from datetime import timedelta

from dosdk_temporal.testing import TestDo


async def test_seven_days_pass_at_once(do: TestDo, time_skipper: object) -> None:
    """A sleep of seven days ends in a moment, and the run's own clock shows seven days."""

    @do.workflow.create(name="week")
    async def week(trigger: object) -> float:
        began = do.now()
        await do.sleep("7d")
        return (do.now() - began) / timedelta(days=1)

    async with do.worker():
        assert round(await do.workflows.execute("week"), 3) == 7
