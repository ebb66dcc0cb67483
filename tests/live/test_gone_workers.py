"""Runs whose worker was killed or has stopped: what who waits, asks or looks is told."""

from __future__ import annotations

import asyncio
import re
import signal
from datetime import datetime, timedelta

import pytest

from dosdk_temporal import Execution
from dosdk_temporal._cli.checking import serving
from dosdk_temporal._client.explaining import explain_run
from dosdk_temporal._client.polling import begin_vigil, look_at, utc_now
from dosdk_temporal.testing import TestDo
from tests.live.command_line import masked
from tests.live.server_facts import becomes
from tests.live.waiting_facts import send, waits_for
from tests.live.worker_programs.launch import Program, worker_with


def _later() -> datetime:
    """Half a minute from now: time enough to have heard of whoever is there."""
    return utc_now() + timedelta(seconds=30)


def _unkept(do: TestDo) -> Program:
    """A worker that keeps no run in memory: what comes for one lies there for any worker at once."""
    return worker_with({"max_cached_workflows": 0}, do.settings.address, do.settings.task_queue, "asks.py")


def _plain(text: str) -> str:
    return re.sub(r"\d\d:\d\d:\d\d", "<clock>", re.sub(r"\d+ s ago", "<length> ago", masked(text)))


async def _explained(do: TestDo, run: Execution) -> list[str]:
    told = await explain_run(await do.connection(), run.id, _later)
    return [_plain(line) for line in (*told.sentences[1:], *told.commands)]


async def test_who_waits_for_a_killed_worker_is_told(do: TestDo, caplog: pytest.LogCaptureFixture) -> None:
    """While a killed worker's run waits for a person nobody is warned; once it is to go on, who waits is, and how it is known."""
    queue, connection = do.settings.task_queue, await do.connection()
    async with _unkept(do) as first:
        await first.says("worker serves task queue")
        run = await do.workflows.start("asks")
        await waits_for(run, "manager")
        first.send(signal.SIGKILL)
        await first.ends()
    waiting = await _explained(do, run)
    await send(do, run, "approve", {"name": "manager", "by": "ann"})
    due = await _explained(do, run)
    check = serving(await look_at(connection, queue, _later, work=True))
    caplog.clear()
    ahead = [timedelta(seconds=30)]
    begin_vigil(connection, queue, first=0.01, now=lambda: utc_now() + ahead[0])
    result = asyncio.ensure_future(run.result())
    await becomes(lambda: bool(caplog.messages))
    ahead[0] = timedelta(0)
    async with _unkept(do):
        assert await result == "ann"
    nobody = f"no worker is asking task queue '{masked(queue)}'"
    known = "for work (the last one did <length> ago)"
    asked = "It waits for the approval 'manager', which anybody may give, since <time> UTC."
    decide = [f"dosdk {verb} {masked(run.id)} manager --by YOU" for verb in ("approve", "reject")]
    start = f"dosdk worker MODULE --task-queue {masked(queue)}"
    assert waiting == [asked, *decide]
    assert due == [
        f"N{nobody[1:]} {known}: nothing moves until one does.",
        "It has waited for a worker to go on since <time> UTC.",
        asked,
        start,
        *decide,
    ]
    assert (check.state, _plain(check.found)) == (
        "warning",
        f"{nobody} {known}; work has waited there since <clock> UTC",
    )
    assert [_plain(message) for message in caplog.messages] == [
        f"{nobody} at {do.settings.address} {known}; what is started waits for one: start it with 'dosdk worker MODULE'"
    ]


async def test_a_worker_that_stopped_is_known_to_be_gone_at_once(do: TestDo, caplog: pytest.LogCaptureFixture) -> None:
    """A worker tells the server that it stops: who starts something then is told that it waits, without the minute's doubt."""
    queue = do.settings.task_queue
    async with _unkept(do) as stopped:
        await stopped.says("worker serves task queue")
        run = await do.workflows.start("asks")
        await waits_for(run, "manager")
        stopped.send(signal.SIGTERM)
        assert await stopped.ends() == 0
    await do.close()
    caplog.clear()
    await (await do.workflows.start("asks")).terminate()
    explained = [_plain(line) for line in (await run.explain()).sentences[2:]]
    await run.terminate()
    nobody = f"no worker is asking task queue '{masked(queue)}'"
    known = "for work (the last one did <length> ago, and has stopped)"
    assert [_plain(message) for message in caplog.messages] == [
        f"{nobody} at {do.settings.address} {known}; what is started waits for one: start it with 'dosdk worker MODULE'"
    ]
    assert explained == [f"What comes then waits for a worker: {nobody} {known}."]
