"""Outside: refuse ports that something else holds, and say how to go on."""

from __future__ import annotations

import asyncio

from dosdk_temporal._server.flags import Ports
from dosdk_temporal._server.holder import Holder, find_holder
from dosdk_temporal._server.ports import HOST, free_near, is_free
from dosdk_temporal.errors import ServerUnavailableError

__all__ = ["explain", "refuse_taken"]


async def refuse_taken(wanted: Ports) -> None:
    """Check that a server can listen on the ports a user sees.

    Raises:
        ServerUnavailableError: one is taken; the message has the port, who holds it where that can be known, whether
            that is a Temporal server that could be used instead, and a port that is free.
    """
    for port, purpose in ((wanted.grpc, "port"), (wanted.ui, "ui_port")):
        if port is not None and not is_free(port):
            raise ServerUnavailableError(await _explanation(port, purpose))


def explain(port: int, *, purpose: str, holder: Holder | None, version: str | None, free: int) -> str:
    """Word the message about a taken port.

    Args:
        port: the port that is taken.
        purpose: the option that asked for it.
        holder: the process that listens there; None where that cannot be known.
        version: of the Temporal server that answers there; None where none does.
        free: a port to offer.
    """
    who = f"process {holder.pid} ({holder.name})" if holder else "another process"
    if version is None:
        return f"port {port} is taken by {who}: stop that process, or go on with {purpose}={free}, which is free"
    return (
        f"port {port} is taken by {who}, a Temporal server {version}: connect to it at {HOST}:{port}, "
        f"or go on with {purpose}={free}, which is free"
    )


async def _explanation(port: int, purpose: str) -> str:
    from dosdk_temporal._server.probe import temporal_version  # noqa: PLC0415 - it loads temporalio

    holder = await asyncio.to_thread(find_holder, port)
    version = await temporal_version(port)
    return explain(port, purpose=purpose, holder=holder, version=version, free=free_near(port))
