"""Projects of every shape: one file, a package, a notebook; and what their handlers may not do."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from dosdk_temporal import DefinitionError, WorkflowError
from dosdk_temporal.testing import TestDo
from tests.forked import ForkedProcess
from tests.live.projects.shop.flows import define

PROJECTS = Path(__file__).parent / "projects"

NOTEBOOK = """
import asyncio, json, sys
from dosdk_temporal import Do
cells = json.loads(sys.argv[3])
space = {"__name__": "__main__", "do": Do(address=sys.argv[1], task_queue=sys.argv[2])}
for number, cell in enumerate(cells):
    exec(compile(cell, f"<cell {number}>", "exec"), space)
"""


async def _output(*command: str) -> list[str]:
    process = await ForkedProcess.start(command)
    out, err = await process.communicate()
    assert process.returncode == 0, err.decode()
    return out.decode().splitlines()


async def test_one_file_runs_as_main_and_is_executed_once(dosdk_server: str) -> None:
    """A script with models, an ORM table and an HTTP client is its own worker; its module's code runs once."""
    out = await _output(str(PROJECTS / "script.py"), dosdk_server, f"script-{uuid4()}")
    assert out == ["module runs", "[True, True, True, 7, False]"]


async def test_a_notebook_defines_and_defines_again(dosdk_server: str) -> None:
    """Cells typed in one after the other define, run, redefine and run again."""
    define_one = "@do.action.create(name='add')\nasync def add(a: int) -> int:\n    return a + {}\n"
    workflow = (
        "@do.workflow.create(name='adds')\nasync def adds(trigger):\n    return await do.action.run('add', {'a': 1})\n"
    )
    serve = "async def main():\n    async with do.worker():\n        print(await do.workflows.execute('adds'))\n"
    serve += "asyncio.run(main())\n"
    cells = ["import asyncio", define_one.format(1), workflow, serve, define_one.format(2), workflow, serve]
    assert await _output("-c", NOTEBOOK, dosdk_server, f"notebook-{uuid4()}", json.dumps(cells)) == ["2", "3"]


@pytest.mark.parametrize(
    ("way", "told"),
    [
        ("clock", "time.time in a workflow handler would give another answer when the run is replayed: use do.now()"),
        (
            "chance",
            "random.random in a workflow handler would give another answer when the run is replayed: use do.random()",
        ),
        (
            "database",
            "sqlite3.connect in a workflow handler would give another answer when the run is replayed: use an action",
        ),
        (
            "network",
            "socket.create_connection in a workflow handler would give another answer when the run is replayed",
        ),
    ],
)
async def test_what_is_not_deterministic_is_refused_with_the_call_to_use(do: TestDo, way: str, told: str) -> None:
    """Clock, chance and I/O in the handler or its package's helpers fail the run at once and say what to write."""
    define(do)
    async with do.worker():
        with pytest.raises(WorkflowError) as refused:
            await do.workflows.execute("shop", {"way": way})
    assert isinstance(refused.value.cause, DefinitionError)
    assert told in str(refused.value.cause)


async def test_plain_helpers_run(do: TestDo) -> None:
    """Helpers that only compute are called as always."""
    define(do)
    async with do.worker():
        result: Any = await do.workflows.execute("shop", {"way": "clean"})
    assert result == 42
