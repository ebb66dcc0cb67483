"""Outside: the development server as an object with a beginning and an end."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from types import TracebackType
from typing import Self

from dosdk_temporal._server.binary import find_binary
from dosdk_temporal._server.flags import Ports
from dosdk_temporal._server.ports import HOST, free_ports
from dosdk_temporal._server.run import PortLostError, Run
from dosdk_temporal.errors import ServerUnavailableError

__all__ = ["EmbeddedServer"]

_RETRIES = 2


class EmbeddedServer:
    """A Temporal development server with its Web UI, as a child process bound to 127.0.0.1.

    Used with ``async with``, or with :meth:`start` and :meth:`stop`. It ends with this process, however that ends;
    a Ctrl-C in the terminal does not reach it, so that workers can drain before :meth:`stop`.

    Args:
        data_dir: a directory that keeps ``temporal-<server version>.db``, its log and its lock; made where it is
            missing. Data there survive kill -9. Default None: everything in memory, gone with the server.
        port: for clients and workers; default None: a free one of the system's choosing.
        ui_port: for the Web UI; default None: likewise.
        ui: whether to serve the Web UI; default True.
        extra_flags: more flags of ``temporal server start-dev``; of one given twice the last counts. Default none.
        start_timeout: how long :meth:`start` waits for an answer; default 30 s.
    """

    def __init__(
        self,
        *,
        data_dir: Path | None = None,
        port: int | None = None,
        ui_port: int | None = None,
        ui: bool = True,
        extra_flags: Sequence[str] = (),
        start_timeout: timedelta = timedelta(seconds=30),
    ) -> None:
        self._data_dir = data_dir
        self._port = port
        self._ui_port = ui_port
        self._ui = ui
        self._extra_flags = tuple(extra_flags)
        self._start_timeout = start_timeout
        self._run: Run | None = None

    async def start(self) -> Self:
        """Start the server and wait until it answers; does nothing where it runs.

        It can be started again after :meth:`stop` and after it was killed, and is then where it was before: ports of
        the system's choosing are kept. Closed runs of the ``default`` namespace are kept for 90 days from here on.
        Cancelling kills the server.

        Returns:
            Itself.

        Raises:
            ServerUnavailableError: no ``temporal`` program was found, a port is taken, another server has the data
                directory, or the server did not come up. The message says which, and what to do.
        """
        if not self.running:
            await self.stop()
            self._run = await self._begin()
            self._port, self._ui_port = self._run.ports.grpc, self._run.ports.ui or self._ui_port
        return self

    async def stop(self) -> None:
        """Stop the server: SIGTERM, and SIGKILL after 10 s; does nothing where none runs. Takes 1 to 2 s.

        Cancelling kills the server at once.
        """
        run, self._run = self._run, None
        if run is not None:
            await run.end()

    @property
    def running(self) -> bool:
        """Whether the server's process lives."""
        return self._run is not None and self._run.child.status is None

    @property
    def address(self) -> str:
        """Where clients and workers connect, as ``127.0.0.1:port``.

        Raises:
            ServerUnavailableError: it is not started.
        """
        return f"{HOST}:{self._started.ports.grpc}"

    @property
    def ui_url(self) -> str | None:
        """Where the Web UI is; None without one.

        Its pages are there after :meth:`start`; what they show can take a second more, because the UI looked for the
        server before that was up and tries again only then.

        Raises:
            ServerUnavailableError: it is not started.
        """
        port = self._started.ports.ui
        return None if port is None else f"http://{HOST}:{port}"

    @property
    def pid(self) -> int:
        """The server's process id.

        Raises:
            ServerUnavailableError: it is not started.
        """
        return self._started.child.pid

    @property
    def log_path(self) -> Path | None:
        """The file with the server's log; None where all is in memory.

        Raises:
            ServerUnavailableError: it is not started.
        """
        return self._started.place.log.path

    def log_tail(self, lines: int = 15) -> str:
        """Give the last lines of the server's log since its start.

        Args:
            lines: how many at most.

        Raises:
            ServerUnavailableError: it is not started.
        """
        return self._started.place.log.tail(lines)

    @property
    def _started(self) -> Run:
        if self._run is None:
            raise ServerUnavailableError("the development server is not started: await its start(), or use async with")
        return self._run

    async def _begin(self) -> Run:
        for _ in range(_RETRIES):
            # A port can be lost in the moment between its choice and the listening; one a user asked for is reported
            # by the next try, which finds it taken.
            with suppress(PortLostError):
                return await self._try()
        return await self._try()

    async def _try(self) -> Run:
        return await Run.begin(
            find_binary(),
            self._choose(),
            directory=self._data_dir,
            extra=self._extra_flags,
            within=self._start_timeout,
        )

    def _choose(self) -> Ports:
        grpc, http, metrics, ui = free_ports(4)
        return Ports(self._port or grpc, http, metrics, (self._ui_port or ui) if self._ui else None)

    async def __aenter__(self) -> Self:
        return await self.start()

    async def __aexit__(
        self, exc_type: type[BaseException] | None, exc: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self.stop()
