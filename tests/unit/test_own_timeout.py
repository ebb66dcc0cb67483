"""A run's own timeout, in virtual time: from the start, from a retry, and where the word of a retry is yet to come."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from dosdk_temporal._pure.interpreter.virtual_time import run_in_virtual_time
from dosdk_temporal._pure.own_timeout import OwnTimeout
from dosdk_temporal.errors import WorkflowError

START = datetime(2027, 1, 1, tzinfo=UTC)


def _ended_after(began: float, renewed: float | None, *, goes_on: bool) -> float:
    """When a run that never ends by itself was ended, by a timeout of a minute.

    Args:
        began: when it was started, in seconds from now.
        renewed: when the word of a retry comes; None for never.
        goes_on: whether the run goes on from another one.
    """

    async def run() -> float:
        loop = asyncio.get_running_loop()
        timeout = OwnTimeout(
            "waits",
            timedelta(minutes=1),
            START + timedelta(seconds=began),
            lambda: START + timedelta(seconds=loop.time()),
            goes_on=goes_on,
        )
        if renewed is not None:
            loop.call_later(renewed, timeout.renew)
        with pytest.raises(
            WorkflowError, match="workflow 'waits' did not complete within its timeout of 60 s"
        ) as ended:
            await timeout.bound(asyncio.Event().wait())
        assert ended.value.state == "timed_out"
        return loop.time()

    return float(run_in_virtual_time(run()))


@pytest.mark.parametrize(
    ("began", "renewed", "goes_on", "ended"),
    [
        (0, None, False, 60),
        (-40, None, False, 20),
        (-90, None, False, 0),
        (-40, 5, True, 65),
        (-90, 5, True, 65),
        (-90, None, True, 10),
        (0, None, True, 70),
        (0, 65, True, 125),
    ],
)
def test_when_it_is_over(began: float, renewed: float | None, goes_on: bool, ended: float) -> None:
    """A minute from the start, or from a retry; a run that goes on waits ten seconds for the word of one."""
    assert _ended_after(began, renewed, goes_on=goes_on) == pytest.approx(ended)


def test_what_ends_by_itself() -> None:
    """Its value is given, and a timeout of its own making is its own error."""

    async def run() -> str:
        timeout = OwnTimeout("quick", None, START, lambda: START, goes_on=True)
        timeout.renew()
        with pytest.raises(TimeoutError):
            await timeout.bound(asyncio.wait_for(asyncio.Event().wait(), 1))
        return str(await timeout.bound(asyncio.sleep(1, "done")))

    assert run_in_virtual_time(run()) == "done"
