"""Inside: what a run waits for, written where others can read it without asking a worker.

The memo is what the inbox and the status read, the search attributes find it, and the current details are for people who
look at Temporal's Web UI. Each wait is written when it begins and when it ends, so that the history tells of every one.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any, Final

from temporalio import workflow
from temporalio.common import SearchAttributeKey, SearchAttributeUpdate

from dosdk_temporal._inside.waiting.details import details_of
from dosdk_temporal._inside.worker_side import worker_side
from dosdk_temporal._pure.waits import FOR_PEOPLE, LAST_WAIT, WAITING, Kind, Wait
from dosdk_temporal._wire.search_attributes import ANYBODY, APPROVERS, UNTIL, WAITING_FOR
from dosdk_temporal.errors import ApprovalError

__all__ = ["Board"]

_INDEXED: Final = "dosdk.indexed"
"""Patch ids that record in a history from which time on the run writes search attributes begin so; never to change."""

_FEW: Final = 10
"""Open waits that are written again with each that ends."""

_DETAILS: Final = 100_000
"""Characters of details that the memo carries, of all waits together."""

_LARGEST: Final = 1_800
"""Bytes of a search attribute; Temporal takes 2,048, its own spelling included."""

_WAITING_FOR: Final = SearchAttributeKey.for_keyword_list(WAITING_FOR)
_APPROVERS: Final = SearchAttributeKey.for_keyword_list(APPROVERS)
_UNTIL: Final = SearchAttributeKey.for_datetime(UNTIL)


class Board:
    """The open waits of one run."""

    def __init__(self) -> None:
        self._open: list[Wait] = []
        self._indexed, self._written = False, 0
        self._due = False

    def open(self, wait: Wait) -> None:
        """Write that a wait has begun."""
        self._open.append(wait)
        self._write_soon()

    def close(self, wait: Wait, outcome: dict[str, Any]) -> None:
        """Write that a wait has ended.

        Args:
            wait: that was opened.
            outcome: how, as plain JSON: ``state``, and what else the record shall keep.
        """
        self._open = [other for other in self._open if other is not wait]
        last = {"kind": wait.kind, "name": wait.name, **outcome}
        if len(self._open) < _FEW:
            self._write(last)
        else:
            self.note(last)
            self._write_soon()

    @contextmanager
    def showing(self, wait: Wait, outcome: Callable[[], dict[str, Any]]) -> Iterator[None]:
        """Write that a wait has begun, and when the block is left, that it has ended.

        Args:
            wait: what the block waits for.
            outcome: asked when it is left; see :meth:`close`.
        """
        self.open(wait)
        let_go = False
        try:
            yield
        except GeneratorExit:
            # The worker lets go of the run, which goes on elsewhere. Python closes its coroutines wherever it collects garbage,
            # perhaps in the midst of another run's task: what is written here would stand in that run's record.
            let_go = True
            raise
        finally:
            if not let_go:
                self.close(wait, outcome())

    def note(self, entry: dict[str, Any]) -> None:
        """Write into the record what opens and ends no wait: it was over at once, or an attempt was refused."""
        workflow.upsert_memo({LAST_WAIT: entry})

    def refused(self, kind: Kind, body: Any, error: ApprovalError) -> None:
        """Write into the record what a person sent who cannot be told that it was refused."""
        workflow.logger.warning("a decision was refused: %s", error)
        self.note({"kind": kind, "state": "refused", "reason": str(error), "attempt": _short(body)})

    def clear(self) -> None:
        """Forget what is open: the run ends, and the next of its chain would inherit the memo."""
        if self._open or self._due:
            self._open.clear()
            self._write()

    def _write_soon(self) -> None:
        """Write once for all that begins now: where each of many waits wrote the whole list, no task could carry it."""
        if not self._due:
            self._due = True
            asyncio.get_running_loop().call_soon(self._write_if_due)

    def _write_if_due(self) -> None:
        if self._due:
            self._write()

    def _write(self, last: dict[str, Any] | None = None) -> None:
        self._due = False
        details = _DETAILS // max(len(self._open), 1)
        memo: dict[str, Any] = {WAITING: [wait.to_memo(details) for wait in self._open]}
        if last is not None:
            memo[LAST_WAIT] = last
        workflow.upsert_memo(memo)
        if self._is_indexed():
            workflow.upsert_search_attributes(list(_attributes(self._open)))
        workflow.set_current_details(details_of(self._open, workflow.info().workflow_id))

    def _is_indexed(self) -> bool:
        """Whether this run writes search attributes: from the first time on that it may, as its record says on replay.

        Where they are not registered, writing one would fail the run's tasks for ever; which worker replays it later must
        not matter.
        """
        self._written += 1
        if not self._indexed:
            may = workflow.unsafe.is_replaying() or worker_side().indexed
            self._indexed = may and workflow.patched(f"{_INDEXED}/{self._written}")
        return self._indexed


def _attributes(waits: Iterable[Wait]) -> Iterable[SearchAttributeUpdate[Any]]:
    kinds = _fitting(f"{wait.kind}:{wait.name}" for wait in waits)
    asked = [wait for wait in waits if wait.kind in FOR_PEOPLE]
    people = sorted({person for wait in asked for person in wait.approvers or (ANYBODY,)})
    if _fitting(people) != people:
        people = [ANYBODY]  # then the inbox looks into the memo of this run, whoever asks
    ends = [wait.until for wait in waits if wait.until is not None]
    yield _WAITING_FOR.value_set(kinds) if kinds else _WAITING_FOR.value_unset()
    yield _APPROVERS.value_set(people) if people else _APPROVERS.value_unset()
    yield _UNTIL.value_set(min(ends)) if ends else _UNTIL.value_unset()


def _short(body: Any) -> Any:
    """An attempt as the record keeps it: whatever was sent, but not all of what may be long."""
    if not isinstance(body, dict):
        return str(body)[:200]
    return {key: value if isinstance(value, bool) else str(value)[:200] for key, value in list(body.items())[:10]}


def _fitting(values: Iterable[str]) -> list[str]:
    """The first of the values that have room: Temporal ends a run whose attribute is too large."""
    taken, room = [], _LARGEST
    for value in values:
        room -= len(json.dumps(value)) + 1
        if room < 0:
            break
        taken.append(value)
    return taken
