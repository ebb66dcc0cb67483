"""Outside: what ``dosdk dev`` says: lines for people, or JSON lines for programs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Protocol

from dosdk_temporal._cli.output import console, line
from dosdk_temporal._client.settings import DEFAULT_ADDRESS
from dosdk_temporal._server import EmbeddedServer

if TYPE_CHECKING:
    from dosdk_temporal._outside.codec_server import CodecServer

__all__ = ["Announcer", "Lines", "Words"]


class Announcer(Protocol):
    """Is told what happens."""

    def server(self, server: EmbeddedServer, data: str) -> None:
        """The server answers; ``data`` is the folder of its data."""
        ...

    def codec(self, codec: CodecServer) -> None:
        """The Web UI shows what is encrypted, with the help of this."""
        ...

    def worker(self, modules: Sequence[str], pid: int) -> None:
        """A worker process has begun."""
        ...

    def changed(self, files: Sequence[str]) -> None:
        """Files have changed: the worker drains, and a new one follows."""
        ...

    def ended(self, status: int) -> None:
        """The worker has ended by itself; the next change starts a new one."""
        ...

    def unwatched(self, reason: str) -> None:
        """Changes will not be noticed."""
        ...

    def stopping(self) -> None:
        """The worker drains, then the server stops."""
        ...


class Lines:
    """JSON lines: ``{"event": "server", …}``."""

    def server(self, server: EmbeddedServer, data: str) -> None:
        """See :class:`Announcer`; so are the others."""
        line({"event": "server", "address": server.address, "ui": server.ui_url, "data": data, "pid": server.pid})

    def codec(self, codec: CodecServer) -> None:
        """What is encrypted is shown."""
        line({"event": "codec", "url": codec.url, "origins": sorted(codec.origins)})

    def worker(self, modules: Sequence[str], pid: int) -> None:
        """A worker process has begun."""
        line({"event": "worker_started", "modules": modules, "pid": pid})

    def changed(self, files: Sequence[str]) -> None:
        """Files have changed."""
        line({"event": "changed", "files": files})

    def ended(self, status: int) -> None:
        """The worker has ended by itself."""
        line({"event": "worker_ended", "status": status})

    def unwatched(self, reason: str) -> None:
        """Changes will not be noticed."""
        line({"event": "unwatched", "reason": reason})

    def stopping(self) -> None:
        """The end begins."""
        line({"event": "stopping"})


class Words:
    """Lines for people."""

    def __init__(self) -> None:
        self._console = console()

    def server(self, server: EmbeddedServer, data: str) -> None:
        """See :class:`Announcer`; so are the others."""
        self._say(f"Temporal server  {server.address}  (runs are kept in {data})", "bold")
        self._say(f"Web UI           {server.ui_url}", "bold")
        if server.address.rpartition(":")[2] != DEFAULT_ADDRESS.rpartition(":")[2]:
            self._say(f"Other terminals  export TEMPORAL_ADDRESS={server.address}", "bold")

    def codec(self, codec: CodecServer) -> None:
        """What is encrypted is shown."""
        self._say(f"Codec server     {codec.url}  (with it the Web UI shows what is encrypted)", "bold")

    def worker(self, modules: Sequence[str], pid: int) -> None:
        """A worker process has begun."""
        self._say(f"Worker           {', '.join(modules)}  (process {pid}; Ctrl-C ends everything)", "bold")

    def changed(self, files: Sequence[str]) -> None:
        """Files have changed."""
        self._say(f"{', '.join(files)} changed: the worker starts again", "cyan")

    def ended(self, status: int) -> None:
        """The worker has ended by itself."""
        self._say(f"the worker ended (status {status}): it starts again when a file changes", "yellow")

    def unwatched(self, reason: str) -> None:
        """Changes will not be noticed."""
        self._say(f"changes of files are not noticed: {reason}", "yellow")

    def stopping(self) -> None:
        """The end begins."""
        self._say("stopping: running actions may end, then the server stops; Ctrl-C again ends at once", "dim")

    def _say(self, text: str, style: Any) -> None:
        self._console.print(text, style=style)
        self._console.file.flush()
