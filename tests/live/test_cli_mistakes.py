"""The command line: what mistakes get: one line that says what to do, and the right status."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from dosdk_temporal import Trigger
from dosdk_temporal._server.ports import free_ports
from dosdk_temporal.testing import TestDo
from tests.live.command_line import alone, dosdk

FLOW = """
from dosdk_temporal import Do

do = Do()

@do.action.create(name="add")
async def add(a: int, b: int) -> int:
    return a + b
"""
KEY = "sk-never-shown"


@pytest.mark.parametrize(
    ("arguments", "status", "line"),
    [
        (["nonsense"], 2, "No such command 'nonsense': 'dosdk --help' shows what fits"),
        (["run"], 2, "Missing argument 'NAME': 'dosdk run --help' shows what fits"),
        (["status"], 2, "Missing argument 'ID': 'dosdk status --help' shows what fits"),
        (["worker"], 2, "Missing argument 'MODULE...': 'dosdk worker --help' shows what fits"),
        (["run", "x", "--api-key"], 2, "Option '--api-key' requires an argument: 'dosdk run --help' shows what fits"),
        (["run", "x", "--api-key", KEY, "--zz"], 2, "No such option: --zz: 'dosdk run --help' shows what fits"),
        (
            ["list", "--limit", "0"],
            2,
            (
                "Invalid value for '--limit' / '-n': Input should be greater than or equal to 1: "
                "'dosdk list --help' shows what fits"
            ),
        ),
        (
            ["list", "--state", "sleeping"],
            2,
            (
                "Invalid value for '--state' / '-s': 'sleeping' is not one of 'running', 'waiting', 'held', 'paused', "
                "'completed', 'failed', 'cancelled', 'timed_out', 'terminated': 'dosdk list --help' shows what fits"
            ),
        ),
        (
            ["run", "x", "--input", "@no.json"],
            2,
            ("Invalid value for --input: the file 'no.json' cannot be read: No such file or directory: "
            "'dosdk run --help' shows what fits"),
        ),
        (["run", "x", "--module", "no.py"], 1, "there is no file 'no.py' in {here}"),
        (["run", "x", "--id", "a", "--key", "b"], 1, "--id and --key both name the run: give one of them"),
        (
            ["action", "charge-card"],
            2,
            ("No such command 'charge-card'. 'dosdk action run charge-card' runs the action of that name: "
            "'dosdk action --help' shows what fits"),
        ),
        (["plan", "welcome"], 1, "there is no file 'welcome' in {here}"),
        (["simulate", "--tests", "welcome.yaml"], 1, "there is no file 'welcome.yaml' in {here}"),
        (["plan", "."], 1, "'.' is a folder: name one definition in it, a .yaml, .yml or .json file"),
        (["status", "x", "--address", "a:b:c"], 1, "address='a:b:c' is not 'host:port', as in 'localhost:7233'"),
        (
            ["catalog", "no.where"],
            1,
            "there is no module 'no.where': give a name that 'python -c \"import no.where\"' can import here, or a file.py",
        ),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)  # fmt: skip
async def test_a_mistake_is_one_line(arguments: list[str], status: int, line: str, tmp_path: Path) -> None:
    """A mistake that needs no server is one line; the status is 2 for wrong usage, else 1."""
    said = await alone(*arguments, cwd=tmp_path)
    assert (said.status, said.out) == (status, "")
    assert said.err == f"dosdk: error: {line.format(here=tmp_path)}\n"


@pytest.mark.parametrize(
    "arguments",
    [
        ["run", "x"],
        ["action", "run", "x"],
        ["status", "x"],
        ["list"],
        ["cancel", "x"],
        ["terminate", "x"],
        ["setup"],
    ],
    ids=" ".join,
)
async def test_no_server_is_one_line(arguments: list[str]) -> None:
    """Where no server answers each command says so, with the address and what to start, and never shows the key."""
    (port,) = free_ports(1)
    said = await alone(*arguments, "--address", f"127.0.0.1:{port}", "--api-key", KEY, "--json")
    told = f"dosdk: error: no Temporal server answers at 127.0.0.1:{port}: start one with 'dosdk dev', or set TEMPORAL_ADDRESS"
    assert (said.status, said.out, said.err.startswith(told), said.err.count("\n")) == (1, "", True, 1)
    assert KEY not in said.err


@pytest.mark.parametrize(
    "arguments",
    [["status", "gone"], ["cancel", "gone"], ["terminate", "gone"], ["status", "gone", "--json"]],
    ids=" ".join,
)
async def test_an_unknown_run_is_one_line(arguments: list[str], do: TestDo) -> None:
    """An id that no run has is status 1 and one line with the id."""
    said = await dosdk(do, *arguments)
    assert (said.status, said.out, said.err.count("\n"), "gone" in said.err) == (1, "", 1, True)


async def test_an_unknown_name_is_one_line(do: TestDo) -> None:
    """A name that no worker has is status 1, after the grace, and one line with the name and the queue."""
    async with do.worker(unknown_grace="0.5s"):
        action = await dosdk(do, "action", "run", "nope", "--json")
        workflow = await dosdk(do, "run", "nope", "--json")
    queue = do.settings.task_queue
    assert (action.status, action.out, action.err) == (
        1,
        "",
        (
            f"dosdk: error: no worker of task queue '{queue}' has an action named 'nope': "
            "define it in a module that the worker loads\n"
        ),
    )
    assert (workflow.status, json.loads(workflow.out)["state"], workflow.err) == (
        1,
        "failed",
        (
            f"dosdk: error: no worker of task queue '{queue}' has a workflow named 'nope': "
            "define it in a module that the worker loads\n"
        ),
    )


async def test_input_that_does_not_fit_is_refused_before_it_is_sent(do: TestDo, tmp_path: Path) -> None:
    """With --module the input is checked where the command runs: nothing is started, though no worker is there."""
    (tmp_path / "flow.py").write_text(FLOW)
    said = await dosdk(do, "action", "run", "add", "--module", "flow.py", "--input", '{"a": "x", "c": 1}', cwd=tmp_path)
    assert (said.status, said.out, said.err) == (
        1,
        "",
        (
            "dosdk: error: the input of action 'add' does not fit: "
            "a: input should be a valid integer, unable to parse string as an integer, not 'x'; b: is required; "
            "c: is not a field of it\n"
        ),
    )


async def test_a_used_id_is_a_conflict(do: TestDo) -> None:
    """An id whose run has completed is status 1 and one line."""

    @do.workflow.create(name="once")
    async def once(trigger: Trigger) -> int:
        return 1

    own = f"{do.settings.task_queue}/once"
    async with do.worker():
        await do.workflows.execute("once", id=own)
        said = await dosdk(do, "run", "once", "--id", own)
    assert (said.status, said.err) == (1, f"dosdk: error: a run with the id {own!r} has completed: choose another id\n")


async def test_no_worker_is_said_once(do: TestDo) -> None:
    """Starting what no worker takes is no error: standard error says that it waits, and how to start a worker."""
    said = await dosdk(do, "run", "later", "--detach")
    assert (said.status, said.err) == (
        0,
        (
            f"dosdk: warning: no worker has asked task queue '{do.settings.task_queue}' at {do.settings.address} for work in "
            "the last minute; what is started waits for one: start it with 'dosdk worker MODULE'\n"
        ),
    )
    await do.workflows.get(said.out.strip()).terminate()
