"""Inside: what the worker that runs a workflow lends it: its registry."""

from __future__ import annotations

import time
from collections.abc import MutableMapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final, Protocol

from temporalio import workflow

from dosdk_temporal._pure.registry import Registry

__all__ = ["EXTERN_NAME", "WorkerSide", "worker_side"]

EXTERN_NAME: Final = "dosdk.worker_side"


class _Clock(Protocol):
    def __call__(self) -> float: ...


@dataclass
class WorkerSide:
    """Lent to every run of one worker.

    Attributes:
        registry: whose workflows it serves.
        unknown_grace: how long a name it does not know is left to other workers, as in a rolling deploy.
    """

    registry: Registry
    unknown_grace: timedelta
    _first_seen: MutableMapping[str, float] = field(default_factory=dict)
    _clock: _Clock = time.monotonic

    def unknown_for(self, run_id: str) -> timedelta:
        """How long this worker has been offered a run that it does not know."""
        now = self._clock()
        return timedelta(seconds=now - self._first_seen.setdefault(run_id, now))

    def forget(self, run_id: str) -> None:
        """Drop what is remembered of a run."""
        self._first_seen.pop(run_id, None)


def worker_side() -> WorkerSide:
    """What the current run's worker lends."""
    side: Any = workflow.extern_functions()[EXTERN_NAME]()
    return side  # type: ignore[no-any-return] # the interceptor put a WorkerSide there
