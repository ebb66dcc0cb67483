"""A worker as a process: it waits for its server, drains, and leaves what it did not finish to others."""

from __future__ import annotations

import asyncio
import json
import signal
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from dosdk_temporal import Do
from dosdk_temporal._server import EmbeddedServer
from dosdk_temporal._server.ports import free_ports
from dosdk_temporal.testing import TestDo
from tests.live.server_facts import becomes
from tests.live.worker_programs.launch import ROOT, Program, worker, worker_with

DRAINS = "no more work is taken, running actions may end; once more ends at once"


class Deed:
    """One action that waits at a gate, and the record of who did what."""

    def __init__(self, do: Do, folder: Path) -> None:
        self.record, self.gate = folder / "record", folder / "gate"
        self.result = asyncio.ensure_future(
            do.action.run("pass-the-gate", {"record": str(self.record), "gate": str(self.gate)})
        )

    @property
    def done(self) -> list[str]:
        """What was done so far, each with the process that did it."""
        return self.record.read_text().splitlines() if self.record.exists() else []

    async def begun(self, times: int = 1) -> None:
        """Wait until it has begun so often."""
        await becomes(lambda: sum(line.startswith("begin") for line in self.done) == times)


async def test_a_worker_may_start_before_its_server(tmp_path: Path) -> None:
    """A worker says once that it waits, serves as soon as there is a server, and says at each moment whether it is ready."""
    (port,) = free_ports(1)
    queue = str(uuid4())
    database = f"sqlite:///{tmp_path / 'data.db'}"
    options = {"DO_HEALTH_PORT": "0", "DO_DATASTORE_URL": database}
    async with worker(f"127.0.0.1:{port}", queue, "deeds.py", **options) as process:
        health = (await process.says("health on "))["event"].removeprefix("health on ")
        await process.says("no Temporal server answers")
        assert await _get(health) == (503, "the worker is starting")
        assert await _get(health.replace("ready", "live")) == (200, None)
        async with EmbeddedServer(port=port, ui=False) as server:
            await _answers(health, 200, None)
            assert await _healthcheck(health) == 0
            do = Do(address=server.address, task_queue=queue)
            deed = Deed(do, tmp_path)
            await deed.begun()
            process.send(signal.SIGTERM)
            await process.says("SIGTERM")
            assert await _get(health) == (503, "the worker is draining")
            assert await _healthcheck(health) == 1
            deed.gate.touch()
            assert await deed.result == {"attempt": 1, "worker": process.pid}
            assert await process.ends() == 0
    said = [line["event"] for line in process.log if line["logger"].startswith("dosdk_temporal")]
    assert (process.errors, [line.partition(" at 127")[0] for line in said]) == (
        [],
        [
            f"health on {health}",
            "no Temporal server answers",
            f"the Datastore is {database}: a file serves one host; for workers on several, set DO_DATASTORE_URL to a PostgreSQL",
            f"worker serves task queue {queue}: 3 actions (block, meet, pass-the-gate)",
            f"SIGTERM: {DRAINS}",
            "worker stopped",
        ],
    )


async def test_a_server_that_goes_makes_it_not_ready() -> None:
    """A worker is not ready while its server is gone, and ready again once that is back: it needs no new start."""
    queue = str(uuid4())
    server = await EmbeddedServer(ui=False).start()
    try:
        async with worker(server.address, queue, "deeds.py", DO_HEALTH_PORT="0") as process:
            health = (await process.says("health on "))["event"].removeprefix("health on ")
            await _answers(health, 200, None)
            address = server.address
            await server.stop()
            status, reason = await _get(health)
            assert (status, str(reason).partition(": ")[0]) == (503, f"the server at {address} does not answer")
            await server.start()
            await _answers(health, 200, None)
    finally:
        await server.stop()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_a_signal_drains(do: TestDo, dosdk_server: str, tmp_path: Path, number: signal.Signals) -> None:
    """A worker that is asked to end lets its running action end, once, and ends with status 0."""
    async with worker(dosdk_server, do.settings.task_queue, "deeds.py") as process:
        deed = Deed(do, tmp_path)
        await deed.begun()
        process.send(number)
        await process.says(f"{number.name}: {DRAINS}")
        deed.gate.touch()
        assert await deed.result == {"attempt": 1, "worker": process.pid}
        assert (await process.ends(), process.errors) == (0, [])
    assert deed.done == [f"begin {process.pid}", f"end {process.pid}"]


