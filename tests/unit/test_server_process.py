"""The child process: what it is given, how it ends, and what the package costs to import."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from dosdk_temporal._server import EmbeddedServer, process
from dosdk_temporal._server.log import Log
from dosdk_temporal._server.process import Child
from dosdk_temporal.errors import ServerUnavailableError

SOON = timedelta(seconds=20)
DEAF = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True); time.sleep(60)"
LOADED = """
import sys, dosdk_temporal
before = set(sys.modules)
import dosdk_temporal._server
print(sorted(name for name in set(sys.modules) - before if name.split(".")[0] in ("temporalio", "google")))
"""

bindings = pytest.mark.parametrize("binding", ["kernel", "pipe"] if sys.platform == "linux" else ["pipe"])


@pytest.fixture
def log() -> Iterator[Log]:
    """Where a child writes."""
    output = Log(None)
    yield output
    output.close()


@bindings
async def test_a_child_ends_with_its_status(binding: str, log: Log, monkeypatch: pytest.MonkeyPatch) -> None:
    """A child's status is None while it runs, then its own; both its outputs are in the log, its input is empty."""
    monkeypatch.setattr(process, "BINDING", binding)
    told = "import sys; print(repr(sys.stdin.read())); print('wrong', file=sys.stderr); sys.exit(3)"
    child = _child(told, log)
    ended = await child.ended(SOON)
    assert (ended, child.status, sorted(log.tail().splitlines())) == (True, 3, ["''", "wrong"])
    await child.stop(SOON)


@bindings
async def test_a_child_leads_its_own_session(binding: str, log: Log, monkeypatch: pytest.MonkeyPatch) -> None:
    """A child is in a session of its own, under the process id that is told."""
    monkeypatch.setattr(process, "BINDING", binding)
    child = _child("import os; print(os.getpid(), os.getsid(0))", log)
    await child.ended(SOON)
    assert log.tail() == f"{child.pid} {child.pid}"


async def test_a_child_that_does_not_listen_is_killed(log: Log) -> None:
    """A child that ignores SIGTERM is killed once the patience is over."""
    child = _child(DEAF, log)
    while log.tail() != "deaf":
        assert not await child.ended(timedelta(milliseconds=20))
    await child.stop(timedelta(milliseconds=100))
    assert child.status == -9


async def test_a_child_knows_no_other_server(log: Log, monkeypatch: pytest.MonkeyPatch) -> None:
    """Addresses and keys of other servers are not in a child's environment; the rest is."""
    for name in ("TEMPORAL_ADDRESS", "DO_API_KEY", "KEPT"):
        monkeypatch.setenv(name, "set")
    child = _child("import os; print([os.environ.get(n) for n in ('TEMPORAL_ADDRESS', 'DO_API_KEY', 'KEPT')])", log)
    await child.ended(SOON)
    assert log.tail() == "[None, None, 'set']"


def test_a_child_that_cannot_be_started_raises(log: Log) -> None:
    """An argument that no process can be given is an error at once."""
    with pytest.raises(ValueError, match="null byte"):
        Child([sys.executable, "\0"], output=log.fileno())


def test_a_launch_after_the_parents_end_starts_nothing() -> None:
    """A launcher whose parent is not the one that asked, because that has ended, ends as well."""
    launch = Path(process.__file__).with_name("launch.py")
    done = subprocess.run(  # noqa: S603 - a program of this project
        [sys.executable, "-I", "-S", str(launch), "kernel", str(os.getppid()), sys.executable, "-c", "print(1)"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (1, "", "the process that asked for this server has ended\n")


def test_the_package_loads_no_temporalio() -> None:
    """Importing the package for the server loads nothing of temporalio, so that the command line starts quickly."""
    done = subprocess.run([sys.executable, "-c", LOADED], capture_output=True, text=True, check=True)  # noqa: S603
    assert done.stdout == "[]\n"


@pytest.mark.parametrize("name", ["address", "ui_url", "pid", "log_path"])
def test_a_server_that_is_not_started_has_no_facts(name: str) -> None:
    """Asked where it is before its start, a server says that it is not started."""
    with pytest.raises(ServerUnavailableError) as refused:
        getattr(EmbeddedServer(), name)
    assert str(refused.value) == "the development server is not started: await its start(), or use async with"


def _child(program: str, log: Log) -> Child:
    return Child([sys.executable, "-c", program], output=log.fileno())
