"""Lists of runs by their state."""

from __future__ import annotations

import asyncio
import logging

import pytest

from dosdk_temporal import Do, Execution, InputError, Retry, Trigger
from dosdk_temporal.testing import TestDo
from tests.live.waiting_facts import pause, unpause, waits_for

STATES = ("running", "waiting", "held", "paused", "completed", "failed", "cancelled", "timed_out", "terminated")


async def listed(do: Do, state: str, count: int) -> list[str]:
    """The names of the runs in a state, as soon as the server's index has as many."""
    while len(found := await do.workflows.list(state=state)) != count:  # noqa: ASYNC110 - the index makes it so
        await asyncio.sleep(0.05)
    return [run.name for run in found]


def define(do: Do) -> None:
    """Workflows that stay where they are: asleep, waiting for a person, and held."""

    @do.action.create(name="charge", retry=Retry(1, on_exhausted="hold"))
    async def charge() -> None:
        raise OSError("no bank")

    @do.workflow.create(name="asleep")
    async def asleep(_: Trigger) -> None:
        await do.sleep("1d")

    @do.workflow.create(name="asking")
    async def asking(_: Trigger) -> None:
        await do.wait_for_approval("manager")

    @do.workflow.create(name="selling")
    async def selling(_: Trigger) -> None:
        await do.action.run("charge")


async def begun(do: Do) -> list[Execution]:
    """One run of each, where it stays."""
    runs = [await do.workflows.start(name) for name in ("asleep", "asking", "selling")]
    for run, wait in zip(runs, ("sleep", "manager", "charge"), strict=True):
        await waits_for(run, wait)
    return runs


async def test_every_state_can_be_asked_for(do: TestDo, bare: str) -> None:
    """Each run is listed under the state that its status tells, and under no other."""
    alone = Do(address=do.settings.address, namespace=bare, task_queue=bare, registry=do.registry)
    define(alone)
    async with alone.worker():
        runs = await begun(alone)
        assert [await listed(alone, state, 1) for state in STATES[:3]] == [["asleep"], ["asking"], ["selling"]]
        await pause(alone, runs[1])
        assert (await listed(alone, "paused", 1), await listed(alone, "waiting", 0)) == (["asking"], [])
        await unpause(alone, runs[1])
        await runs[0].cancel()
        await runs[2].terminate()
        await runs[1].approve(by="ann")
        ended = [await listed(alone, state, 1) for state in ("completed", "cancelled", "terminated")]
        assert ended == [["asking"], ["asleep"], ["selling"]]
        assert [await alone.workflows.list(state=state) for state in STATES[:4]] == [[]] * 4
    await alone.close()


async def test_without_search_attributes(
    do: TestDo, bare: str, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the namespace lacks them every open run is looked at, and that is said."""
    alone = Do(address=do.settings.address, namespace=bare, task_queue=bare, registry=do.registry)
    define(alone)

    async def refuses(_: object) -> bool:
        return False

    monkeypatch.setattr("dosdk_temporal._worker.worker.ensure_indexed", refuses)
    async with alone.worker():
        runs = await begun(alone)
        caplog.clear()
        assert [await listed(alone, state, 1) for state in STATES[:3]] == [["asleep"], ["asking"], ["selling"]]
        (told, *_) = [record.message for record in caplog.records if record.levelno == logging.WARNING]
        assert told == (
            f"namespace {bare!r} lacks the search attributes of what waits, "
            "so every open run is looked at: 'dosdk setup' adds them"
        )
        for run in runs:
            await run.terminate()
    await alone.close()


async def test_a_state_that_is_none(do: TestDo) -> None:
    """Another word is refused with those that there are."""
    with pytest.raises(InputError) as refused:
        await do.workflows.list(state="open")
    assert refused.value.message == f"state='open' is none of {', '.join(STATES)}"
