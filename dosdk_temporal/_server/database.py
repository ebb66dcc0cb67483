"""Outside: the files in which a server keeps its data."""

from __future__ import annotations

import logging
from pathlib import Path

__all__ = ["Database"]

_PARTS = ("", "-wal", "-shm")
_log = logging.getLogger(__name__)


class Database:
    """The SQLite file of one server version in a data directory.

    The version is in the name because the server does not migrate a file of another version. A server that is killed
    in the first tenth of a second of a new file's life leaves a schema cut short, on which none ever starts again; so
    a mark lies beside the file until its first server was ready, and a file found with its mark is set aside. The
    files ending in ``-wal`` and ``-shm`` belong to it, after a clean stop too: the server leaves its journal unmerged.

    Args:
        directory: the data directory.
        version: the server's version.
    """

    def __init__(self, directory: Path, version: str) -> None:
        self.path = directory.resolve() / f"temporal-{version}.db"
        self._mark = self.path.with_name(f"{self.path.name}.unfinished")

    def prepare(self) -> None:
        """Get the place ready for a server; the caller holds the directory's lock."""
        if self._mark.exists():
            self._set_aside()
        if self.path.exists():
            return
        self._mark.touch()
        for other in self._others():
            _log.warning("%s holds runs of another Temporal version: it is kept, and not read by this one", other)

    def finish(self) -> None:
        """Note that a server was ready on it: from now on it holds something."""
        self._mark.unlink(missing_ok=True)

    def _set_aside(self) -> None:
        # Renamed and not deleted: should a run have been accepted just before the mark went, it can be looked for.
        for part in _PARTS:
            piece = self.path.with_name(self.path.name + part)
            if piece.exists():
                piece.replace(piece.with_name(f"broken-{piece.name}"))

    def _others(self) -> list[Path]:
        return sorted(other for other in self.path.parent.glob("temporal-*.db") if other != self.path)
