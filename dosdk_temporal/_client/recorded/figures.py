"""Outside: the figures of a run, of what is recorded of it: how long its steps took, and the business's own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from dosdk_temporal._client.recorded.record import RunRecord
from dosdk_temporal._client.recorded.steps import RecordedStep
from dosdk_temporal._pure.interpreter.retracing import Trail
from dosdk_temporal._pure.metrics import METRICS, ExecutionMetrics, StepMetrics, kpis_of
from dosdk_temporal._pure.status import ExecutionStatus

__all__ = ["metrics_of"]

_NONE = timedelta(0)


def metrics_of(
    record: RunRecord, status: ExecutionStatus, steps: Iterable[RecordedStep], trail: Trail | None
) -> ExecutionMetrics:
    """The figures so far.

    Args:
        record: the run's.
        status: likewise.
        steps: as recorded; what stands in for one or undoes it counts under an id of its own.
        trail: of a run of a definition; None for a handler's.
    """
    taken: dict[str, StepMetrics] = {}
    for step in steps:
        taken[step.id] = _together(taken.get(step.id), _step_metrics(step))
    told = {step.id: taken.get(step.id, StepMetrics(step.attempts)) for step in status.steps if not step.is_wait}
    duration = max((status.closed_at or datetime.now(UTC)) - status.started_at, _NONE)
    kpis = kpis_of(() if trail is None else trail.definition.metrics, _recorded(record, steps))
    return ExecutionMetrics(duration, told | taken, kpis)


def _recorded(record: RunRecord, steps: Iterable[RecordedStep]) -> Mapping[str, Any]:
    """What the run has written at its end; until then, what its completed steps brought."""
    written = record.memo.get(METRICS)
    so_far = {name: value for step in steps for name, value in step.result.metrics.items()}
    return {**so_far, **written} if isinstance(written, Mapping) else so_far


def _together(first: StepMetrics | None, again: StepMetrics) -> StepMetrics:
    """Those of a step that was held, and tried again: it waited for a worker once, and for a person between."""
    if first is None:
        return again
    ran = [length for length in (first.run_time, again.run_time) if length is not None]
    attempts = (first.attempts or 0) + (again.attempts or 0)
    return StepMetrics(attempts or None, first.queue_time, sum(ran, _NONE) if ran else None)


def _step_metrics(step: RecordedStep) -> StepMetrics:
    times = list(_attempts(step))
    return StepMetrics(
        step.attempts, _queued(step, times), sum((end - start for start, end in times), _NONE) if times else None
    )


def _attempts(step: RecordedStep) -> Iterable[tuple[datetime, datetime]]:
    """When each attempt that told of itself began and ended; one that died with its worker did not."""
    for attempt in step.trail:
        yield datetime.fromisoformat(attempt["started_at"]), datetime.fromisoformat(attempt["closed_at"])
    if step.result.started_at and step.result.closed_at:
        yield datetime.fromisoformat(step.result.started_at), datetime.fromisoformat(step.result.closed_at)
    elif step.kind == "workflow" and step.began_at is not None and step.closed_at is not None:
        yield step.began_at, step.closed_at


def _queued(step: RecordedStep, times: list[tuple[datetime, datetime]]) -> timedelta | None:
    """By the server's clock where the first attempt was the only one, else by its worker's."""
    if step.kind == "local":
        return _NONE
    if step.attempts in {1, None}:
        return None if step.began_at is None else max(step.began_at - step.scheduled_at, _NONE)
    known = bool(step.trail) and step.trail[0]["n"] == 1
    return max(times[0][0] - step.scheduled_at, _NONE) if known else None
