"""Time that passes at once."""

from __future__ import annotations

import asyncio

import pytest

from dosdk_temporal._pure.interpreter.virtual_time import WaitsForeverError, run_in_virtual_time

_DAY = 86_400


@pytest.mark.parametrize("days", [1, 90, 100, 210, 4_000, 300_000])
def test_any_wait_ends(days: int) -> None:
    """However far the clock has come, what waits another day wakes at its time."""

    async def waits() -> float:
        loop = asyncio.get_running_loop()
        await asyncio.sleep(days * _DAY + 3)
        await asyncio.sleep(_DAY)
        return loop.time()

    assert run_in_virtual_time(waits()) == pytest.approx((days + 1) * _DAY + 3, abs=1e-4)


def test_what_is_due_first_wakes_first() -> None:
    """In the order of their times, a millisecond apart after a year."""

    async def waits() -> list[int]:
        woken: list[int] = []

        async def one(place: int) -> None:
            await asyncio.sleep(365 * _DAY + place / 1000)
            woken.append(place)

        await asyncio.gather(*(one(place) for place in (3, 1, 2)))
        return woken

    assert run_in_virtual_time(waits()) == [1, 2, 3]


def test_nothing_left_to_happen() -> None:
    """Waiting for what nobody will do is an error, and not a program that stands still."""

    async def waits() -> None:
        await asyncio.Event().wait()

    with pytest.raises(WaitsForeverError):
        run_in_virtual_time(waits())
