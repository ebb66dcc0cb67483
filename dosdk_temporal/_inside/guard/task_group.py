"""Inside: ``asyncio.TaskGroup`` as a handler gets it: what it cancels when one of its tasks fails is cancelled in order."""

from __future__ import annotations

import asyncio
from typing import Any

__all__ = ["OrderedTaskGroup"]


class _Ordered(dict["asyncio.Task[Any]", None]):
    """What asyncio needs of a set, in the order in which it was filled."""

    def add(self, task: asyncio.Task[Any]) -> None:
        self[task] = None

    def discard(self, task: asyncio.Task[Any]) -> None:
        self.pop(task, None)


class OrderedTaskGroup(asyncio.TaskGroup):
    """A task group whose tasks are in the order of their making.

    Python's own keeps a set, whose order differs from process to process: a replay would cancel steps in another order than
    the record has, and the run would never go on.
    """

    def __init__(self) -> None:
        super().__init__()
        self._tasks = _Ordered()  # type: ignore[assignment] # asyncio's own name; a test sees to it that it is still so
