"""Outside: whether a starting worker has the database that its namespace names."""

from __future__ import annotations

import logging

from temporalio.client import Client

from dosdk_temporal._outside.database.database import Database
from dosdk_temporal._pure.registry import Registry
from dosdk_temporal.errors import ServerUnavailableError

__all__ = ["check_database"]

_log = logging.getLogger("dosdk_temporal.worker")


async def check_database(client: Client, task_queue: str, database: Database, registry: Registry) -> None:
    """Refuse to start with another database, and say what a file is not for.

    A project's own file that nobody has made yet is made only where something will be written in it anyway. A database that
    is away is looked at again when it is first used.

    Raises:
        DefinitionError: when the namespace names another database, naming both; or what is configured is none.
    """
    from dosdk_temporal._outside.database.belonging import Belonging  # noqa: PLC0415 - SQLAlchemy, when it is needed
    from dosdk_temporal._outside.events.subscriptions import declared  # noqa: PLC0415

    making = any(declared(registry, task_queue).values())
    try:
        await Belonging(database).check(client, making=making)
    except ServerUnavailableError as error:
        _log.warning("%s; until then the Datastore waits", error)
    if database.url.get_backend_name() == "sqlite":
        _log.info(
            "the Datastore is %s: a file serves one host; for workers on several, set DO_DATASTORE_URL to a PostgreSQL",
            database.shown,
        )