async def test_what_does_not_end_in_time_goes_to_another(do: TestDo, dosdk_server: str, tmp_path: Path) -> None:
    """An action that outlasts the drain is handed to another worker at once, and that costs it no attempt."""
    options = {"drain": "10ms"}
    async with worker_with(options, dosdk_server, do.settings.task_queue, "deeds.py") as first:
        deed = Deed(do, tmp_path)
        await deed.begun()
        first.send(signal.SIGTERM)
        assert (await first.ends(), first.errors) == (0, [])
    async with worker(dosdk_server, do.settings.task_queue, "deeds.py") as second:
        deed.gate.touch()
        assert await deed.result == {"attempt": 1, "worker": second.pid}
    assert deed.done == [f"begin {first.pid}", f"begin {second.pid}", f"end {second.pid}"]
    passed_on = [line for line in first.log if line["logger"] == "temporalio.activity"]
    assert [(line["level"], line["event"], line["reason"]) for line in passed_on] == [
        ("info", "delivery passed on", "the worker is stopping")
    ]


async def test_a_handler_that_blocks_for_ever_holds_no_process(do: TestDo, dosdk_server: str, tmp_path: Path) -> None:
    """A worker ends after its drain also where a handler's thread never ends, with no crash of the interpreter."""
    record = tmp_path / "record"
    async with worker_with({"drain": "10ms"}, dosdk_server, do.settings.task_queue, "deeds.py") as process:
        waiting = asyncio.ensure_future(do.action.run("block", {"record": str(record)}))
        await becomes(record.exists)
        process.send(signal.SIGTERM)
        assert (await process.ends(), process.errors) == (0, [])
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting


async def _kill(process: Program) -> int:
    process.send(signal.SIGKILL)
    return await process.ends()


async def _interrupt_twice(process: Program) -> int:
    process.send(signal.SIGTERM)
    await process.says("SIGTERM: ")
    process.send(signal.SIGTERM)
    await process.says("SIGTERM again: ")
    return await process.ends()


@pytest.mark.parametrize(("end", "status"), [(_kill, -signal.SIGKILL), (_interrupt_twice, 128 + signal.SIGTERM)])
async def test_a_worker_that_dies_is_noticed(
    do: TestDo, dosdk_server: str, tmp_path: Path, end: Callable[[Program], Any], status: int
) -> None:
    """What a killed worker ran begins again on another, as the next attempt, once its heartbeat time-out has passed."""

    # That time-out is the server's, so it is as whoever schedules the action knows it, and not as the worker does.
    @do.action.create(name="pass-the-gate", heartbeat="1s")
    async def known(record: str, gate: str) -> Any: ...

    async with worker(dosdk_server, do.settings.task_queue, "deeds.py") as first:
        deed = Deed(do, tmp_path)
        await deed.begun()
        assert await end(first) == status
    async with worker(dosdk_server, do.settings.task_queue, "deeds.py") as second:
        deed.gate.touch()
        assert await deed.result == {"attempt": 2, "worker": second.pid}
    assert deed.done == [f"begin {first.pid}", f"begin {second.pid}", f"end {second.pid}"]


async def test_two_workers_share_a_queue(do: TestDo, dosdk_server: str, tmp_path: Path) -> None:
    """Two workers of one queue do its work at the same time: each has one of two actions that wait for each other."""
    queue, options = do.settings.task_queue, {"max_actions": 1}
    call = {"record": str(tmp_path / "record"), "others": 2}
    async with (
        worker_with(options, dosdk_server, queue, "deeds.py") as first,
        worker_with(options, dosdk_server, queue, "deeds.py") as second,
    ):
        met = await asyncio.gather(do.action.run("meet", call), do.action.run("meet", call))
    assert sorted(met) == sorted([first.pid, second.pid])


