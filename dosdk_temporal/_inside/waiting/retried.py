"""Inside: what a run hears of its retries, by a signal: its time counts anew.

A run that goes on cannot tell by itself: up to the point from which it does, its history is that of the run before it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from temporalio import workflow

__all__ = ["Retried", "goes_on"]


def goes_on() -> bool:
    """Whether the run goes on from a point of another one, as after a retry."""
    info = workflow.info()
    return info.run_id != info.original_execution_run_id


class Retried:
    """The retries of one run."""

    def __init__(self) -> None:
        self._at: datetime | None = None
        self._renewals: list[Callable[[], None]] = []

    def take(self) -> None:
        """Let a retry count."""
        self._at = workflow.now()
        for renew in self._renewals:
            renew()

    def renews(self, renew: Callable[[], None]) -> None:
        """Call this at each retry; at once where one has come already."""
        self._renewals.append(renew)
        if self._at is not None:
            renew()

    def carried(self) -> Mapping[str, str]:
        """What the next run of the chain is told: from when its time counts."""
        return {} if self._at is None else {"began": self._at.isoformat()}
