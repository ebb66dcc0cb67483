"""Inside: what the worker that runs a workflow lends it: its registry."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, MutableMapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final, Protocol

from temporalio import workflow

from dosdk_temporal._pure.definitions import ActionDefinition
from dosdk_temporal._pure.registry import Registry

__all__ = ["EXTERN_NAME", "WorkerSide", "worker_side"]

EXTERN_NAME: Final = "dosdk.worker_side"

_OFFERED_AGAIN: Final = 10.0
"""Seconds after which the server offers a run again whose task failed twice: Temporal's default workflow task time-out."""

_SLACK: Final = 0.5
"""Seconds: the default grace is as long as that time-out, and the second offer is to be waited for."""


class _Clock(Protocol):
    def __call__(self) -> float: ...


def _unmeasured(workflow_name: str, figures: Mapping[str, Any]) -> None:
    """Where nobody measures; the memo has the figures all the same."""
    del workflow_name, figures


@dataclass
class WorkerSide:
    """Lent to every run of one worker.

    Attributes:
        registry: whose workflows it serves.
        unknown_grace: how long a name it does not know is left to other workers, as in a rolling deploy.
        measure: records figures of a run, by name, for the outside world: the workflow's name and the figures.
        has_build: whether the worker belongs to a deployment and says its build.
        indexed: whether the namespace has the search attributes: an unregistered one fails a run's tasks for ever.
        encrypts: whether payloads are encrypted, and so may hold secrets' values.
        lent: what its runs lend it in turn, by run and step: local actions that have no name by which it would find them.
    """

    registry: Registry
    unknown_grace: timedelta
    indexed: bool = False
    encrypts: bool = False
    has_build: bool = False
    measure: Callable[[str, Mapping[str, Any]], None] = _unmeasured
    lent: MutableMapping[tuple[str, str], ActionDefinition] = field(default_factory=dict)
    _first_seen: MutableMapping[str, float] = field(default_factory=dict)
    _clock: _Clock = time.monotonic

    @contextmanager
    def lending(self, run_id: str, step: str, definition: ActionDefinition | None) -> Iterator[None]:
        """Have the worker run a step by this definition; None for the one of its registry."""
        if definition is not None:
            self.lent[run_id, step] = definition
        try:
            yield
        finally:
            self.lent.pop((run_id, step), None)

    def gives_up_on(self, run_id: str) -> bool:
        """Whether a run that this worker does not know is to be failed now, so that it fails within the grace.

        The server offers it again at once, and from then on after each workflow task time-out.
        """
        now = self._clock()
        first = self._first_seen.setdefault(run_id, now)
        if first == now or now - first + _OFFERED_AGAIN <= self.unknown_grace.total_seconds() + _SLACK:
            return False
        del self._first_seen[run_id]
        return True


def worker_side() -> WorkerSide:
    """What the current run's worker lends."""
    side: Any = workflow.extern_functions()[EXTERN_NAME]()
    return side  # type: ignore[no-any-return] # the interceptor put a WorkerSide there
