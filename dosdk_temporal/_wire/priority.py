"""Wire: a priority as Temporal has it."""

from __future__ import annotations

from temporalio.common import Priority as TemporalPriority

from dosdk_temporal._pure.priority import Priority

__all__ = ["to_temporal"]


def to_temporal(priority: Priority) -> TemporalPriority:
    """Temporal's own; what is left out stays so, and is inherited from the caller's run."""
    return TemporalPriority(
        priority_key=priority.level, fairness_key=priority.fairness_key, fairness_weight=priority.fairness_weight
    )
