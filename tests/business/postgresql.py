"""A PostgreSQL server of the tests' own, where its programs are installed."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

__all__ = ["postgresql_server"]

_ACCOUNT: Final = "postgres"
"""Whose the server is where the tests run as root: PostgreSQL refuses to be root's."""


@contextmanager
def postgresql_server() -> Iterator[str | None]:
    """The address of an empty database: of ``DO_TEST_POSTGRESQL_URL``, else of a server started here; else None."""
    if given := os.environ.get("DO_TEST_POSTGRESQL_URL"):
        yield given
    elif not _can_run():
        yield None
    else:
        with tempfile.TemporaryDirectory(prefix="dosdk-pg-") as folder, _server(Path(folder)) as url:
            yield url


def _can_run() -> bool:
    installed = shutil.which("initdb") and shutil.which("pg_ctl")
    return bool(installed) and (os.geteuid() != 0 or any(account.pw_name == _ACCOUNT for account in pwd.getpwall()))


@contextmanager
def _server(folder: Path) -> Iterator[str]:
    port, data = _free_port(), folder / "data"
    options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={folder} -c fsync=off"
    if os.geteuid() == 0:
        shutil.chown(folder, _ACCOUNT)
    _run(folder, "initdb", "-D", data, "-A", "trust", "-U", "tests", "--no-sync")
    _run(folder, "pg_ctl", "-D", data, "-w", "-l", folder / "log", "-o", options, "start")
    try:
        yield f"postgresql://tests@127.0.0.1:{port}/postgres"
    finally:
        _run(folder, "pg_ctl", "-D", data, "-w", "-m", "immediate", "stop")


def _run(folder: Path, *command: str | Path) -> None:
    owner = _ACCOUNT if os.geteuid() == 0 else None
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd=folder, user=owner)  # noqa: S603 - our own words


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
