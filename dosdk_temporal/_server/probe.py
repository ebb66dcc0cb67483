"""Outside: ask what listens on a port. Imported only when a server is started: it loads temporalio."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from temporalio.api.workflowservice.v1 import GetSystemInfoRequest
from temporalio.service import ConnectConfig, RPCError, ServiceClient

from dosdk_temporal._server.ports import HOST

__all__ = ["accepts", "connect", "serves", "temporal_version"]

_CALL = timedelta(seconds=2)


async def connect(port: int) -> ServiceClient:
    """Make a client that connects with its first call, and again with each until one succeeds."""
    return await ServiceClient.connect(ConnectConfig(target_host=f"{HOST}:{port}", lazy=True))


async def serves(client: ServiceClient) -> bool:
    """Say whether the server's front end is healthy."""
    try:
        return await client.check_health(timeout=_CALL)
    except (RPCError, RuntimeError):  # RuntimeError is temporalio's word for a refused connection
        return False


async def accepts(port: int) -> bool:
    """Say whether anything accepts connections on this port."""
    try:
        _, writer = await asyncio.open_connection(HOST, port)
    except OSError:
        return False
    writer.close()
    await writer.wait_closed()
    return True


async def temporal_version(port: int) -> str | None:
    """Give the version of the Temporal server on this port; None where it is not one, or wants TLS."""
    client = await connect(port)
    try:
        # Bounded here too: a listener that never speaks HTTP/2 keeps the connection's own set-up waiting.
        async with asyncio.timeout(_CALL.total_seconds()):
            answer = await client.workflow_service.get_system_info(GetSystemInfoRequest(), timeout=_CALL)
    except (RPCError, RuntimeError, TimeoutError):
        return None
    return answer.server_version
