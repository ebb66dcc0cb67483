"""Outside: the activity by which workflows use the Datastore. What it needs of SQLAlchemy is imported at the first use."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic_core import to_json
from temporalio import activity

from dosdk_temporal._outside.database.database import Database
from dosdk_temporal._outside.own_activity import OwnActivity, own_activity
from dosdk_temporal._pure.datastore import StoreCall
from dosdk_temporal._wire.datastore import BRIEF_BYTES, USE_DATASTORE
from dosdk_temporal.errors import DefinitionError

if TYPE_CHECKING:
    from dosdk_temporal._outside.datastore.rows import RowStore

__all__ = ["datastore_activities"]


class _Using:
    """The calls that one worker carries out."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._store: RowStore | None = None

    async def use(self, asked: dict[str, Any]) -> dict[str, Any]:
        """Carry out one call."""
        info = activity.info()
        store = await self._own_store()
        written_by = info.workflow_id if info.workflow_id else None
        outcome = await store.carry_out(StoreCall(**asked["call"]), write_id=asked["write_id"], written_by=written_by)
        if info.is_local and len(to_json(outcome)) > BRIEF_BYTES:
            return {"large": True}
        return outcome

    async def _own_store(self) -> RowStore:
        if self._store is None:
            from dosdk_temporal._outside.database.away import DatabaseAwayError  # noqa: PLC0415
            from dosdk_temporal._outside.database.belonging import Belonging  # noqa: PLC0415
            from dosdk_temporal._outside.datastore.rows import RowStore  # noqa: PLC0415

            try:
                await Belonging(self._database).check(activity.client())
            except DefinitionError as error:
                # This worker's fault and not the run's, which waits for it to be corrected, or for another worker.
                raise DatabaseAwayError(error.message) from None
            self._store = RowStore(self._database, activity.info().namespace)
        return self._store


def datastore_activities(database: Database) -> dict[str, OwnActivity]:
    """The activities that a worker with this database serves."""
    return {USE_DATASTORE: own_activity(_Using(database).use)}
