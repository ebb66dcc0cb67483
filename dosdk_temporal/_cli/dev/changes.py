"""Outside: changes of Python files, and of definitions."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import aclosing
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from dosdk_temporal._pure.definition_files import DEFINITION_FILES
from dosdk_temporal.errors import ServerUnavailableError

__all__ = ["Changes", "UnwatchedError", "folders"]

_PASSED_OVER = ("site-packages", "venv", ".dosdk", "build", "dist")


class UnwatchedError(ServerUnavailableError):
    """Changes cannot be noticed; the message says why."""


def folders(modules: Sequence[str], here: Path) -> list[Path]:
    """The folders to watch: where the command was started, and those of files that lie elsewhere."""
    others = {(here / module).resolve().parent for module in modules if module.endswith((".py", *DEFINITION_FILES))}
    return [here, *sorted(folder for folder in others if not folder.is_relative_to(here))]


class Changes:
    """The changes of Python files and definitions below some folders since it was entered, for ``async with``.

    Args:
        watched: the folders.
    """

    def __init__(self, watched: Sequence[Path]) -> None:
        self._watched = watched
        self._next: asyncio.Task[list[str]] | None = None

    async def __aenter__(self) -> Self:
        """Begin to watch.

        Raises:
            UnwatchedError: when the package that watches is not installed.
        """
        self._stop = asyncio.Event()
        self._batches = _batches(self._watched, self._stop)
        self._look()
        # One turn of the loop lets the watcher begin, so that what changes from here on is seen.
        await asyncio.sleep(0)
        return self

    async def next(self) -> list[str]:
        """Wait for the next change and give the names of the files, from the folder they are in.

        Cancelling loses nothing: what changed meanwhile is given next time.

        Raises:
            UnwatchedError: when the system does not let so many folders be watched.
        """
        waiting = self._look()
        changed = await asyncio.shield(waiting)
        self._next = None
        self._look()
        return changed

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Watch no more."""
        self._stop.set()
        if self._next is not None:
            self._next.cancel()
            await asyncio.gather(self._next, return_exceptions=True)

    def _look(self) -> asyncio.Task[list[str]]:
        if self._next is None:
            self._next = asyncio.ensure_future(anext(self._batches))
        return self._next


async def _batches(watched: Sequence[Path], stop: asyncio.Event) -> AsyncIterator[list[str]]:
    try:
        from watchfiles import PythonFilter, awatch  # noqa: PLC0415 - an extra
    except ImportError:
        raise UnwatchedError("pip install 'dosdk-temporal[dev-server]' brings what watches them") from None

    class OwnFiles(PythonFilter):
        ignore_dirs: Any = (*PythonFilter.ignore_dirs, *_PASSED_OVER)

    own = OwnFiles(extra_extensions=DEFINITION_FILES)
    try:
        async with aclosing(awatch(*watched, watch_filter=own, stop_event=stop)) as batches:
            async for batch in batches:
                yield sorted({_name(Path(path), watched) for _, path in batch})
    except OSError as error:
        raise UnwatchedError(f"the system does not let all folders be watched ({error})") from None


def _name(path: Path, watched: Sequence[Path]) -> str:
    within = next((folder for folder in watched if path.is_relative_to(folder)), path.parent)
    return str(path.relative_to(within))
