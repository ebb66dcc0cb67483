"""Outside: that a Temporal namespace and this database belong together.

Which database is a namespace's stands in the namespace itself, so that a process which reaches another one, by a wrong
setting or a file of the same name on another host, is stopped before it reads or writes there.
"""

from __future__ import annotations

import logging
import socket
from dataclasses import dataclass
from typing import Final

from temporalio.api.namespace.v1 import UpdateNamespaceInfo
from temporalio.api.workflowservice.v1 import DescribeNamespaceRequest, UpdateNamespaceRequest
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from dosdk_temporal._outside.database.away import DatabaseAwayError
from dosdk_temporal._outside.database.database import Database
from dosdk_temporal._outside.database.identity import identity_of
from dosdk_temporal.errors import DefinitionError

__all__ = ["ANY", "Belonging", "Owner", "compare", "here", "read_owner", "write_owner"]

ANY: Final = "any"
"""The id of a namespace that leaves the choice to each process, as a test server's does."""

_ID: Final = "dosdk.datastore"
_ADDRESS: Final = "dosdk.datastore.address"

_NOT_ALLOWED: Final = {
    RPCStatusCode.PERMISSION_DENIED,
    RPCStatusCode.UNAUTHENTICATED,
    RPCStatusCode.UNIMPLEMENTED,
    RPCStatusCode.INVALID_ARGUMENT,
    RPCStatusCode.FAILED_PRECONDITION,
}
"""How a server says that this caller may not change a namespace, or nobody may in this way, as in Temporal Cloud."""

_log = logging.getLogger("dosdk_temporal.worker")


@dataclass(frozen=True)
class Owner:
    """The database that a namespace names as its own.

    Attributes:
        id: the database's, or :data:`ANY`.
        address: for people, without a password.
    """

    id: str
    address: str


class Belonging:
    """What one process knows of the namespaces that its database belongs to.

    Args:
        database: the process's.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._checked: set[str] = set()

    async def check(self, client: Client, *, making: bool = True) -> None:
        """Make sure, once a namespace, that it names this database or none; where it names none, it names this one then.

        Two databases that are written in for the first time at the very same moment can both pass; the next start of one
        of them is refused.

        Args:
            client: of the namespace.
            making: whether the database is to be made where it is a file that nobody has made yet; without, that file is
                refused where the namespace names another, and else looked at again the next time.

        Raises:
            DefinitionError: when the namespace names another, naming both.
            DatabaseAwayError: when the database, or the server, does not answer.
        """
        if client.namespace in self._checked:
            return
        owner = await compare(client, self._database)
        if owner is None:
            if self._database.is_new and not making:
                return
            await _claim(client, self._database)
        self._checked.add(client.namespace)


async def compare(client: Client, database: Database) -> Owner | None:
    """The database that the namespace names: this one, any, or None yet.

    Raises:
        DefinitionError: when it names another.
        DatabaseAwayError: when the database, or the server, does not answer.
    """
    owner = await read_owner(client)
    if owner is None or owner.id == ANY:
        return owner
    if database.is_new:
        raise _foreign(client.namespace, owner, f"{here(database)}, which nobody has made yet")
    if owner.id != await identity_of(database):
        raise _foreign(client.namespace, owner, here(database))
    return owner


async def read_owner(client: Client) -> Owner | None:
    """The database that the namespace names.

    Raises:
        DatabaseAwayError: when the server does not say.
    """
    try:
        found = await client.workflow_service.describe_namespace(DescribeNamespaceRequest(namespace=client.namespace))
    except RPCError as error:
        raise DatabaseAwayError(
            f"the namespace {client.namespace!r} does not say which database is its own ({error.message})"
        ) from None
    data = found.namespace_info.data
    return Owner(data[_ID], data[_ADDRESS]) if data.get(_ID) else None


async def write_owner(client: Client, owner: Owner) -> None:
    """Let the namespace name a database.

    Raises:
        RPCError: when the server refuses.
    """
    info = UpdateNamespaceInfo(data={_ID: owner.id, _ADDRESS: owner.address})
    await client.workflow_service.update_namespace(UpdateNamespaceRequest(namespace=client.namespace, update_info=info))


def here(database: Database) -> str:
    """A database's address for people on other hosts too."""
    on_host = f" on the host {socket.gethostname()}" if database.url.get_backend_name() == "sqlite" else ""
    return f"{database.shown}{on_host}"


async def _claim(client: Client, database: Database) -> None:
    """Let the namespace name this database, where it may."""
    own = Owner(await identity_of(database), here(database))
    try:
        await write_owner(client, own)
    except RPCError as error:
        if error.status not in _NOT_ALLOWED:
            raise DatabaseAwayError(
                f"the namespace {client.namespace!r} cannot be told its database ({error.message})"
            ) from None
        _log.warning(
            "the namespace %r may not be told that %s is its database (%s): a process with another one goes unnoticed",
            client.namespace,
            own.address,
            error.message,
        )
        return
    await compare(client, database)  # another may have been as fast


def _foreign(namespace: str, owner: Owner, own: str) -> DefinitionError:
    return DefinitionError(
        f"the database of the namespace {namespace!r} is {owner.address}, and this process has {own}: set DO_DATASTORE_URL "
        "to the first, or run 'dosdk setup --database this' where the second is to take its place"
    )
