"""Outside: a worker's workflows, announced to the events that start them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dosdk_temporal._outside.database.database import Database, uninterrupted
from dosdk_temporal._pure.registry import Registry

if TYPE_CHECKING:
    from dosdk_temporal._outside.events.subscriptions import Subscription

__all__ = ["Announcer"]


class Announcer:
    """Writes what the workflows of a registry subscribe to, when it is not what was written last.

    Args:
        registry: whose workflows; what is registered later is announced by the next call.
        database: where to.
    """

    def __init__(self, registry: Registry, database: Database) -> None:
        self._registry, self._database = registry, database
        self._said: dict[tuple[str, str], dict[str, Subscription | None]] = {}

    async def announce(self, namespace: str, task_queue: str) -> None:
        """Correct the subscriptions of the namespace, as far as they are of workflows in the registry.

        Raises:
            DefinitionError: when what is configured as the database is none.
            DatabaseAwayError: when the database does not answer.
        """
        from dosdk_temporal._outside.events.subscriptions import declared  # noqa: PLC0415 - SQLAlchemy, when it is needed

        known = declared(self._registry, task_queue)
        if self._said.get((namespace, task_queue)) == known:
            return
        if any(known.values()) or not self._database.is_new:  # a project without events needs no database
            await self._write(namespace, known)
        self._said[namespace, task_queue] = known

    @uninterrupted
    async def _write(self, namespace: str, known: dict[str, Subscription | None]) -> None:
        from dosdk_temporal._outside.events.subscriptions import Subscriptions  # noqa: PLC0415
        from dosdk_temporal._outside.events.tables import EVENTS  # noqa: PLC0415

        async with self._database.transaction(EVENTS) as connection:
            await Subscriptions(connection, namespace).correct(known)
