"""``dosdk dev``: server and worker in one command, new code on each change, and nothing left behind."""

from __future__ import annotations

import json
import os
import signal
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from dosdk_temporal import Do, Registry
from dosdk_temporal._cli.dev import worker
from dosdk_temporal._server import EmbeddedServer, find_binary, server_version
from dosdk_temporal.testing import TestDo
from tests.forked import DOSDK, ForkedProcess
from tests.live.command_line import alone, environment
from tests.live.server_facts import PROC, becomes, gone, linux_only

FLOW = """
from dosdk_temporal import Do

do = Do()

@do.action.create(name="version")
async def version() -> int:
    return 1

@do.action.create(name="where")
async def where() -> dict:
    import os, subprocess
    started = subprocess.Popen(["sleep", "600"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return {"worker": os.getpid(), "sleeper": started.pid}
"""


async def test_dev_serves_and_takes_up_edits(tmp_path: Path) -> None:
    """An edit is served by a new worker; one that cannot be imported is shown, and the next edit is taken up again."""
    flow = tmp_path / "flow.py"
    flow.write_text(FLOW)
    async with _dev(tmp_path, "flow.py") as dev:
        assert await dev.runs("version") == 1
        flow.write_text(FLOW.replace("return 1", "return 2"))
        assert await dev.until("changed") == {"event": "changed", "files": ["flow.py"]}
        assert await dev.runs("version") == 2
        await dev.until("worker_started")
        flow.write_text("import no_such_module\n")
        assert await dev.until("worker_ended") == {"event": "worker_ended", "status": 1}
        flow.write_text(FLOW.replace("return 1", "return 3"))
        await dev.until("worker_started")
        assert await dev.runs("version") == 3
        status, log = await dev.ends_by(signal.SIGINT)
    assert (status, dev.heard[-1]) == (0, {"event": "stopping"})
    assert [json.loads(line)["event"] for line in log if "critical" in line] == [
        f"importing 'flow.py' failed: ModuleNotFoundError: No module named 'no_such_module' ({flow}:1)"
    ]


@linux_only
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGKILL])
async def test_dev_leaves_no_process(number: signal.Signals, tmp_path: Path) -> None:
    """However dev ends, its server and its worker end too; where it can still act, so does what an action started."""
    (tmp_path / "flow.py").write_text(FLOW)
    async with _dev(tmp_path, "flow.py") as dev:
        pids = await dev.runs("where")
        status, _ = await dev.ends_by(number)
    assert status == (-9 if number == signal.SIGKILL else 0)
    await becomes(lambda: gone(dev.server["pid"]) and gone(pids["worker"]))
    if number == signal.SIGKILL:
        os.kill(pids["sleeper"], signal.SIGKILL)
    await becomes(lambda: gone(pids["sleeper"]))


async def test_dev_without_modules_is_a_server(tmp_path: Path) -> None:
    """Without a module there is a server and no worker; its data are in the project's own folder."""
    (tmp_path / "pyproject.toml").touch()
    below = tmp_path / "src"
    below.mkdir()
    async with _dev(below) as dev:
        found = await alone("list", "--json", "--address", dev.server["address"])
        status, _ = await dev.ends_by(signal.SIGTERM)
    assert (found.status, found.out, status) == (0, "[]\n", 0)
    assert [fact["event"] for fact in dev.heard] == ["server", "stopping"]
    assert ({key: dev.server[key] for key in ("event", "data")}) == {
        "event": "server",
        "data": str(tmp_path / ".dosdk"),
    }
    assert (tmp_path / f".dosdk/temporal-{server_version(find_binary())}.db").is_file()


async def test_dev_tells_people_where_it_is(tmp_path: Path) -> None:
    """For people dev says where the server and the Web UI are, what other terminals need to find it, and who serves what."""
    (tmp_path / "flow.py").write_text(FLOW)
    async with _dev(tmp_path, "flow.py", as_json=False) as dev:
        lines = [await dev.line() for _ in range(4)]
        await dev.ends_by(signal.SIGTERM)
    server, _, other, _ = lines
    assert [line.split()[:2] for line in lines] == [
        ["Temporal", "server"], ["Web", "UI"], ["Other", "terminals"], ["Worker", "flow.py"]
    ]  # fmt: skip
    assert server.endswith("(runs are kept in .dosdk)\n")
    assert other == f"Other terminals  export TEMPORAL_ADDRESS={server.split()[2]}\n"


