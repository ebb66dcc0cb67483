"""Outside: the trail of a run: what is recorded of its steps, its waits and its people, entry by entry, in order."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import accumulate, chain
from operator import attrgetter, itemgetter
from typing import Final

from dosdk_temporal._client.recorded.happenings import happenings
from dosdk_temporal._client.recorded.record import RunRecord
from dosdk_temporal._client.recorded.step_entries import step_entries
from dosdk_temporal._client.recorded.steps import RecordedStep
from dosdk_temporal._pure.audit import AuditEntry, in_order
from dosdk_temporal._pure.declarative.kinds import Approval, WaitForEvent
from dosdk_temporal._pure.declarative.steps import Step
from dosdk_temporal._pure.expressions.undefined import UNDEFINED
from dosdk_temporal._pure.interpreter.retracing import Trail
from dosdk_temporal._pure.status import ExecutionStatus

__all__ = ["audit_trail"]

_WAITS_END: Final = frozenset({"decision", "event_received", "timer_fired"})


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
    happened = list(happenings(record, status))
    skips: dict[int | None, list[AuditEntry]] = {}
    for cause, skip in _skips(trail, steps, happened) if trail is not None else ():
        skips.setdefault(None if cause is None else id(cause), []).append(skip)
    told = chain.from_iterable([entry, *skips.get(id(entry), ())] for entry in happened)
    return in_order([*told, *step_entries(steps, status.closed_at), *skips.get(None, ())])


@dataclass(frozen=True)
class _End:
    """The end of a step of a definition.

    Attributes:
        clock: when, by the run's own clock.
        over: by which time of the record it was.
        entry: that tells of it, of a step that waited; None for a call.
    """

    clock: datetime
    over: datetime
    entry: AuditEntry | None = None


def _skips(
    trail: Trail, steps: Sequence[RecordedStep], happened: Sequence[AuditEntry]
) -> Iterator[tuple[AuditEntry | None, AuditEntry]]:
    """Each skip, and the entry behind which it belongs, if that is not told by its time.

    The run's own clock stands still within a task: a skip is told behind the end of what came before it.
    """
    ends = sorted(_ends(trail, steps, happened), key=attrgetter("clock"))
    last = list(accumulate(ends, _later))
    for trace in trail.steps:
        if trace.outcome == "skipped" and trace.condition is not None:
            values = trace.condition.values
            read = {path: None if value is UNDEFINED else value for path, value in values.items()}
            before = bisect_right(ends, trace.began, key=attrgetter("clock"))
            end = last[before - 1] if before else _End(trace.began, trace.began)
            when, cause = max((trace.began, None), (end.over, end.entry), key=itemgetter(0))
            yield cause, AuditEntry(when, "step_skipped", trace.step.id, input=read, detail=trace.condition.text)


def _later(one: _End, other: _End) -> _End:
    return max(one, other, key=attrgetter("over"))


def _ends(trail: Trail, steps: Sequence[RecordedStep], happened: Sequence[AuditEntry]) -> Iterator[_End]:
    closed = {step.id: step.closed_at for step in steps if step.closed_at is not None}
    waits = [entry for entry in happened if entry.event in _WAITS_END and entry.step is not None]
    for trace in trail.steps:
        if trace.ended is None:
            continue
        times = [closed[call] for call in trace.calls if call in closed]
        if times:
            yield _End(trace.ended, max(times))
        elif isinstance(trace.step.kind, Approval | WaitForEvent) and trace.outcome != "skipped":
            # It is written at the end of the task in which the run went on.
            entry = next((one for one in waits if one.time >= trace.ended and _is_of(trace.step, one)), None)
            if entry is not None:
                yield _End(trace.ended, entry.time, entry)


def _is_of(step: Step, entry: AuditEntry) -> bool:
    name = step.kind.event if isinstance(step.kind, WaitForEvent) else step.id
    return (entry.step or "").partition("#")[0] == name
