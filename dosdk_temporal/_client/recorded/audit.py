"""Outside: the trail of a run: what is recorded of its steps, its waits and its people, entry by entry, in order."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import accumulate
from operator import itemgetter

from dosdk_temporal._client.recorded.happenings import happenings
from dosdk_temporal._client.recorded.record import RunRecord
from dosdk_temporal._client.recorded.step_entries import step_entries
from dosdk_temporal._client.recorded.steps import RecordedStep
from dosdk_temporal._pure.audit import AuditEntry, in_order
from dosdk_temporal._pure.expressions.undefined import UNDEFINED
from dosdk_temporal._pure.interpreter.retracing import Trail
from dosdk_temporal._pure.status import ExecutionStatus

__all__ = ["audit_trail"]


def audit_trail(
    record: RunRecord, status: ExecutionStatus, steps: Sequence[RecordedStep], trail: Trail | None
) -> tuple[AuditEntry, ...]:
    """All entries of one run.

    Args:
        record: the run's.
        status: likewise.
        steps: as recorded.
        trail: of a run of a definition; None for a handler's.
    """
    entries = [*happenings(record, status), *step_entries(steps, status.closed_at)]
    return in_order([*entries, *_skips(trail, steps)] if trail is not None else entries)


def _skips(trail: Trail, steps: Sequence[RecordedStep]) -> Iterator[AuditEntry]:
    """The run's own clock stands still within a task: a skip is told behind the end of what came before it."""
    ends = _ends(trail, {step.id: step.closed_at for step in steps if step.closed_at is not None})
    for trace in trail.steps:
        if trace.outcome == "skipped" and trace.condition is not None:
            values = trace.condition.values
            read = {path: None if value is UNDEFINED else value for path, value in values.items()}
            before = bisect_right(ends, trace.began, key=itemgetter(0))
            when = max(trace.began, ends[before - 1][1]) if before else trace.began
            yield AuditEntry(when, "step_skipped", trace.step.id, input=read, detail=trace.condition.text)


def _ends(trail: Trail, closed: Mapping[str, datetime]) -> list[tuple[datetime, datetime]]:
    """For each step that ended, in that order: when by the run's clock, and by which time all before it were over."""
    told = [
        (t.ended, max(closed[call] for call in t.calls if call in closed))
        for t in trail.steps
        if t.ended and any(call in closed for call in t.calls)
    ]
    told.sort()
    return list(zip((ended for ended, _ in told), accumulate((over for _, over in told), max), strict=True))