@linux_only
async def test_a_taken_port_says_how_to_go_on(tmp_path: Path) -> None:
    """A port that a Temporal server has can be used by a worker; with another program's there is a free one to take."""
    async with EmbeddedServer(ui=False) as server:
        port = int(server.address.rpartition(":")[2])
        temporal = await alone("dev", "--port", str(port), cwd=tmp_path)
    with socket.create_server(("127.0.0.1", 0)) as held:
        mine = held.getsockname()[1]
        ui = await alone("dev", "--port", "0", "--ui-port", str(mine), cwd=tmp_path)
        other = await alone("dev", "--port", str(mine), "--json", cwd=tmp_path)
    name = (PROC / "self/comm").read_text().strip()
    who = f"process {os.getpid()} ({name})"
    assert [(said.status, said.out, _without_offer(said.err)) for said in (temporal, ui, other)] == [
        (
            1,
            "",
            (
                f"dosdk: error: port {port} is taken by process {server_pid(temporal.err)} (temporal), a Temporal server "
                f"{server_version(find_binary())}: use it with 'dosdk worker MODULE --address 127.0.0.1:{port}', "
                "or go on with --port <free>, which is free\n"
            ),
        ),
        (
            1,
            "",
            (
                f"dosdk: error: port {mine}, for the Web UI, is taken by {who}: stop that process, "
                "or go on with --ui-port <free>, which is free\n"
            ),
        ),
        (
            1,
            "",
            (
                f"dosdk: error: port {mine} is taken by {who}: stop that process, "
                "or go on with --port <free>, which is free\n"
            ),
        ),
    ]


async def test_a_second_dev_on_the_same_data_is_refused(tmp_path: Path) -> None:
    """A second dev in one project is told where the first one answers."""
    async with _dev(tmp_path) as first:
        second = await alone("dev", "--port", "0", "--ui-port", "0", cwd=tmp_path)
        await first.ends_by(signal.SIGTERM)
    assert (second.status, second.out, second.err) == (
        1,
        "",
        (
            f"dosdk: error: a development server already runs on the data in {tmp_path}/.dosdk: process {first.pid} serves it "
            f"at {first.server['address']}. Connect to that address, "
            "stop that process, or start this one in a folder outside of this project\n"
        ),
    )


@linux_only
async def test_a_server_that_is_killed_ends_dev(tmp_path: Path) -> None:
    """A server that ends by itself ends dev with status 1, and one line that names its log."""
    async with _dev(tmp_path) as dev:
        os.kill(dev.server["pid"], signal.SIGKILL)
        status, log = await dev.ended()
    told = f"dosdk: error: the development server ended by itself: its log is {tmp_path}/.dosdk/temporal-server.log"
    assert (status, log) == (1, [told])


@linux_only
@pytest.mark.parametrize("binding", ["kernel", "pipe"])
async def test_a_worker_ends_with_what_it_started(
    binding: str, do: TestDo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On each system's way of binding a worker to dev, a stopped worker is gone, and what its actions started too."""
    monkeypatch.setattr(worker, "BINDING", binding)
    flow = tmp_path / "flow.py"
    flow.write_text(FLOW)
    process = worker.WorkerProcess(
        [str(flow)], address=do.settings.address, task_queue=do.settings.task_queue, output=2
    )
    pids = await do.action.run("where")
    await process.stop()
    await becomes(lambda: gone(pids["worker"]) and gone(pids["sleeper"]))
    assert (pids["worker"], await process.ended()) == (process.pid, 0)


class Dev:
    """A running ``dosdk dev``."""

    def __init__(self, process: ForkedProcess) -> None:
        self._process = process
        self.pid = process.pid
        self.heard: list[dict[str, Any]] = []
        self.server: dict[str, Any] = {}

    async def line(self) -> str:
        """The next line of its standard output."""
        assert self._process.stdout is not None
        return (await self._process.stdout.readline()).decode()

    async def until(self, event: str) -> dict[str, Any]:
        """Read its JSON lines until the event, and give that."""
        while True:
            line = await self.line()
            assert line, await self.ended()
            self.heard.append(json.loads(line))
            if self.heard[-1]["event"] == event:
                return self.heard[-1]

    async def runs(self, action: str) -> Any:
        """Run an action on its server."""
        async with Do(address=self.server["address"], task_queue="dosdk", registry=Registry()) as do:
            return await do.action.run(action)

    async def ends_by(self, number: signal.Signals) -> tuple[int, list[str]]:
        """Send a signal, and wait for the end."""
        self._process.send_signal(number)
        return await self.ended()

    async def ended(self) -> tuple[int, list[str]]:
        """Wait for the end, and give the status and the lines of standard error."""
        out, err = await self._process.communicate()
        self.heard += [json.loads(line) for line in out.decode().splitlines() if line.startswith("{")]
        assert self._process.returncode is not None
        return self._process.returncode, err.decode().splitlines()

    def kill(self) -> None:
        """Kill it where it still runs."""
        if self._process.returncode is None:
            self._process.kill()


@asynccontextmanager
async def _dev(here: Path, *modules: str, as_json: bool = True) -> AsyncIterator[Dev]:
    """Start dev on ports of the system's choosing; it ends with the block."""
    options = ["--port", "0", "--ui-port", "0", *(["--json"] if as_json else [])]
    process = await ForkedProcess.start([*DOSDK, "dev", *modules, *options], cwd=here, env=environment())
    dev = Dev(process)
    try:
        if as_json:
            dev.server = await dev.until("server")
        yield dev
    finally:
        dev.kill()
        await process.wait()


def server_pid(message: str) -> str:
    """The process that a message about a port names."""
    return message.partition("process ")[2].partition(" ")[0]


def _without_offer(message: str) -> str:
    head, option, tail = message.rpartition("port ")
    return f"{head}{option}<free>{tail.lstrip('0123456789')}"
