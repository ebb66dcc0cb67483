"""Outside: ``temporal server start-dev`` as anybody starts it: a database file, and every other setting its own."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from dosdk_temporal._server.binary import find_binary
from dosdk_temporal._server.ports import HOST, free_ports
from dosdk_temporal._server.probe import connect, serves
from dosdk_temporal._server.process import Child

__all__ = ["plain_server"]

_PATIENCE = timedelta(seconds=10)


@asynccontextmanager
async def plain_server() -> AsyncIterator[str]:
    """Give the address of a server that ends with the context, or with this process."""
    grpc, ui = free_ports(2)
    with TemporaryDirectory() as directory, (Path(directory) / "log").open("wb") as log:
        child = Child(_command(grpc, ui, Path(directory) / "temporal.db"), output=log.fileno())
        try:
            client = await connect(grpc)
            while not await serves(client) and child.status is None:
                pass
            yield f"{HOST}:{grpc}"
        finally:
            await child.stop(_PATIENCE)


def _command(grpc: int, ui: int, database: Path) -> list[str]:
    # Only what two servers on one machine need differs from the defaults: where they listen.
    listening = ["--ip", HOST, "--port", str(grpc), "--ui-port", str(ui)]
    return [str(find_binary()), "server", "start-dev", "--db-filename", str(database), *listening]
