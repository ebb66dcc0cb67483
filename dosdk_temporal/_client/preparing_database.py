"""Outside: getting the SDK's database ready, as ``dosdk setup`` does it; the first use of it does the same."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from temporalio.service import RPCError

from dosdk_temporal._client.connection import Connection
from dosdk_temporal._client.preparing import Prepared
from dosdk_temporal._outside.database.database import Database
from dosdk_temporal.errors import DefinitionError, ServerUnavailableError

if TYPE_CHECKING:
    from dosdk_temporal._client.do import Do
    from dosdk_temporal._outside.database.schema import Schema

__all__ = ["Wanted", "prepare_database", "prepare_named", "prepare_owner"]

Wanted = Literal["this", "any"]


async def prepare_database(database: Database, done: Prepared) -> None:
    """Create or migrate all tables. A project's own file that is not there yet is left to its first use.

    Raises:
        DefinitionError: when what is configured is no database, or one of a later version.
    """
    from dosdk_temporal._outside.datastore.tables import DATASTORE  # noqa: PLC0415 - SQLAlchemy, only when it is needed
    from dosdk_temporal._outside.events.tables import EVENTS  # noqa: PLC0415
    from dosdk_temporal._outside.transactions.tables import TRANSACTIONS  # noqa: PLC0415

    await _prepare(
        database, (DATASTORE, EVENTS, TRANSACTIONS), "the Datastore, events and transactions wait for it", done
    )


async def prepare_named(do: Do, done: Prepared) -> None:
    """Create or migrate the tables that transactions need in the databases that actions name.

    Raises:
        DefinitionError: when one has no address, what is given is none, or its tables are of a later version.
    """
    from dosdk_temporal._outside.transactions.tables import TRANSACTIONS  # noqa: PLC0415 - SQLAlchemy, as above
    from dosdk_temporal._outside.transactions.worker_transactions import WorkerTransactions  # noqa: PLC0415

    for database in WorkerTransactions(do.registry, do.database).named():
        await _prepare(database, (TRANSACTIONS,), "the actions that write it wait for it", done)
        await database.close()


async def _prepare(database: Database, schemas: tuple[Schema, ...], without: str, done: Prepared) -> None:
    if database.is_new:
        return
    for schema in schemas:
        tables = f"tables of the {schema.name} in {database.shown}"
        try:
            found = await database.prepare(schema)
        except ServerUnavailableError as error:
            done.without.append(f"{error.message}: {without}")
            return
        if found is None:
            done.changed.append(f"{tables} created")
        elif found < schema.version:
            done.changed.append(f"{tables} brought from version {found} to {schema.version}")
        else:
            done.kept.append(f"{tables} have version {found}")


async def prepare_owner(connection: Connection, database: Database, wanted: Wanted | None, done: Prepared) -> None:
    """Let the namespace name its database: this one where it names none yet, or what is wanted in any case."""
    from dosdk_temporal._outside.database.belonging import compare, here  # noqa: PLC0415 - SQLAlchemy, as above

    client = connection.client
    try:
        if wanted is None and await compare(client, database) is not None:
            done.kept.append(f"namespace {client.namespace!r} and its database")
        elif wanted is not None or not database.is_new:
            await _name(connection, database, wanted or "this")
            named = "any database" if wanted == "any" else f"the database {here(database)}"
            done.changed.append(f"namespace {client.namespace!r} has {named} from now on")
    except DefinitionError as error:
        done.left.append(error.message)
    except RPCError as error:
        done.without.append(f"the namespace may not be told its database ({error.message}): another one goes unnoticed")
    except ServerUnavailableError as error:
        done.without.append(error.message)


async def _name(connection: Connection, database: Database, wanted: Wanted) -> None:
    from dosdk_temporal._outside.database.belonging import ANY, Owner, here, write_owner  # noqa: PLC0415
    from dosdk_temporal._outside.database.identity import identity_of  # noqa: PLC0415

    owner = Owner(ANY, ANY) if wanted == "any" else Owner(await identity_of(database), here(database))
    await write_owner(connection.client, owner)
