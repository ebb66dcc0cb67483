"""Outside: the tables of one concern, their version, and the way from an older one. Each concern keeps its own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Column, Connection, Integer, MetaData, Table, Text, func, insert, inspect, select, update
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.schema import CreateTable

from dosdk_temporal.errors import DefinitionError

__all__ = ["Migration", "Schema", "bring_up"]

Migration = Callable[[Connection], None]
"""Changes the tables of one version into those of the next."""

_LOCK: Final = 0x646F5F73646B
"""PostgreSQL's advisory lock for what changes tables; any number that nobody else takes. SQLite has one writer anyway."""

_versions = Table(
    "dosdk_schemas", MetaData(), Column("name", Text, primary_key=True), Column("version", Integer, nullable=False)
)


@dataclass(frozen=True)
class Schema:
    """The tables of one concern.

    Attributes:
        name: of the concern; its row in ``dosdk_schemas``.
        metadata: the tables as they are now; a database without any gets these.
        migrations: from version 1 on, one for each later version; what has been released is never changed.
    """

    name: str
    metadata: MetaData
    migrations: tuple[Migration, ...] = ()

    @property
    def version(self) -> int:
        """The version of the tables as they are now, from 1."""
        return 1 + len(self.migrations)


async def bring_up(connection: AsyncConnection, schema: Schema) -> int | None:
    """Create the tables, or bring them to this version; one process at a time, the others wait and find it done.

    Returns:
        The version that was there; None where there were no tables.

    Raises:
        DefinitionError: when the tables are of a later version than this one.
    """
    current = select(_versions.c.version).where(_versions.c.name == schema.name)
    # Once set up, they are used by who may not create tables, not even those that are there.
    if await connection.run_sync(_is_there) and await connection.scalar(current) == schema.version:
        return schema.version
    if connection.dialect.name == "postgresql":
        await connection.execute(select(func.pg_advisory_xact_lock(_LOCK)))
    await connection.execute(CreateTable(_versions, if_not_exists=True))
    found = await connection.scalar(current)
    if found is None:
        await connection.run_sync(schema.metadata.create_all)
        await connection.execute(insert(_versions).values(name=schema.name, version=schema.version))
        return None
    if found > schema.version:
        raise DefinitionError(
            f"the database's tables of the {schema.name} have version {found}, this dosdk-temporal knows version "
            f"{schema.version}: update it"
        )
    for migration in schema.migrations[found - 1 :]:
        await connection.run_sync(migration)
    if found < schema.version:
        changed = update(_versions).where(_versions.c.name == schema.name)
        await connection.execute(changed.values(version=schema.version))
    return int(found)


def _is_there(connection: Connection) -> bool:
    return inspect(connection).has_table(_versions.name)
