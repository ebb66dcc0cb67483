"""Pure: what happened in a run, entry by entry."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

__all__ = ["AuditEntry", "AuditEvent", "in_order"]

AuditEvent = Literal[
    "run_started",
    "step_started",
    "attempt_failed",
    "step_completed",
    "step_failed",
    "step_skipped",
    "fallback_used",
    "step_compensated",
    "compensation_failed",
    "wait_started",
    "decision",
    "decision_refused",
    "event_received",
    "timer_fired",
    "operator",
    "run_closed",
]


@dataclass(frozen=True)
class AuditEntry:
    """One thing that happened.

    Attributes:
        time: when, by the server's clock; an attempt's by its worker's, never outside its step.
        event: what.
        step: the step's id, or the wait's name; None for the run itself.
        action: what the step called: the action, or the child workflow.
        version: of the action, or of the workflow for the run itself; None where it was not told.
        attempt: of an action, from 1; None where that is not known.
        input: as received: of the run, a step, a decision, an event, a signal.
        output: of the run or a step.
        error: ``{type, message}``; None where nothing failed.
        actor: who: a decision's author as they said, a client or worker as Temporal knows it; None where nobody is known.
        detail: what else there is to say, as text.
    """

    time: datetime
    event: AuditEvent
    step: str | None = None
    action: str | None = None
    version: str | None = None
    attempt: int | None = None
    input: Any = None
    output: Any = None
    error: Mapping[str, str] | None = None
    actor: str | None = None
    detail: str = ""


def in_order(entries: Iterable[AuditEntry]) -> tuple[AuditEntry, ...]:
    """Entries by time; of the same moment as they were given, the run's start first and its end last."""
    return tuple(sorted(entries, key=lambda entry: (_RANK.get(entry.event, 0), entry.time)))


_RANK: Mapping[str, int] = {"run_started": -1, "run_closed": 1}
