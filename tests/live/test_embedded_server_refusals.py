"""The development server: what a start that fails says, and that it leaves nothing."""

from __future__ import annotations

import os
import re
import socket
from datetime import timedelta
from pathlib import Path

import pytest

from dosdk_temporal._server import EmbeddedServer, find_binary, server_version
from dosdk_temporal.errors import ServerUnavailableError
from tests.live.server_facts import PROC, becomes, gone, linux_only


@linux_only
async def test_a_port_with_a_temporal_server_is_offered() -> None:
    """Who asks for a port that a Temporal server has is told to connect there, or which port is free."""
    async with EmbeddedServer(ui=False) as server:
        port = int(server.address.rpartition(":")[2])
        assert await _refusal(EmbeddedServer(port=port)) == (
            f"port {port} is taken by process {server.pid} (temporal), a Temporal server "
            f"{server_version(find_binary())}: connect to it at 127.0.0.1:{port}, "
            "or go on with port=<free>, which is free"
        )


@linux_only
async def test_a_port_with_another_program_is_named() -> None:
    """Who asks for a UI port that another program has is told which process that is, and which port is free."""
    name = (PROC / "self/comm").read_text().strip()
    with socket.create_server(("127.0.0.1", 0)) as held:
        port = held.getsockname()[1]
        assert await _refusal(EmbeddedServer(ui_port=port)) == (
            f"port {port} is taken by process {os.getpid()} ({name}): stop that process, "
            f"or go on with ui_port=<free>, which is free"
        )


@pytest.mark.parametrize(
    ("port", "message"),
    [
        (70_000, "70000 is not a port: give one from 1 to 65535"),
        (-1, "-1 is not a port: give one from 1 to 65535"),
    ],
)
async def test_a_port_that_is_none_is_refused(port: int, message: str) -> None:
    """A number that is no port is refused before anything is started."""
    with pytest.raises(ServerUnavailableError) as refused:
        await EmbeddedServer(port=port).start()
    assert str(refused.value) == message


async def test_a_server_that_dies_shows_its_last_words() -> None:
    """A server that ends during its start is an error with the exit status and what it said last."""
    with pytest.raises(ServerUnavailableError) as failed:
        await EmbeddedServer(extra_flags=["--nonsense"]).start()
    assert str(failed.value) == (
        "the development server ended while it started (exit status 1). Its last words:\n"
        "Error: unknown flag: --nonsense"
    )


async def test_a_server_that_is_late_is_killed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A program that never answers is killed at the deadline, and the error has what it said."""
    program = tmp_path / "temporal"
    program.write_text("#!/bin/sh\necho $$\nexec sleep 60\n")
    program.chmod(0o700)
    monkeypatch.setenv("TEMPORAL_CLI", str(program))
    with pytest.raises(ServerUnavailableError) as failed:
        await EmbeddedServer(start_timeout=timedelta(seconds=1)).start()
    first, pid = str(failed.value).split("\n")
    assert first == "the development server did not answer within 1 s. Its last words:"
    await becomes(lambda: gone(int(pid)))


async def _refusal(server: EmbeddedServer) -> str:
    with pytest.raises(ServerUnavailableError) as refused:
        await server.start()
    return re.sub(r"(port=)\d+", r"\1<free>", str(refused.value))
