"""Events at random moments before, during and after the waits for them, some twice, some dispatched twice."""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter
from dataclasses import dataclass
from typing import Any

from temporalio import activity
from temporalio.plugin import SimplePlugin
from temporalio.worker import ActivityInboundInterceptor, ExecuteActivityInput, Interceptor

from dosdk_temporal import Do, Trigger
from dosdk_temporal._wire.events import DISPATCH
from dosdk_temporal.testing import TestDo

__all__ = ["Redelivering", "Tally", "define", "flood", "judge_events", "scatter"]

_AT_ONCE = 40


@dataclass
class Tally:
    """What was counted.

    Attributes:
        runs: that waited for two events each.
        emitted: calls of emit, duplicates too.
        duplicates: those that were told so.
        lost: events that their run did not get.
        doubled: events that a run, or a subscriber, got twice.
        started: runs that subscribed.
    """

    runs: int
    emitted: int = 0
    duplicates: int = 0
    lost: int = 0
    doubled: int = 0
    started: int = 0


class _Redelivery(ActivityInboundInterceptor):
    def __init__(self, following: ActivityInboundInterceptor, redelivering: Redelivering) -> None:
        super().__init__(following)
        self._redelivering = redelivering

    async def execute_activity(self, input: ExecuteActivityInput) -> Any:  # noqa: A002 - the base class's name
        """Do everything, and then be lost with a tenth of the dispatches."""
        done = await super().execute_activity(input)
        info = activity.info()
        if info.activity_type == DISPATCH and info.attempt == 1 and self._redelivering.loses():
            raise ConnectionResetError("the worker died after everything was done and before it could tell")
        return done


class Redelivering(SimplePlugin, Interceptor):
    """A worker's plugin that loses the answers of a tenth of the dispatches.

    Args:
        seed: of chance.

    Attributes:
        count: how many were lost.
    """

    def __init__(self, seed: int) -> None:
        super().__init__("redelivering", interceptors=[self])
        self._chance, self.count = random.Random(seed), 0  # noqa: S311 - chance, not secrets

    def loses(self) -> bool:
        """Whether this one is lost."""
        is_lost = self._chance.random() < 0.1
        self.count += is_lost
        return is_lost

    def intercept_activity(self, next: ActivityInboundInterceptor) -> ActivityInboundInterceptor:  # noqa: A002
        """See the base class."""
        return _Redelivery(next, self)


def define(do: Do) -> None:
    """The workflow that waits for two events, and the one that each event starts."""

    @do.workflow.create(name="waits-twice")
    async def waits_twice(trigger: Trigger) -> Any:
        if trigger.payload["before"]:
            await do.sleep(trigger.payload["before"])
        match = {"user.id": trigger.payload["user"]}
        first = await do.wait_for_event("link.clicked", match=match, timeout=120)
        second = await do.wait_for_event("link.clicked", match=match, timeout=120)
        return [first.id, second.id]

    @do.workflow.create(name="records", trigger={"event": "link.clicked"})
    async def records(trigger: Trigger) -> Any:
        return trigger.id


async def scatter(do: Do, runs: int, seed: int) -> Tally:
    """Start the runs and emit two events for each, a fifth of them twice.

    Args:
        do: whose worker serves what :func:`define` defines, with :class:`Redelivering`.
        runs: how many.
        seed: of chance.
    """
    chance, tally, gate = random.Random(seed), Tally(runs), asyncio.Semaphore(_AT_ONCE)  # noqa: S311
    base = str(do.uuid())

    async def emit(user: str, number: int, pause: float, again: bool) -> list[str]:
        await asyncio.sleep(pause)
        payload = {"user": {"id": user}, "n": number}
        emitted = await asyncio.gather(
            *(do.events.emit("link.clicked", payload, id=f"{user}-{number}") for _ in range(2 if again else 1))
        )
        tally.emitted += len(emitted)
        tally.duplicates += sum(emission.duplicate for emission in emitted)
        return [run for emission in emitted[:1] for run in emission.started]

    async def one(number: int) -> None:
        user = f"{base}-{number}"
        moments = [(chance.random() * 0.6, chance.random() < 0.2), (chance.random() * 1.2, chance.random() < 0.2)]
        payload = {"user": user, "before": chance.choice([0, 0, 0.2, 0.5])}
        async with gate:
            execution = await do.workflows.start("waits-twice", payload)
            started = await asyncio.gather(*(emit(user, n, *moment) for n, moment in enumerate(moments)))
            got = await execution.result()
            recorded = await asyncio.gather(*(do.workflows.get(run).result() for runs in started for run in runs))
        for events in (got, recorded):
            counted = Counter(events)
            tally.lost += sum(not counted[f"{user}-{n}"] for n in range(2))
            tally.doubled += sum(count - 1 for count in counted.values())
        tally.started += len(recorded)

    await asyncio.gather(*map(one, range(runs)))
    return tally


async def flood(do: Do, events: int) -> float:
    """Emit so many events that nobody waits for: how many a second."""
    base, began = str(do.uuid()), time.perf_counter()
    gate = asyncio.Semaphore(_AT_ONCE)

    async def emit(number: int) -> None:
        async with gate:
            await do.events.emit("nobody.listens", {"n": number}, id=f"{base}-{number}")

    await asyncio.gather(*map(emit, range(events)))
    return events / (time.perf_counter() - began)


async def judge_events(address: str, kind: str, url: str, runs: int, events: int, seed: int) -> bool:
    """Scatter and flood on a server, print what was counted, and give whether all is well.

    Args:
        address: of the Temporal server.
        kind: of the database, for people.
        url: of the database.
        runs: that wait for two events each.
        events: that nobody listens to, for the rate.
        seed: of chance.
    """
    do = TestDo(address, url)
    define(do)
    redelivering = Redelivering(seed)
    async with do.worker(plugins=(redelivering,)):
        tally = await scatter(do, runs, seed)
    async with do.worker():
        rate = await flood(do, events)
    await do.close()
    print(
        f"{kind}: {tally.runs} runs x 2 events, {tally.emitted} emitted, {tally.duplicates} of them duplicates, "
        f"{redelivering.count} dispatched twice: {tally.lost} lost, {tally.doubled} doubled, "
        f"{tally.started} subscribers started; {events:,} events that nobody listens to: {rate:.0f} a second",
        flush=True,
    )
    return (tally.lost, tally.doubled, tally.started) == (0, 0, 2 * runs)
