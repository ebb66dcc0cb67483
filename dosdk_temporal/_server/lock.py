"""Outside: one server for one data directory."""

from __future__ import annotations

import asyncio
import fcntl
import json
import os
import time
from pathlib import Path
from typing import Any, Self

from dosdk_temporal.errors import ServerUnavailableError

__all__ = ["DataLock"]

_STEP = 0.02
_ORPHAN_PATIENCE = 2.0


class DataLock:
    """An exclusive hold on a data directory, by flock on a file in it.

    The lock belongs to the open file, which the parent hands on to the server: it is free when *both* have ended,
    however they ended, so a new server never opens data that an old one is still writing. What the file says is only
    for the message to whoever comes second; left behind by a crash it means nothing. The file is never removed: a
    removed lock file can be held twice.
    """

    def __init__(self, file: int) -> None:
        self._file = file

    @classmethod
    async def take(cls, path: Path, *, address: str) -> Self:
        """Take the lock; cancelling takes nothing.

        Args:
            path: the lock file, made where it is missing.
            address: what to tell the one who comes second.

        Raises:
            ServerUnavailableError: the lock is taken; names the process and the address.
        """
        until = time.monotonic() + _ORPHAN_PATIENCE
        while (file := _try(path)) is None:
            # A server whose parent was just killed goes at once, but not before the next one may be started.
            if _lives(_read(path).get("pid")) or time.monotonic() > until:
                raise ServerUnavailableError(_refusal(path))
            await asyncio.sleep(_STEP)
        _write(file, {"pid": os.getpid(), "address": address})
        return cls(file)

    def fileno(self) -> int:
        """The file descriptor that carries the lock."""
        return self._file

    def release(self) -> None:
        """Let go; the lock is free once the server has let go too."""
        os.ftruncate(self._file, 0)
        os.close(self._file)


def _try(path: Path) -> int | None:
    file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(file)
        return None
    return file


def _write(file: int, facts: dict[str, Any]) -> None:
    os.ftruncate(file, 0)
    os.pwrite(file, json.dumps(facts).encode(), 0)


def _read(path: Path) -> dict[str, Any]:
    try:
        facts = json.loads(path.read_text())
    except (OSError, ValueError):  # it is just being written, or was emptied by a release
        return {}
    return facts if isinstance(facts, dict) else {}


def _lives(pid: object) -> bool:
    if not isinstance(pid, int):
        return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:  # it lives, and is another user's
        return True
    return True


def _refusal(path: Path) -> str:
    facts = _read(path)
    who, where = facts.get("pid", "an unknown one"), facts.get("address", "an unknown address")
    return (
        f"a development server already runs on the data in {path.parent}: process {who} serves it at {where}. "
        "Connect to that address, stop that process, or start this one in a folder outside of this project"
    )
