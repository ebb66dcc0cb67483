"""Outside: the activities of events, by their wire names. What they need of SQLAlchemy is imported by the first of them."""

from __future__ import annotations

from typing import Any

from dosdk_temporal._outside.database.database import Database
from dosdk_temporal._outside.events.announcing import Announcer
from dosdk_temporal._outside.own_activity import OwnActivity, own_activity
from dosdk_temporal._pure.registry import Registry
from dosdk_temporal._wire.events import DISPATCH, REGISTER_WAIT, REMOVE_WAIT

__all__ = ["event_activities"]


def event_activities(registry: Registry, database: Database, announcer: Announcer) -> dict[str, OwnActivity]:
    """The activities that a worker of this registry serves."""

    async def dispatch(asked: dict[str, Any]) -> dict[str, Any]:
        from dosdk_temporal._outside.events.dispatch import Dispatch  # noqa: PLC0415

        return await Dispatch(registry, database, announcer).run(asked)

    async def register(asked: dict[str, Any]) -> dict[str, Any] | None:
        from dosdk_temporal._outside.events.registering import Registering  # noqa: PLC0415

        return await Registering(database).register(asked)

    async def remove(asked: dict[str, Any]) -> None:
        from dosdk_temporal._outside.events.registering import Registering  # noqa: PLC0415

        await Registering(database).remove(asked)

    own = {DISPATCH: dispatch, REGISTER_WAIT: register, REMOVE_WAIT: remove}
    return {name: own_activity(work) for name, work in own.items()}
