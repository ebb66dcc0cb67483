"""Wire: what a failure tells of whether its action took effect."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any, Final

from dosdk_temporal._pure.secret_values import AFTER_IT
from dosdk_temporal._wire.failures import is_cancellation, is_timeout, record_of, trail_of

__all__ = ["may_have_happened", "undone_as_told", "was_undone"]

_SAYS_NOTHING_OF_IT: Final = frozenset({"ActionTimeoutError", "TimeoutError"})
"""Errors that say that an attempt did not end in time: what it was doing may have been done."""

_KEPT: Final = 19
"""Failed attempts of which a failure tells, less one that may not have been made."""

_AFTER_IT: Final = frozenset({"OutputError", "PayloadTooLargeError"})
"""Errors of a handler that came to its end: its result could not be told."""


def may_have_happened(failure: BaseException | None, *, is_local: bool) -> bool:
    """Whether an action that failed for good may have taken effect all the same.

    A handler that raises says that nothing was done. One that was interrupted says nothing: it passed its time, was cancelled,
    or its worker died, which the trail of attempts shows as a gap.

    Args:
        failure: as Temporal has it; None for none.
        is_local: whether its attempts left no trail but the last.
    """
    if failure is None:
        return False
    if isinstance(failure, asyncio.CancelledError) or is_cancellation(failure) or is_timeout(failure):
        return True
    record, trail = record_of(failure), trail_of(failure)
    errors = [record.get("type"), *(_type_of(attempt) for attempt in trail)]
    if not _SAYS_NOTHING_OF_IT.isdisjoint(errors) or record.get("type") in _AFTER_IT or record.get(AFTER_IT):
        return True
    return not is_local and _has_gap(trail, record.get("attempts"))


def undone_as_told(failure: BaseException | None) -> str | None:
    """What undoes the action, as the worker said beside its last failure; None where it did not."""
    told = None if failure is None else record_of(failure).get("compensate")
    return told if isinstance(told, str) else None


def was_undone(failure: BaseException | None) -> bool:
    """Whether a run only marks that what the run of its id before it had done was undone."""
    return failure is not None and record_of(failure).get("undone") is True


def _type_of(attempt: Mapping[str, Any]) -> Any:
    error = attempt.get("error")
    return error.get("type") if isinstance(error, Mapping) else None


def _has_gap(trail: Sequence[Mapping[str, Any]], attempts: Any) -> bool:
    """Whether one of the attempts that are told of, the last 20 at most, is missing."""
    if not trail or not isinstance(attempts, int):
        return False
    told = {attempt.get("n") for attempt in trail}
    return not told.issuperset(range(max(1, attempts - _KEPT + 1), attempts + 1))
