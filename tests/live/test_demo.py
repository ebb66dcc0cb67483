"""The demo, as `make demo` runs it."""

from __future__ import annotations

import os
import pty
import re
import shlex
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A folder that holds the demo's data and nothing else."""
    (tmp_path / ".dosdk").mkdir()
    return tmp_path


def _environment(**more: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("TEMPORAL_", "DO_", "OTEL_"))}
    return {**kept, **more}


def _demo(place: Path, **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "demo"],
        cwd=place,
        env=_environment(**more),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )


def _steps(said: str) -> list[str]:
    return re.findall(r"^  ([a-z-]+) completed", said, re.M)


def _listens(said: str) -> bool:
    """Whether the demo's server, by the address it told, answers."""
    (port,) = re.findall(r"^  server +127\.0\.0\.1:(\d+)", said, re.M)
    with socket.socket() as client:
        return client.connect_ex(("127.0.0.1", int(port))) == 0


def test_the_onboarding_runs_to_its_end_and_nothing_is_left(place: Path) -> None:
    """The demo shows an action's id, each step, what was delivered and the run's page; then its server is gone."""
    ended = _demo(place, DO_SMTP_URL="smtp://127.0.0.1:1", TEMPORAL_NAMESPACE="elsewhere")
    assert (ended.stderr, ended.returncode) == ("", 0), ended.stdout
    assert re.search(r"^  id +act/[0-9a-f-]{36}$", ended.stdout, re.M)
    assert _steps(ended.stdout) == ["enrich-user-profile", "send-welcome-email", "create-crm-task"]
    assert re.findall(r"^  (\w+) +to (.+?): (.+)$", ended.stdout, re.M) == [
        ("mail", "ada.lovelace@acme.example", "Welcome to .do!"),
        ("crm", "the CRM", "Follow up with new user in 7 days."),
    ]
    assert re.search(
        r"http://127\.0\.0\.1:\d+/namespaces/default/workflows/new-user-onboarding%2F[0-9a-f-]+/", ended.stdout
    )
    assert re.findall(
        r"^  (waits for .+?), until|^  (nobody .+)$|^  output +(.+)$", ended.stdout.split("\n4. ")[1], re.M
    ) == [
        ("waits for approval 'lead': 400 for a chair", "", ""),
        ("", "nobody is at the terminal, so the demo approves it", ""),
        ("", "", "{'status': 'approved', 'by': 'lea@acme.example', 'costCentre': None}"),
    ]
    assert "Nobody is at the terminal" in ended.stdout
    assert not _listens(ended.stdout)


def test_a_second_demo_keeps_to_itself(place: Path) -> None:
    """The demo runs again on the same data, and tells of its own deliveries alone."""
    first, second = _demo(place), _demo(place)
    assert (first.returncode, second.returncode) == (0, 0), second.stdout
    assert len(re.findall(r"^  mail +to", second.stdout, re.M)) == 1
    assert len((place / ".dosdk/outbox.jsonl").read_text().splitlines()) == 6


def test_without_a_server_the_demo_fails_in_words(place: Path) -> None:
    """Where no server can be started the demo says so and what to do, without a traceback, and its status is 1."""
    ended = _demo(place, TEMPORAL_CLI=str(place / "nothing"))
    assert (ended.returncode, ended.stderr) == (1, "")
    assert "The demo failed: TEMPORAL_CLI names" in ended.stdout


def test_a_failed_step_fails_the_demo(place: Path) -> None:
    """Where a step of the run fails the demo says which, and its status is 1."""
    (place / ".dosdk/outbox.jsonl").mkdir()  # nothing can be delivered
    ended = _demo(place)
    assert (_steps(ended.stdout), ended.returncode) == (["enrich-user-profile"], 1)
    assert "not every step completed: send-welcome-email, create-support-alert" in ended.stdout


def test_somebody_else_decides_at_another_terminal(place: Path) -> None:
    """While the demo waits for Enter, the command that it shows decides, and the demo goes on with that."""
    terminal, theirs = pty.openpty()
    command = [sys.executable, "-m", "demo"]
    demo = subprocess.Popen(command, cwd=place, env=_environment(), stdin=theirs, stdout=theirs, stderr=theirs)  # noqa: S603
    os.close(theirs)
    said = _read_until(terminal, "or press Enter to approve it")
    (shown,) = re.findall(r"decide it: dosdk approve (.+)", said.replace("\r\n", "\n"))
    reject = [sys.executable, "-m", "dosdk_temporal", "reject", *shlex.split(shown)]
    decided = subprocess.run(reject, env=_environment(), capture_output=True, text=True, check=False)  # noqa: S603
    assert decided.returncode == 0, decided.stderr
    said = _read_until(terminal, "until you press Enter.")
    assert "'status': 'rejected', 'by': 'lea@acme.example'" in said
    os.write(terminal, b"\n")
    _read_until(terminal, "The server stops now")
    assert demo.wait() == 0
    os.close(terminal)


@pytest.mark.parametrize("by", ["Enter", "Ctrl-C"])
def test_at_a_terminal_it_stays_until_enter(place: Path, by: str) -> None:
    """Where somebody is at the terminal the server stays until Enter or Ctrl-C, and either ends it well."""
    terminal, theirs = pty.openpty()
    command = [sys.executable, "-m", "demo"]
    demo = subprocess.Popen(command, cwd=place, env=_environment(), stdin=theirs, stdout=theirs, stderr=theirs)  # noqa: S603
    os.close(theirs)
    said = _read_until(terminal, "or press Enter to approve it")
    os.write(terminal, b"\n")
    _read_until(terminal, "until you press Enter.")
    assert (demo.poll(), _listens(said)) == (None, True)
    if by == "Enter":
        os.write(terminal, b"\n")
    else:
        demo.send_signal(signal.SIGINT)
    _read_until(terminal, "The server stops now")
    assert (demo.wait(), _listens(said)) == (0, False)
    os.close(terminal)


def _read_until(terminal: int, text: str) -> str:
    said = ""
    while text not in said:
        said += os.read(terminal, 4096).decode()
    return said
