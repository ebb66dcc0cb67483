"""Outside: which workflows an event starts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from dosdk_temporal._outside.database.inserting import insert_or
from dosdk_temporal._outside.events.tables import subscriptions
from dosdk_temporal._pure.registry import Registry

__all__ = ["Subscription", "Subscriptions", "declared"]


@dataclass(frozen=True)
class Subscription:
    """A workflow that an event starts. A workflow has one: its name is unique in the namespace.

    Attributes:
        workflow: its name.
        event: the event's name.
        task_queue: whose workers run it.
        version: the latest that its worker knew.
        filter: an expression of which the event is asked; None for every event.
    """

    workflow: str
    event: str
    task_queue: str
    version: str
    filter: str | None = None


def declared(registry: Registry, task_queue: str) -> dict[str, Subscription | None]:
    """By workflow, what the latest version of each in the registry subscribes to; None for those that no event starts."""
    found: dict[str, Subscription | None] = {}
    for name in {definition.name for definition in registry.workflows}:
        definition = registry.workflows.find(name)
        trigger = definition.trigger if definition is not None else {}
        found[name] = None
        if definition is not None and "event" in trigger:
            found[name] = Subscription(name, trigger["event"], task_queue, definition.version, trigger.get("filter"))
    return found


class Subscriptions:
    """The subscriptions of one namespace, within one transaction."""

    def __init__(self, connection: AsyncConnection, namespace: str) -> None:
        self._connection, self._namespace = connection, namespace

    async def of(self, event: str) -> list[Subscription]:
        """The workflows that an event of that name starts, by name."""
        return await self._read(event)

    async def correct(self, known: dict[str, Subscription | None]) -> None:
        """Write what is new or different, and remove what workflows that are known no longer subscribe to."""
        stored = {row.workflow: row for row in await self._read()}
        for workflow in sorted(known):  # in one order everywhere: two processes never wait for each other's rows
            wanted = known[workflow]
            if wanted == stored.get(workflow):
                continue
            if wanted is None:
                await self._remove(workflow)
            else:
                await self._write(wanted)

    async def _read(self, event: str | None = None) -> list[Subscription]:
        names = Subscription.__dataclass_fields__
        wanted = select(*(subscriptions.c[name] for name in names)).where(subscriptions.c.namespace == self._namespace)
        if event is not None:
            wanted = wanted.where(subscriptions.c.event == event)
        rows = await self._connection.execute(wanted.order_by(subscriptions.c.workflow))
        return [Subscription(*row) for row in rows]

    async def _remove(self, workflow: str) -> None:
        gone = delete(subscriptions).where(subscriptions.c.namespace == self._namespace)
        await self._connection.execute(gone.where(subscriptions.c.workflow == workflow))

    async def _write(self, wanted: Subscription) -> None:
        row = {"namespace": self._namespace, **asdict(wanted)}
        insert = insert_or(self._connection, subscriptions, row)
        key: Iterable[str] = ("namespace", "workflow")
        await self._connection.execute(insert.on_conflict_do_update(index_elements=key, set_=asdict(wanted)))
