"""Wire: what the server says of a run that a schedule started, also one made with other tools."""

from __future__ import annotations

from typing import Final

from temporalio.common import SearchAttributeKey, TypedSearchAttributes

__all__ = ["scheduled_by"]

_DUE: Final = SearchAttributeKey.for_datetime("TemporalScheduledStartTime")
_SCHEDULE: Final = SearchAttributeKey.for_keyword("TemporalScheduledById")


def scheduled_by(told: TypedSearchAttributes) -> dict[str, str]:
    """The trigger's facts, of the run's search attributes; nothing for a run that was started otherwise."""
    due, schedule = told.get(_DUE), told.get(_SCHEDULE)
    return {} if due is None or schedule is None else {"kind": "schedule", "name": schedule, "time": due.isoformat()}