async def test_without_modules_it_serves_the_projects_own(do: TestDo, dosdk_server: str, tmp_path: Path) -> None:
    """``python -m worker`` serves the actions and workflows of this repository."""
    async with worker(dosdk_server, do.settings.task_queue, DO_HOME=str(tmp_path)) as process:
        await process.says("worker serves task queue")
        result = await do.workflows.execute("new-user-onboarding", {"email": "ada@example.com", "name": "Ada"})
        process.send(signal.SIGTERM)
        assert (await process.ends(), process.errors) == (0, [])
    assert result == {"status": "completed"}


MISTAKES = {
    "no module": (
        ["nosuch.module"],
        {},
        "there is no module 'nosuch.module': give a name that 'python -c \"import nosuch.module\"' can import here, or a file.py",
    ),
    "no file": (["nosuch.py"], {}, f"there is no file 'nosuch.py' in {ROOT}"),
    "a module that fails": (
        ["{folder}/fails.py"],
        {},
        "importing '{folder}/fails.py' failed: ZeroDivisionError: division by zero ({folder}/fails.py:1)",
    ),
    "a module that ends": (
        ["{folder}/ends.py"],
        {},
        "a module ended the program while it was imported (3): use if __name__ == '__main__'",
    ),
    "a format that there is not": ([], {"DO_LOG_FORMAT": "xml"}, "DO_LOG_FORMAT='xml' is not one of json, console"),
    "a level that there is not": (
        [],
        {"DO_LOG_LEVEL": "loud"},
        "DO_LOG_LEVEL='LOUD' is not one of DEBUG, INFO, WARNING, ERROR, CRITICAL",
    ),
    "a port that there is not": (
        [],
        {"DO_HEALTH_PORT": "99999"},
        "error: DO_HEALTH_PORT='99999' is no port: give a number to 65535, 0 for any free one",
    ),
}


@pytest.mark.parametrize("mistake", MISTAKES)
async def test_a_mistake_is_one_line(mistake: str, tmp_path: Path) -> None:
    """What cannot be served ends the process with status 1 and one line that says what to do."""
    (tmp_path / "fails.py").write_text("1 / 0\n")
    (tmp_path / "ends.py").write_text("raise SystemExit(3)\n")
    arguments, environment, wanted = MISTAKES[mistake]
    modules = [argument.format(folder=tmp_path) for argument in arguments]
    async with Program("-m", "worker", *modules, **environment) as process:
        status = await process.ends()
    told = [json.loads(line)["event"] if line.startswith("{") else line for line in process.errors]
    assert (status, told, process.log, process.printed) == (1, [wanted.format(folder=tmp_path)], [], [])


async def test_a_health_port_that_is_taken_is_one_line(dosdk_server: str) -> None:
    """A health port that something else has ends the process with status 1 and names where another one is given."""
    server = await asyncio.start_server(lambda _, writer: writer.close(), "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        async with worker(dosdk_server, str(uuid4()), "deeds.py", DO_HEALTH_PORT=str(port)) as process:
            status = await process.ends()
    told = [json.loads(line)["event"] for line in process.errors]
    refusal = f"the health endpoint cannot listen on 127.0.0.1:{port} (Address already in use): give another port with "
    assert (status, told) == (1, [f"{refusal}--health-port or DO_HEALTH_PORT, 0 for any"])


async def _get(url: str) -> tuple[int, str | None]:
    """What a health page says: its status, and the reason where it gives one."""
    return await asyncio.to_thread(_ask, url)


def _ask(url: str) -> tuple[int, str | None]:
    try:
        with urllib.request.urlopen(url) as answer:  # noqa: S310 - an address of this host
            return answer.status, json.load(answer).get("reason")
    except urllib.error.HTTPError as error:
        with error:
            return error.code, json.load(error).get("reason")


async def _answers(url: str, *wanted: Any) -> None:
    """Wait until a health page says this."""
    async with asyncio.timeout(30):
        while await _get(url) != wanted:  # noqa: ASYNC110 - another process makes it so
            await asyncio.sleep(0.02)


async def _healthcheck(health: str) -> int:
    """The status of the image's own check."""
    port = health.split(":")[2].partition("/")[0]
    async with Program("deploy/healthcheck.py", DO_HEALTH_PORT=port) as check:
        return await check.ends()
