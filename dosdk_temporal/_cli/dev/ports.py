"""Outside: the two ports that a user sees, and what to do when one is taken."""

from __future__ import annotations

import asyncio

from dosdk_temporal._server.holder import Holder, find_holder
from dosdk_temporal._server.ports import HOST, free_near, is_free
from dosdk_temporal.errors import ServerUnavailableError

__all__ = ["refuse_taken"]


async def refuse_taken(port: int, ui_port: int) -> None:
    """Check that the server can listen, and say in the command line's own words how to go on where it cannot.

    Args:
        port: for clients and workers; 0 for any.
        ui_port: for the Web UI; 0 for any.

    Raises:
        ServerUnavailableError: one is taken; with the port, its holder where that can be known, and what to do.
    """
    if port and not is_free(port):
        raise ServerUnavailableError(await _port_taken(port))
    if ui_port and not is_free(ui_port):
        holder = await asyncio.to_thread(find_holder, ui_port)
        raise ServerUnavailableError(
            f"port {ui_port}, for the Web UI, is taken by {_who(holder)}: "
            f"stop that process, or go on with --ui-port {free_near(ui_port)}, which is free"
        )


async def _port_taken(port: int) -> str:
    from dosdk_temporal._server.probe import temporal_version  # noqa: PLC0415 - it loads temporalio

    who = _who(await asyncio.to_thread(find_holder, port))
    version = await temporal_version(port)
    if version is None:
        return (
            f"port {port} is taken by {who}: stop that process, or go on with --port {free_near(port)}, which is free"
        )
    return (
        f"port {port} is taken by {who}, a Temporal server {version}: use it with "
        f"'dosdk worker MODULE --address {HOST}:{port}', or go on with --port {free_near(port)}, which is free"
    )


def _who(holder: Holder | None) -> str:
    return f"process {holder.pid} ({holder.name})" if holder else "another process"
