"""Outside: failures that a run saw later than they were recorded: a person was asked first, or somebody was told."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from temporalio.api.history.v1 import HistoryEvent

from dosdk_temporal._client.history import attributes_of
from dosdk_temporal._client.recorded.sent import Sent
from dosdk_temporal._pure.interpreter.asides import ON_FAILURE
from dosdk_temporal._pure.interpreter.moments import Recorded
from dosdk_temporal._wire.failures import is_to_be_held, wanted_on_failure
from dosdk_temporal.errors import DoError

__all__ = ["Failed"]


class Failed:
    """The steps of one run that have failed, and whose failure it has not seen yet.

    Args:
        events: of the run.
        sent: what reached it.
    """

    def __init__(self, events: Iterable[HistoryEvent], sent: Sent) -> None:
        self._sent = sent
        self._held: dict[str, DoError] = {}
        self._told_of: dict[str, DoError] = {}
        self._tellings = Counter(_tellings(events))

    def see(self, step: str, error: DoError) -> Recorded | None:
        """A step has failed; None where the run does not see it yet."""
        if is_to_be_held(error):
            self._held[step] = error
            return None
        return self._go_on(step, error)

    def resolve(self, told: Mapping[str, Any]) -> Recorded | None:
        """A person has said what becomes of a held step; None where it is tried again, or somebody is told first."""
        step, state = str(told.get("name")), told.get("state")
        if state == "skip":
            counted = self._sent.resolution(told)
            return Recorded("call", step, None if counted is None else counted.value, skipped=True)
        return self._go_on(step, self._held[step]) if state == "fail" and step in self._held else None

    def tell(self, aside: str) -> Recorded | None:
        """Somebody has been told of a failure; None where others are still to be."""
        step = aside.partition(ON_FAILURE)[0]
        self._tellings[step] -= 1
        error = self._told_of.get(step)
        return Recorded("call", step, error=error) if error is not None and not self._tellings[step] else None

    def _go_on(self, step: str, error: DoError) -> Recorded | None:
        if wanted_on_failure(error) is not None:
            self._told_of[step] = error
            return None
        return Recorded("call", step, error=error)


def _tellings(events: Iterable[HistoryEvent]) -> Iterator[str]:
    for event in events:
        kind, attributes = attributes_of(event)
        if kind == "activity_task_scheduled" and ON_FAILURE in attributes.activity_id:
            yield attributes.activity_id.partition(ON_FAILURE)[0]
