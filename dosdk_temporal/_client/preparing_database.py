"""Outside: getting the SDK's database ready, as ``dosdk setup`` does it; the first use of it does the same."""

from __future__ import annotations

from dosdk_temporal._client.preparing import Prepared
from dosdk_temporal._outside.database.database import Database
from dosdk_temporal.errors import ServerUnavailableError

__all__ = ["prepare_database"]


async def prepare_database(database: Database, done: Prepared) -> None:
    """Create or migrate all tables. A project's own file that is not there yet is left to its first use.

    Raises:
        DefinitionError: when what is configured is no database, or one of a later version.
    """
    from dosdk_temporal._outside.events.tables import EVENTS  # noqa: PLC0415 - SQLAlchemy, only when it is needed

    if database.is_new:
        return
    for schema in (EVENTS,):
        tables = f"tables of the {schema.name} in {database.shown}"
        try:
            found = await database.prepare(schema)
        except ServerUnavailableError as error:
            done.without.append(f"{error.message}: the {schema.name} wait for it")
            continue
        if found is None:
            done.changed.append(f"{tables} created")
        elif found < schema.version:
            done.changed.append(f"{tables} brought from version {found} to {schema.version}")
        else:
            done.kept.append(f"{tables} have version {found}")
