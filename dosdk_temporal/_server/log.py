"""Outside: where the server's output goes, and its last lines."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import IO

__all__ = ["Log"]

_ENOUGH = 8 * 1024 * 1024
_TAIL = 16 * 1024
_COMPLAINT = "Error:"


class Log:
    """The output of one run of the server.

    Args:
        path: the file, which is appended to, so that what came before a crash can still be read; one that has grown
            beyond 8 MiB starts again. None: a temporary file without a name, gone with its last user.
    """

    def __init__(self, path: Path | None) -> None:
        self.path = path
        self._file = _nameless() if path is None else _appended(path)
        self._begin = os.fstat(self._file.fileno()).st_size

    def fileno(self) -> int:
        """The file descriptor for the process that writes."""
        return self._file.fileno()

    def tail(self, lines: int = 15) -> str:
        """The last lines of this run; empty where it said nothing."""
        end = os.fstat(self.fileno()).st_size
        begin = max(self._begin, end - _TAIL)
        # pread, because a seek would move the place where the server writes: the two share one file position.
        text = os.pread(self.fileno(), end - begin, begin).decode(errors="replace")
        return "\n".join(text.splitlines()[-lines:])

    def complaint(self) -> str:
        """What the program says ended it (it says so twice, with its usage between); else the last lines."""
        said = self.tail(_TAIL).splitlines()
        return "\n".join(dict.fromkeys(line for line in said if line.startswith(_COMPLAINT))) or self.tail()

    def close(self) -> None:
        """Let go of the file; the server's own hold on it stays."""
        self._file.close()


def _nameless() -> IO[bytes]:
    return tempfile.TemporaryFile()


def _appended(path: Path) -> IO[bytes]:
    grown = path.exists() and path.stat().st_size > _ENOUGH
    if grown:
        path.unlink()
    return path.open("ab+")
