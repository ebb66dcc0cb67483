"""The looks, while somebody waits, at whether anybody does what is waited for."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from dosdk_temporal._client.vigil import Vigil
from dosdk_temporal._pure.polling import ANSWERED, Poll, QueueSight, Sign, Work
from dosdk_temporal.errors import ServerUnavailableError

NOON = datetime(2027, 1, 1, 12, tzinfo=UTC)
EARLIER = NOON - timedelta(seconds=20)
LIES: dict[Work, datetime] = {"workflow": NOON - timedelta(seconds=9)}
FORSAKEN = QueueSight("orders", NOON, (Poll("1@host", "workflow", EARLIER),), untaken=LIES)
SERVED = QueueSight("orders", NOON, (Poll("2@host", "workflow", NOON),), (Sign("2@host", NOON, ANSWERED),))
ASKED_FOR_ACTIONS = QueueSight("orders", NOON, (*FORSAKEN.polls, Poll("2@host", "action", NOON)), untaken=LIES)
FORSAKEN_AGAIN = QueueSight("orders", NOON, (Poll("2@host", "workflow", EARLIER + timedelta(seconds=1)),), untaken=LIES)
IDLE = QueueSight("orders", NOON)


class Seen:
    """A task queue that shows one sight after the other, and what was told of it."""

    def __init__(self, sights: Iterable[QueueSight | Exception]) -> None:
        self._sights = iter(sights)
        self.told: list[QueueSight | str] = []
        self.looks = 0
        self.over = asyncio.Event()

    def vigil(self, first: float = 0) -> Vigil:
        """One that looks at once."""
        return Vigil(self._look, self.told.append, lambda: self.told.append("again"), first=first, longest=0)

    async def _look(self) -> QueueSight:
        sight = next(self._sights, None)
        if sight is None:
            self.over.set()
            await asyncio.Event().wait()
            raise AssertionError
        self.looks += 1
        if isinstance(sight, Exception):
            raise sight
        return sight


async def _waited(sights: list[QueueSight | Exception]) -> list[QueueSight | str]:
    """What is told to who waits while all this is seen."""
    seen = Seen(sights)
    with seen.vigil():
        await seen.over.wait()
    return seen.told


async def test_an_outage_is_told_once_and_so_is_its_end() -> None:
    """However often nobody is seen it is told once, and again only after a worker has been there, seen or not meanwhile."""
    assert await _waited([SERVED, FORSAKEN, FORSAKEN, SERVED, SERVED, FORSAKEN]) == [FORSAKEN, "again", FORSAKEN]
    assert await _waited([FORSAKEN, FORSAKEN_AGAIN]) == [FORSAKEN, FORSAKEN_AGAIN]


async def test_who_asks_for_other_work_is_no_news() -> None:
    """A look may fall between a new worker's first two questions: of the workflow that lies there no second word is said."""
    assert await _waited([FORSAKEN, ASKED_FOR_ACTIONS, ASKED_FOR_ACTIONS]) == [FORSAKEN]


async def test_where_nothing_lies_nobody_is_warned() -> None:
    """That nobody asks is no matter to who waits for a run that waits itself."""
    assert await _waited([IDLE, IDLE]) == []


async def test_a_look_that_fails_is_followed_by_the_next() -> None:
    """A server that does not answer a look breaks no wait, and does not end the looking."""
    assert await _waited([ServerUnavailableError("gone"), FORSAKEN]) == [FORSAKEN]


async def test_many_waits_share_the_looks() -> None:
    """Of a thousand that wait at once, the first begins the looks and the last ends them."""
    seen = Seen([FORSAKEN])
    vigil, release = seen.vigil(), asyncio.Event()

    async def wait() -> None:
        with vigil:
            await release.wait()

    waits = [asyncio.ensure_future(wait()) for _ in range(1000)]
    await seen.over.wait()
    release.set()
    await asyncio.gather(*waits)
    assert (seen.looks, seen.told) == (1, [FORSAKEN])
    assert asyncio.all_tasks() == {asyncio.current_task()}


async def test_a_short_wait_costs_no_look() -> None:
    """A wait that is over before the first look begins no task."""
    seen = Seen([FORSAKEN])
    with seen.vigil(first=3600):
        await asyncio.sleep(0)
        assert asyncio.all_tasks() == {asyncio.current_task()}
    assert (seen.looks, seen.told) == (0, [])


async def test_what_was_told_at_a_start_is_not_told_to_who_waits() -> None:
    """Who was warned when something was started is not warned again of the same while it waits."""
    seen = Seen([FORSAKEN])
    vigil = seen.vigil()
    vigil.tell(FORSAKEN)
    with vigil:
        await seen.over.wait()
    assert seen.told == [FORSAKEN]
