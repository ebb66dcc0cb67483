"""Outside: the dispatch of one event: kept first, then brought to all whom it concerns.

A waiting run writes its wait, commits, and only then reads the events; the dispatch writes the event, commits, and only then
reads the waits. So at least one of the two sees the other, whichever database lies between; a run that gets an event by both
ways drops the second. Everything here may be done again, after a crash between any two steps, and doubles nothing.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import timedelta
from typing import Any

from temporalio import activity

from dosdk_temporal._outside.beating import beating
from dosdk_temporal._outside.database.database import Database, uninterrupted
from dosdk_temporal._outside.events.announcing import Announcer
from dosdk_temporal._outside.events.choosing import Choice, choose
from dosdk_temporal._outside.events.delivering import start_all, wake_all
from dosdk_temporal._outside.events.kept import KeptEvent, KeptEvents
from dosdk_temporal._outside.events.subscriptions import Subscription, Subscriptions
from dosdk_temporal._outside.events.tables import EVENTS
from dosdk_temporal._outside.events.waits import OpenWait, OpenWaits
from dosdk_temporal._pure.registry import Registry
from dosdk_temporal._wire.events import EventBody, conflict, micros
from dosdk_temporal.errors import ConflictError

__all__ = ["Dispatch"]


class Dispatch:
    """The dispatches of one worker.

    Args:
        registry: whose workflows' ``input=`` is checked.
        database: where events, subscriptions and waits are.
        announcer: of the registry's own subscriptions.
    """

    def __init__(self, registry: Registry, database: Database, announcer: Announcer) -> None:
        self._registry, self._database, self._announcer = registry, database, announcer

    async def run(self, asked: dict[str, Any]) -> dict[str, Any]:
        """Dispatch an event, and tell what became of it: ``{id, started, woken, refused, duplicate, digest}``.

        Raises:
            ConflictError: when an event of that name and id with another payload is kept.
            InputError: when there are workflows that it starts, and it fits none of them; nothing is kept.
            DatabaseAwayError: when the database does not answer.
        """
        info = activity.info()
        event = _event(asked, info)
        dispatch = f"{info.workflow_run_id or info.activity_run_id}/{info.activity_id}"
        async with beating():
            await self._announcer.announce(_namespace(), info.task_queue)
            known, choice = await self._look(event)
            if known is None:
                choice.check(event)
                known = await self._keep(event, asked["digest"], dispatch)
            if known.digest != asked["digest"]:
                raise conflict(event.name, event.id)
            outcome = known.outcome or await self._deliver(replace(event, at=known.at, expires=known.expires), choice)
        return {**outcome, "duplicate": known.dispatch != dispatch, "digest": known.digest}

    async def _deliver(self, event: EventBody, choice: Choice) -> dict[str, Any]:
        client = activity.client()
        waits = await self._waits(event)
        woken = await wake_all(client, {wait.execution for wait in waits}, event)
        started = await start_all(client, choice.taken, event)
        woken.check()
        started.check()
        outcome = {
            "id": event.id,
            "started": started.reached,
            "woken": woken.reached,
            "refused": [{"workflow": workflow, "reason": reason} for workflow, reason in choice.refused.items()]
            + [{"workflow": workflow, "reason": error.message} for workflow, error in started.failed.items()]
            + [{"execution": execution, "reason": error.message} for execution, error in woken.failed.items()],
        }
        await self._conclude(event, outcome, [wait for wait in waits if wait.execution in woken.gone])
        return outcome

    @uninterrupted
    async def _look(self, event: EventBody) -> tuple[KeptEvent | None, Choice]:
        async with self._database.transaction(EVENTS, read_only=True) as connection:
            kept = KeptEvents(connection, _namespace(), self._database.keyring)
            known = await kept.find(event.name, event.id, event.at)
            subscribed: list[Subscription] = await Subscriptions(connection, _namespace()).of(event.name)
        return known, choose(self._registry, subscribed, event)

    @uninterrupted
    async def _keep(self, event: EventBody, digest: str, dispatch: str) -> KeptEvent:
        """Write the event down; where another dispatch of its id was faster, that one's."""
        async with self._database.transaction(EVENTS) as connection:
            kept = KeptEvents(connection, _namespace(), self._database.keyring)
            if await kept.keep(event, digest, dispatch):
                return KeptEvent(digest, dispatch, event.at, event.expires, None)
            found = await kept.find(event.name, event.id, event.at)
        if found is None:
            raise ConflictError(f"event {event.name!r} with the id {event.id!r} expired while it was emitted again")
        return found

    @uninterrupted
    async def _waits(self, event: EventBody) -> list[OpenWait]:
        async with self._database.transaction(EVENTS, read_only=True) as connection:
            return await OpenWaits(connection, _namespace(), self._database.keyring).fitting(event.name, event.payload)

    @uninterrupted
    async def _conclude(self, event: EventBody, outcome: dict[str, Any], ended: Collection[OpenWait]) -> None:
        async with self._database.transaction(EVENTS) as connection:
            kept = KeptEvents(connection, _namespace(), self._database.keyring)
            waits = OpenWaits(connection, _namespace())
            await kept.conclude(event, outcome)
            if ended:
                await waits.remove(ended)
            await kept.purge(event.at)
            await waits.purge(event.at)


def _namespace() -> str:
    return activity.info().namespace


def _event(asked: dict[str, Any], info: activity.Info) -> EventBody:
    # The server's clock, and the same however often the dispatch is delivered.
    at = micros(info.scheduled_time)
    expires = at + timedelta(seconds=asked["keep"]) // timedelta(microseconds=1)
    return EventBody(asked["name"], asked["id"], asked["payload"], at, expires)
