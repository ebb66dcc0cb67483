"""Outside: what is asked to be done once, and what was done. Nothing here needs SQLAlchemy."""

from __future__ import annotations

from asyncio import Future
from dataclasses import dataclass
from typing import Any, Final

from dosdk_temporal._outside.record import Record
from dosdk_temporal._pure.facts import ResultFacts
from dosdk_temporal.errors import ActionError

__all__ = ["LEFT_OPEN", "Asked", "GivenUpError", "Recorded", "may_be_under_way", "recorded_by"]

LEFT_OPEN: Final = frozenset({"ActionTimeoutError", "CommitUnknownError"})
"""Types of errors with which an attempt ends whose transaction may go on, or may have been committed."""


@dataclass(frozen=True)
class Asked:
    """What one call of an action asks to be done once.

    Attributes:
        key: of the effect.
        digest: of the action's name and input.
        run: the run that calls; what is given up for a run is given up for all its calls.
        call: the call, one over its attempts; a run that calls a step once more makes another.
    """

    key: str
    digest: str
    run: str
    call: str


@dataclass(frozen=True)
class Recorded:
    """What was done.

    Attributes:
        data: the result's JSON.
        facts: of the attempt that did it.
    """

    data: bytes
    facts: ResultFacts


class GivenUpError(ActionError):
    """An attempt comes after its call was given up: its caller was told that nothing was done, and nothing is."""

    def __init__(self, message: str, *, retryable: bool = False, **facts: Any) -> None:
        super().__init__(message, retryable=retryable, **facts)


def may_be_under_way(record: Record, attempts: int) -> bool:
    """Whether an attempt may still do something, or may have: one that left no word, timed out, or did not hear of its commit.

    Args:
        record: of the attempts.
        attempts: how many were made.
    """
    left_open = any(attempt["error"]["type"] in LEFT_OPEN for attempt in record.trail)
    return left_open or len(record.trail) < attempts or record.uncounted > 0


def recorded_by(outcome: Future[Any]) -> Recorded | None:
    """What an attempt did that had come to its end when it was to be stopped."""
    if not outcome.done() or outcome.cancelled() or outcome.exception() is not None:
        return None
    return outcome.result() if isinstance(outcome.result(), Recorded) else None
