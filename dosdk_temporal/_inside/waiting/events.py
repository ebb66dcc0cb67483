"""Inside: a run's waits for events.

A wait is a row in the database, and the kept events are read after it is written; from then on, whoever emits sees the row
and signals the run. An event may come both ways, and more than once: it counts once, for one wait.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from temporalio import workflow

from dosdk_temporal._inside.database_call import DatabaseCall, brief_database_call, patient_database_call
from dosdk_temporal._inside.waiting.board import Board
from dosdk_temporal._pure.events import Event, fits
from dosdk_temporal._pure.names import StepIds
from dosdk_temporal._pure.waits import Wait
from dosdk_temporal._wire.events import REGISTER_WAIT, REMOVE_WAIT, EventBody, micros
from dosdk_temporal._wire.signals import EVENT
from dosdk_temporal.errors import ServerUnavailableError, WaitTimeoutError

__all__ = ["EventWaits"]

_CLOCKS_APART: Final = 10_000
"""Microseconds: the hosts of one Temporal cluster stamp runs and events. Nobody emits, is told, and starts a run as fast."""


_TOLD: Final = 10
_LONGEST_TOLD: Final = 200
"""Of a match, how many paths and characters a message shows."""


@dataclass(eq=False)
class _OpenWait:
    """A wait that has begun and not ended."""

    seq: int
    name: str
    match: Mapping[str, Any]
    until: datetime | None
    event: EventBody | None = None
    error: Exception | None = None

    @property
    def is_over(self) -> bool:
        return self.event is not None or self.error is not None


class EventWaits:
    """The events that one run waits for, and which it has had.

    Args:
        board: where its waits are shown.
    """

    def __init__(self, board: Board) -> None:
        self._board = board
        self._since = micros(workflow.info().workflow_start_time) - _CLOCKS_APART
        self._had: dict[str, dict[str, int]] = {}
        """By name and id, until when each is kept: after that nobody brings it again."""
        self._open: list[_OpenWait] = []
        self._begun = 0
        self._removing: list[asyncio.Task[Any]] = []
        self._labels = StepIds()

    def deliver(self, body: Any) -> None:
        """Take an event that was signalled; one that no open wait fits stays where it is kept, for a later wait to find."""
        event = EventBody.read(body)
        if event is None:
            workflow.logger.warning("a signal %r was dropped: it carries no event", EVENT)
            return
        for wait in self._open:
            if wait.name == event.name and fits(wait.match, event.payload) and self._give(wait, event):
                return

    async def wait(self, name: str, match: Mapping[str, Any], timeout: timedelta | None) -> Event:  # noqa: ASYNC109 - durable
        """Wait for an event that the run has not had.

        Cancelling the await ends the wait; an event that comes later is there for another.

        Raises:
            WaitTimeoutError: when ``timeout`` passed.
        """
        began = workflow.now()
        self._begun += 1
        wait = _OpenWait(self._begun, name, match, began + timeout if timeout is not None else None)
        shown = Wait("event", self._labels.next(name), began, wait.until, title=_told(match))
        self._open.append(wait)
        self._board.open(shown)
        outcome: dict[str, Any] = {"state": "abandoned"}
        let_go = False
        try:
            event = await self._arrival(wait)
            outcome = {"state": "received", "id": event.id}
        except WaitTimeoutError:
            outcome = {"state": "timed_out"}
            raise
        except asyncio.CancelledError:
            self._take_back(wait)
            raise
        except GeneratorExit:  # the worker lets go of the run: see approvals
            let_go = True
            raise
        finally:
            if not let_go:
                self._open.remove(wait)
                self._board.close(shown, outcome)
                await asyncio.shield(asyncio.create_task(self._remove(wait)))
        return event.event()

    def carried(self) -> dict[str, Any]:
        """What the run that continues this one needs to know: since when it may see events, and which it has had.

        An event that was signalled and not waited for is not among it: it is kept in the database.
        """
        return {"since": self._since, "had": self._still_kept()}

    def restore(self, carried: Mapping[str, Any]) -> None:
        """Take over from the run that this one continues."""
        if carried:
            self._since, self._had = carried["since"], {name: dict(ids) for name, ids in carried["had"].items()}

    async def _arrival(self, wait: _OpenWait) -> EventBody:
        """The event; what was kept before is found also by a wait of no length."""
        registering = None
        try:
            await self._register(wait, brief_database_call)
        except ServerUnavailableError:
            registering = asyncio.create_task(self._register_in_time(wait))
        try:
            if not wait.is_over:
                left = max(wait.until - workflow.now(), timedelta(0)) if wait.until is not None else None
                await workflow.wait_condition(lambda: wait.is_over, timeout=left, timeout_summary=f"event {wait.name}")
        except TimeoutError:
            if wait.event is None:
                raise WaitTimeoutError(f"no event {wait.name!r}{_told(wait.match, ' with ')} came in time") from None
        finally:
            if registering is not None:
                registering.cancel()
        if wait.event is None:
            assert wait.error is not None  # noqa: S101 - it is over
            raise wait.error
        return wait.event

    async def _register(self, wait: _OpenWait, call: DatabaseCall) -> None:
        """Write the wait down and take the oldest event that came before; again where another wait was given it meanwhile."""
        while not wait.is_over:
            hit = await call(REGISTER_WAIT, self._registration(wait), f"wait/{wait.name}#{wait.seq}")
            if hit is None or self._give(wait, EventBody(**hit)):
                return

    async def _register_in_time(self, wait: _OpenWait) -> None:
        try:
            await self._register(wait, patient_database_call)
        except Exception as error:  # noqa: BLE001 - whatever it is, who waits is told
            wait.error = error

    async def _remove(self, wait: _OpenWait) -> None:
        asked, call_id = self._identity(wait), f"waited/{wait.name}#{wait.seq}"
        try:
            await brief_database_call(REMOVE_WAIT, asked, call_id)
        except ServerUnavailableError:  # the handler goes on meanwhile; a row that outlives its run harms nobody
            self._removing.append(asyncio.create_task(patient_database_call(REMOVE_WAIT, asked, call_id)))

    def _registration(self, wait: _OpenWait) -> dict[str, Any]:
        return {
            **self._identity(wait),
            "name": wait.name,
            "match": wait.match,
            "since": self._since,
            "until": micros(wait.until) if wait.until is not None else None,
            "seen": list(self._still_kept().get(wait.name, ())),
        }

    def _identity(self, wait: _OpenWait) -> dict[str, Any]:
        info = workflow.info()
        return {"execution": info.workflow_id, "run": info.original_execution_run_id, "seq": wait.seq}

    def _give(self, wait: _OpenWait, event: EventBody) -> bool:
        """Let a wait have an event, once: False where it has one, or the event was had."""
        had = self._had.setdefault(event.name, {})
        if wait.is_over or event.id in had:
            return False
        had[event.id] = event.expires
        wait.event = event
        return True

    def _take_back(self, wait: _OpenWait) -> None:
        """The event of a wait that was cancelled in the moment it came is there for another."""
        if wait.event is not None:
            del self._had[wait.event.name][wait.event.id]

    def _still_kept(self) -> dict[str, dict[str, int]]:
        now = micros(workflow.now())
        kept = {name: {i: until for i, until in ids.items() if until > now} for name, ids in self._had.items()}
        return {name: ids for name, ids in kept.items() if ids}


def _told(match: Mapping[str, Any], before: str = "") -> str:
    """The match for people, in one line that is no burden."""
    told = ", ".join(f"{path} = {value!r}" for path, value in list(match.items())[:_TOLD])
    return f"{before}{told[:_LONGEST_TOLD]}" if told else ""
