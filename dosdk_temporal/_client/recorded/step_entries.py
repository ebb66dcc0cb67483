"""Outside: what the trail tells of steps: when they began, which attempts failed, and how they ended."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Final

from dosdk_temporal._client.recorded.steps import RecordedStep
from dosdk_temporal._pure.audit import AuditEntry, AuditEvent

__all__ = ["step_entries"]

_ENDS: Final[Mapping[tuple[str | None, str], AuditEvent]] = MappingProxyType(
    {
        (None, "completed"): "step_completed",
        (None, "failed"): "step_failed",
        ("fallback", "completed"): "fallback_used",
        ("fallback", "failed"): "step_failed",
        ("compensation", "completed"): "step_compensated",
        ("compensation", "failed"): "compensation_failed",
    }
)

_ASIDES: Final[Mapping[str | None, str]] = MappingProxyType(
    {"fallback": "stands in", "compensation": "undoes the step"}
)


def step_entries(steps: Iterable[RecordedStep], closed_at: datetime | None) -> Iterator[AuditEntry]:
    """The entries of all steps, those of each in their order.

    Args:
        steps: as recorded.
        closed_at: when the run ended; None while it has not.
    """
    for step in steps:
        yield _started(step)
        yield from _failed_attempts(step, step.closed_at or closed_at)
        if step.closed_at is not None and (event := _ENDS.get((step.aside, step.state))) is not None:
            yield _ended(step, event, step.closed_at)


def _started(step: RecordedStep) -> AuditEntry:
    told = [_ASIDES.get(step.aside, ""), f"execution {step.execution_id}" if step.execution_id else ""]
    told += ["a portion of the loop, whose steps and skips that run tells"] if step.facts.portion else []
    return AuditEntry(
        step.scheduled_at,
        "step_started",
        step.owner,
        step.name,
        step.facts.version,
        input=step.input,
        detail="; ".join(filter(None, told)),
    )


def _failed_attempts(step: RecordedStep, until: datetime | None) -> Iterator[AuditEntry]:
    """Of the trail, whose times are the worker's: clocks that disagree put none before its step, or behind its end."""
    for attempt in step.trail:
        when = max(datetime.fromisoformat(attempt["closed_at"]), step.scheduled_at)
        yield AuditEntry(
            when if until is None else min(when, until),
            "attempt_failed",
            step.owner,
            step.name,
            step.version,
            attempt["n"],
            error=attempt["error"],
        )


def _ended(step: RecordedStep, event: AuditEvent, when: datetime) -> AuditEntry:
    error = None if step.error is None else {"type": step.error.type, "message": step.error.message}
    detail = step.ended if event == "step_failed" and step.ended not in {None, "failed"} else ""
    return AuditEntry(
        when,
        event,
        step.owner,
        step.name,
        step.version,
        step.attempts,
        output=step.output,
        error=error,
        detail=detail or "",
    )
