"""Outside: one run of the server, from its start over its readiness to its end."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from typing import Self

from dosdk_temporal._server.flags import Ports, arguments
from dosdk_temporal._server.holder import holds
from dosdk_temporal._server.place import Place
from dosdk_temporal._server.ports import HOST
from dosdk_temporal._server.process import Child
from dosdk_temporal._server.taken import refuse_taken
from dosdk_temporal.errors import ServerUnavailableError

__all__ = ["PortLostError", "Run"]

_STEP = 0.02
_PATIENCE = timedelta(seconds=10)
_LOST = "address already in use"


class PortLostError(ServerUnavailableError):
    """A port that was free when it was chosen was taken when the server came to listen on it."""


class Run:
    """A server process, its ports and its place."""

    def __init__(self, child: Child, ports: Ports, place: Place) -> None:
        self.child = child
        self.ports = ports
        self.place = place

    @classmethod
    async def begin(
        cls, binary: Path, ports: Ports, *, directory: Path | None, extra: Sequence[str], within: timedelta
    ) -> Self:
        """Start a server and wait until it answers; cancelling kills it.

        Args:
            binary: the ``temporal`` program.
            ports: what to listen on.
            directory: the data directory; None keeps everything in memory.
            extra: more flags for the program.
            within: how long it may take to answer.

        Raises:
            ServerUnavailableError: a port or the directory is taken, or the server did not come up; the message then
                ends with what its log says last.
        """
        await refuse_taken(ports)
        place = await Place.open(directory, binary=binary, address=f"{HOST}:{ports.grpc}")
        with ExitStack() as undo:
            undo.callback(place.close)
            command = [str(binary), *arguments(ports, database=place.path, extra=extra)]
            run = cls(Child(command, output=place.log.fileno(), keep=place.held), ports, place)
            undo.callback(run.child.kill)
            await run._await_ready(within)
            undo.pop_all()
        return run

    async def end(self) -> None:
        """Ask the server to end, kill it after 10 s (or when cancelled), and let go of its data."""
        try:
            await self.child.stop(_PATIENCE)
        finally:
            self.place.close()

    async def _await_ready(self, within: timedelta) -> None:
        try:
            async with asyncio.timeout(within.total_seconds()):
                await self._ready()
        except TimeoutError:
            raise self._failure(f"did not answer within {within.total_seconds():g} s") from None
        self.place.finish()

    async def _ready(self) -> None:
        from dosdk_temporal._server import namespace, probe  # noqa: PLC0415 - they load temporalio, while it starts

        client = await probe.connect(self.ports.grpc)
        # A healthy answer alone could come from another server that was quicker to take the port.
        while not (await probe.serves(client) and holds(self.child.pid, self.ports.grpc)):
            await self._still_alive()
        while self.ports.ui is not None and not await probe.accepts(self.ports.ui):
            await self._still_alive()
        await namespace.configure(client)

    async def _still_alive(self) -> None:
        status = self.child.status
        if status is not None:
            raise self._failure(f"ended while it started ({_ending(status)})")
        await asyncio.sleep(_STEP)

    def _failure(self, what: str) -> ServerUnavailableError:
        said = self.place.log.complaint() or "nothing"
        kind = PortLostError if _LOST in said else ServerUnavailableError
        where = f" (all of it: {self.place.log.path})" if self.place.log.path else ""
        return kind(f"the development server {what}. Its last words{where}:\n{said}")


def _ending(status: int) -> str:
    return f"exit status {status}" if status >= 0 else f"killed by signal {-status}"
