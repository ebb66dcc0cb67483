"""Outside: where one run of the server keeps its things."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from dosdk_temporal._server.binary import server_version
from dosdk_temporal._server.database import Database
from dosdk_temporal._server.lock import DataLock
from dosdk_temporal._server.log import Log
from dosdk_temporal.errors import ServerUnavailableError

__all__ = ["Place"]

_LOG = "temporal-server.log"
_LOCK = "temporal-server.lock"


@dataclass(frozen=True)
class Place:
    """The log of one run and, with a data directory, its lock and its database; without one these are None."""

    log: Log
    lock: DataLock | None = None
    database: Database | None = None

    @classmethod
    async def open(cls, directory: Path | None, *, binary: Path, address: str) -> Self:
        """Open the place, making the directory where it is missing; cancelling leaves nothing open.

        Args:
            directory: the data directory; None keeps everything in memory.
            binary: the ``temporal`` program, asked for its version.
            address: what a second server on the same directory is told.

        Raises:
            ServerUnavailableError: the directory is in use by another server, or cannot be used.
        """
        if directory is None:
            return cls(Log(None))
        _make(directory)
        lock = await DataLock.take(directory / _LOCK, address=address)
        try:
            database = Database(directory, await asyncio.to_thread(server_version, binary))
            database.prepare()
            return cls(Log(directory / _LOG), lock, database)
        except BaseException:
            lock.release()
            raise

    @property
    def path(self) -> Path | None:
        """The database's file; None for in memory."""
        return self.database.path if self.database else None

    @property
    def held(self) -> tuple[int, ...]:
        """The file descriptors that the server holds too."""
        return (self.lock.fileno(),) if self.lock else ()

    def finish(self) -> None:
        """Note that a server was ready here."""
        if self.database is not None:
            self.database.finish()

    def close(self) -> None:
        """Let go of everything."""
        self.log.close()
        if self.lock is not None:
            self.lock.release()


def _make(directory: Path) -> None:
    try:
        # The runs in it carry whatever they were started with: not for the machine's other users.
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise ServerUnavailableError(
            f"the data directory {directory} cannot be made ({error.strerror}): give another, or None for in memory"
        ) from None
