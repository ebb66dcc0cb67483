"""Outside: one connection to the server per event loop."""

from __future__ import annotations

import asyncio
import math
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final
from weakref import WeakKeyDictionary

import temporalio.api.workflowservice.v1 as service
from temporalio.client import Client
from temporalio.service import GrpcCompression, RPCError, RPCStatusCode

from dosdk_temporal._client.converting import data_converter
from dosdk_temporal._client.settings import Settings
from dosdk_temporal._outside.compat import know_paused_runs
from dosdk_temporal._outside.settling import settle_at_exit
from dosdk_temporal._outside.telemetry import telemetry_plugins
from dosdk_temporal._pure.names import ALONE_PREFIX
from dosdk_temporal.errors import DoError, NotFoundError, PayloadTooLargeError, ServerUnavailableError

if TYPE_CHECKING:
    from dosdk_temporal._client.vigil import Vigil

__all__ = ["Connection", "Connections", "translated"]

_ALONE: Final = re.compile(rf"{ALONE_PREFIX}[0-9a-f-]+")

_PATIENCE: Final = 5.0
"""Seconds to wait for a server that does not answer at all."""


@dataclass
class Connection:
    """A connected client and what is known of its server.

    Attributes:
        client: temporalio's.
        settings: by which it was made.
        standalone: whether the server runs activities without a workflow.
        served: the task queues that a worker on this very connection serves.
        polled_at: when a worker was last known to ask for work, by the monotonic clock.
        vigils: the looks at whether work is taken, by task queue, shared by all who wait.
    """

    client: Client
    settings: Settings
    standalone: bool
    served: set[str] = field(default_factory=set)
    polled_at: float = -math.inf
    vigils: dict[str, Vigil] = field(default_factory=dict)

    @classmethod
    async def open(cls, settings: Settings) -> Connection:
        """Connect.

        Raises:
            ServerUnavailableError: naming the address and what to start.
        """
        know_paused_runs()
        settle_at_exit()
        await _knock(settings.address)
        try:
            client = await Client.connect(
                settings.address,
                namespace=settings.namespace,
                api_key=settings.api_key,
                tls=settings.tls,
                rpc_metadata=settings.metadata,
                data_converter=data_converter(settings.keyring),
                plugins=telemetry_plugins(),
                # Within one machine the bytes cost nothing, and packing them costs both sides a thirtieth of their CPU.
                grpc_compression=GrpcCompression.NONE if settings.on_this_machine else GrpcCompression.GZIP,
            )
        except (RuntimeError, ValueError, RPCError) as error:
            raise _unavailable(settings.address, str(error)) from None
        with translated(settings, "namespace"):
            described = await client.workflow_service.describe_namespace(
                service.DescribeNamespaceRequest(namespace=settings.namespace)
            )
        return cls(client, settings, described.namespace_info.capabilities.standalone_activities)


class Connections:
    """The connections of one ``Do``: a Temporal client belongs to the event loop that made it."""

    def __init__(self) -> None:
        self._open: WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Future[Connection]] = WeakKeyDictionary()

    async def get(self, settings: Settings) -> Connection:
        """This loop's connection, made at the first use; a failed attempt is not kept."""
        loop = asyncio.get_running_loop()
        opening = self._open.get(loop)
        if opening is None:
            opening = self._open[loop] = asyncio.ensure_future(Connection.open(settings))
        try:
            return await asyncio.shield(opening)
        except DoError:
            self._open.pop(loop, None)
            raise

    def close(self) -> None:
        """Forget this loop's connection; the next use makes a new one."""
        self._open.pop(asyncio.get_running_loop(), None)


@contextmanager
def translated(settings: Settings, what: str = "execution") -> Iterator[None]:
    """Turn what the server's calls raise into errors of the tree."""
    try:
        yield
    except RPCError as error:
        raise _own(error, settings, what) from None


def _own(error: RPCError, settings: Settings, what: str) -> DoError:
    if error.status in {RPCStatusCode.UNAVAILABLE, RPCStatusCode.DEADLINE_EXCEEDED}:
        return _unavailable(settings.address, error.message)
    if error.status == RPCStatusCode.NOT_FOUND:
        return _not_found(error.message, settings, what)
    if error.status in {RPCStatusCode.UNAUTHENTICATED, RPCStatusCode.PERMISSION_DENIED}:
        return ServerUnavailableError(
            f"the Temporal server at {settings.address} refused the call ({error.message}): check DO_API_KEY and the namespace"
        )
    if "blob" in error.message.lower() or "larger than max" in error.message:
        return PayloadTooLargeError(f"the server refused the size of the call: {error.message}")
    return DoError(f"the Temporal server at {settings.address} refused the call: {error.message}")


def _not_found(message: str, settings: Settings, what: str) -> NotFoundError:
    if what == "namespace":
        return NotFoundError(
            f"there is no namespace {settings.namespace!r} at {settings.address}: create it, or set another"
        )
    if (action := _ALONE.search(message)) is not None:
        return NotFoundError(
            f"{action[0]!r} is no run of a workflow: it may be an action that was called by itself, of which "
            f"'temporal activity describe --activity-id {action[0]}' tells; 'temporal activity cancel' ends it"
        )
    return NotFoundError(f"there is no such {what} in namespace {settings.namespace!r}: {message}")


async def _knock(address: str) -> None:
    """Find out in a moment whether anything listens: the client itself tries for much longer."""
    host, _, port = address.rpartition(":")
    try:
        _, writer = await asyncio.wait_for(asyncio.open_connection(host.strip("[]"), int(port)), _PATIENCE)
    except (OSError, TimeoutError) as error:
        raise _unavailable(address, str(error) or "no answer") from None
    writer.close()


def _unavailable(address: str, reason: str) -> ServerUnavailableError:
    return ServerUnavailableError(
        f"no Temporal server answers at {address}: start one with 'dosdk dev', or set TEMPORAL_ADDRESS to yours ({reason})"
    )
