"""``dosdk worker``: a process that serves modules."""

from __future__ import annotations

import json
import signal
from pathlib import Path
from typing import Any

from dosdk_temporal.testing import TestDo
from tests.forked import DOSDK, ForkedProcess
from tests.live.command_line import dosdk, environment

FLOW = """
from dosdk_temporal import Do, Secret

do = Do()

def vault(name: str) -> str | None:
    return {"KEY": "sk_live_1"}.get(name)

@do.action.create(name="add")
async def add(a: int, b: int) -> int:
    return a + b + len(Secret("KEY").value())
"""


async def test_a_worker_serves_until_it_is_told_to_end(do: TestDo, tmp_path: Path) -> None:
    """A worker started by the command line serves actions, with their secrets, writes JSON lines, and ends with 0 on SIGTERM."""
    (tmp_path / "flow.py").write_text(FLOW)
    at = ("--address", do.settings.address, "--task-queue", do.settings.task_queue)
    command = [*DOSDK, "worker", "flow.py", "--secrets", "flow.py:vault", "--json", *at]
    process = await ForkedProcess.start(command, cwd=tmp_path, env=environment())
    try:
        answer = await do.action.run("add", {"a": 1, "b": 2})
        process.send_signal(signal.SIGTERM)
        out, err = await process.communicate()
    finally:
        process.kill()
    said = [json.loads(line) for line in out.decode().splitlines()]
    assert (answer, process.returncode, err) == (12, 0, b"")
    assert f"worker serves task queue {do.settings.task_queue}: 1 action (add)" in [line["event"] for line in said]


async def test_a_worker_of_nothing_says_so(do: TestDo, tmp_path: Path) -> None:
    """A worker whose modules define nothing says so in its start line, and warns with what to do."""
    (tmp_path / "empty.py").touch()
    (tmp_path / "folder").mkdir()
    at = ("--address", do.settings.address, "--task-queue", do.settings.task_queue)
    process = await ForkedProcess.start(
        [*DOSDK, "worker", "empty.py", "folder", "--json", *at], cwd=tmp_path, env=environment()
    )
    try:
        said: list[Any] = []
        while not said or not said[-1]["event"].startswith("nothing"):
            said.append(json.loads(await process.stdout.readline()))
    finally:
        process.kill()
        await process.communicate()
    assert [(line["level"], line["event"]) for line in said[-2:]] == [
        ("info", f"worker serves task queue {do.settings.task_queue}: nothing"),
        (
            "warning",
            "nothing is defined in empty.py, folder: name the modules or files that define actions and workflows",
        ),
    ]


async def test_a_module_that_is_missing_ends_the_worker(do: TestDo, tmp_path: Path) -> None:
    """A worker of a module that is not there ends with status 1, and says so in one line."""
    said = await dosdk(do, "worker", "no.py", "--json", cwd=tmp_path)
    assert (said.status, said.out, json.loads(said.err)["event"]) == (1, "", f"there is no file 'no.py' in {tmp_path}")
