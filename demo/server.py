"""The demo's server."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from dosdk_temporal._cli.output import console
from dosdk_temporal._outside.project import data_folder, prepare_folder
from dosdk_temporal._server import EmbeddedServer
from dosdk_temporal.errors import ServerUnavailableError

__all__ = ["running_server"]


@asynccontextmanager
async def running_server() -> AsyncIterator[EmbeddedServer]:
    """A server on ports of the system's choosing, on the data that ``dosdk dev`` uses too.

    Raises:
        ServerUnavailableError: when none can be started.
    """
    server = await _started()
    try:
        yield server
    finally:
        await server.stop()


async def _started() -> EmbeddedServer:
    folder = data_folder(Path.cwd())
    console().print("Starting a Temporal server ...")
    try:
        prepare_folder(folder)
        server = await EmbeddedServer(data_dir=folder).start()
        kept = f"runs are kept in {folder}"
    except ServerUnavailableError as error:
        # Most often because `dosdk dev` has the folder just now; where it is anything worse, the next one says so.
        console().print(f"{error}: going on with another server, that keeps its runs in memory")
        server = await EmbeddedServer().start()
        kept = "runs are kept in memory"
    console().print(f"  server  {server.address}  ({kept})")
    console().print(f"  Web UI  {server.ui_url}")
    return server
