"""Outside: what every store can do; one suite judges them all."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from datetime import timedelta
from itertools import islice
from typing import Any, Final, Protocol

from dosdk_temporal._pure.datastore import MAX_VALUE_BYTES, StoreCall
from dosdk_temporal._pure.datastore_changes import Outcome, Stored

__all__ = ["KEPT_FOR", "Clock", "Store", "fitting", "micros_now", "page"]

KEPT_FOR: Final = timedelta(days=30) // timedelta(microseconds=1)
"""Microseconds that a write's id and outcome are kept for its repetition, and a key that is gone for its history and the
counting of its versions."""

Clock = Callable[[], int]
"""Gives microseconds since 1970."""


class Store(Protocol):
    """The Datastore of one Temporal namespace."""

    async def carry_out(
        self, call: StoreCall, *, write_id: str | None = None, written_by: str | None = None
    ) -> Outcome:
        """Read, or write once.

        Args:
            call: what is asked.
            write_id: a write that is carried out again under the same id does nothing, and comes to what it first came to.
            written_by: see :class:`Entry`.

        Returns:
            For ``answer_of``: of ``get`` an entry or None, of ``list`` a page, of ``history`` entries, of ``set`` and
            ``update`` the version, of ``delete`` whether it was there, of ``increment`` the new number.
        """


def micros_now() -> int:
    """The time by this process's clock."""
    return time.time_ns() // 1000


def fitting(found: Iterable[Stored]) -> list[dict[str, Any]]:
    """The first of some entries that are carried together; one always is."""
    told: list[dict[str, Any]] = []
    length = 0
    for entry in found:
        length += len((entry.data or "").encode()) + 4 * len(entry.key)
        if told and length > MAX_VALUE_BYTES:
            break
        told.append(entry.told())
    return told


def page(found: Iterable[Stored], limit: int) -> dict[str, Any]:
    """A page of entries.

    Args:
        found: sorted by key; one more than the limit, where there are as many.
        limit: how many at most.
    """
    rows = list(found)
    told = fitting(islice(rows, limit))
    return {"entries": told, "cursor": told[-1]["key"] if len(told) < len(rows) else None}
