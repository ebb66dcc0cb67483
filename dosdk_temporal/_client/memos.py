"""Outside: what runs wrote down of their waits, for lists: one that cannot be read here keeps nobody from the others."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from temporalio.client import WorkflowExecution

from dosdk_temporal._pure.sealing import UnreadableError

__all__ = ["Memos"]

_log = logging.getLogger("dosdk_temporal")


class Memos:
    """Reads the memos of runs for one list. Make it with :meth:`read_for_a_list`."""

    def __init__(self) -> None:
        self._unread: list[tuple[str, UnreadableError]] = []

    @classmethod
    @contextmanager
    def read_for_a_list(cls) -> Iterator[Memos]:
        """While entered, memos are read; at the end the log says which could not be."""
        memos = cls()
        yield memos
        if memos._unread:
            execution_id, error = memos._unread[0]
            others = f" and {len(memos._unread) - 1} more" if len(memos._unread) > 1 else ""
            _log.warning("not shown is what waits in run %r%s: %s", execution_id, others, error)

    async def of(self, execution: WorkflowExecution) -> Mapping[str, Any]:
        """A run's memo; empty where it is encrypted and cannot be read here."""
        try:
            return await execution.memo()
        except UnreadableError as error:
            self._unread.append((execution.id, error))
            return {}
