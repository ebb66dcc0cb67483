"""Outside: one session of ``dosdk dev``, from the server's start to the last process's end."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Coroutine, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dosdk_temporal._cli.dev.announcing import Announcer
from dosdk_temporal._cli.dev.changes import folders
from dosdk_temporal._cli.dev.decrypting import answer_pages_of, decrypting
from dosdk_temporal._cli.dev.ports import refuse_taken
from dosdk_temporal._cli.dev.serving import Serving
from dosdk_temporal._outside.project import data_folder, prepare_folder
from dosdk_temporal._server import EmbeddedServer
from dosdk_temporal.errors import ServerUnavailableError

__all__ = ["Session", "develop"]

_STEP = 0.2


@dataclass(frozen=True)
class Session:
    """What a user asked for.

    Attributes:
        modules: what the worker serves; none for no worker.
        port: for clients and workers; 0 for any.
        ui_port: for the Web UI; 0 for any.
        task_queue: whose work the worker does.
        reload: whether changes of files start the worker again.
        output: the file descriptor for the worker's standard output; None for this process's own.
    """

    modules: Sequence[str]
    port: int
    ui_port: int
    task_queue: str
    reload: bool
    output: int | None


async def develop(session: Session, announce: Announcer) -> int:
    """Run a server, and a worker where there are modules, until SIGINT, SIGTERM or SIGHUP.

    The first signal drains the worker and stops the server; the second kills both.

    Returns:
        The exit status, 0.

    Raises:
        ServerUnavailableError: when the server does not come up, or ends by itself.
    """
    running = asyncio.ensure_future(_run(session, announce))

    def stop() -> None:
        if not running.cancelling():
            announce.stopping()
        running.cancel()

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(number, stop)
    await asyncio.wait([running])
    if not running.cancelled():
        running.result()
    return 0


async def _run(session: Session, announce: Announcer) -> None:
    await refuse_taken(session.port, session.ui_port)
    folder = data_folder(Path.cwd())
    prepare_folder(folder)
    with decrypting() as codec:
        flags = [] if codec is None else ["--ui-codec-endpoint", codec.url]
        server = EmbeddedServer(
            data_dir=folder, port=session.port or None, ui_port=session.ui_port or None, extra_flags=flags
        )
        async with server:
            announce.server(server, _shown(folder))
            if codec is not None:
                answer_pages_of(codec, server)
                announce.codec(codec)
            await _first_end(_parts(session, server, announce))


def _parts(session: Session, server: EmbeddedServer, announce: Announcer) -> list[Coroutine[Any, Any, None]]:
    parts: list[Coroutine[Any, Any, None]] = [_until_it_ends(server)]
    if session.modules:
        watched = folders(session.modules, Path.cwd()) if session.reload else None
        parts.append(
            Serving(session.modules, server.address, session.task_queue, session.output, announce).run(watched)
        )
    return parts


async def _first_end(coroutines: Sequence[Coroutine[Any, Any, None]]) -> None:
    """Run all until the first ends or this is cancelled, then end the others; raise what that one raised."""
    tasks = [asyncio.ensure_future(coroutine) for coroutine in coroutines]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    for task in done:
        task.result()


async def _until_it_ends(server: EmbeddedServer) -> None:
    while server.running:  # noqa: ASYNC110 - the server's process is another thread's to wait for
        await asyncio.sleep(_STEP)
    raise ServerUnavailableError(f"the development server ended by itself: its log is {server.log_path}")


def _shown(folder: Path) -> str:
    here = Path.cwd()
    return str(folder.relative_to(here)) if folder.is_relative_to(here) else str(folder)
