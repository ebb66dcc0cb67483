"""Outside: keeping a worker process at work, a new one after each change of a file."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

from dosdk_temporal._cli.dev.announcing import Announcer
from dosdk_temporal._cli.dev.changes import Changes, UnwatchedError
from dosdk_temporal._cli.dev.worker import WorkerProcess
from dosdk_temporal.errors import DoError

__all__ = ["Serving"]


class Serving:
    """The worker of a development session.

    Args:
        modules: what it serves.
        address: of the server.
        task_queue: whose work it does.
        output: the file descriptor for its standard output; None for this process's own.
        announce: is told what happens.
    """

    def __init__(
        self, modules: Sequence[str], address: str, task_queue: str, output: int | None, announce: Announcer
    ) -> None:
        self._modules, self._address, self._task_queue = modules, address, task_queue
        self._output, self._announce = output, announce

    async def run(self, watched: Sequence[Path] | None) -> None:
        """Serve until cancelled, then let the worker drain.

        Args:
            watched: the folders whose changes start the worker again; None for no reload.

        Raises:
            DoError: when the worker ends and no change can start another.
        """
        if watched is None:
            await self._serve_once()
            return
        async with Changes(watched) as changes:
            try:
                while True:
                    await self._serve_until_change(changes)
            except UnwatchedError as error:
                self._announce.unwatched(str(error))
        await self._serve_once()

    async def _serve_once(self) -> None:
        worker = self._start()
        try:
            status = await worker.ended()
        finally:
            await worker.stop()
        raise DoError(
            f"the worker ended (status {status}), and no change of a file starts it again: start 'dosdk dev' again"
        )

    async def _serve_until_change(self, changes: Changes) -> None:
        worker = self._start()
        ending = asyncio.ensure_future(worker.ended())
        changing = asyncio.ensure_future(changes.next())
        try:
            await asyncio.wait([ending, changing], return_when=asyncio.FIRST_COMPLETED)
            if not changing.done():
                # It said itself why, most likely that a module cannot be imported: the next edit may mend that.
                self._announce.ended(ending.result())
            self._announce.changed(await changing)
        finally:
            changing.cancel()
            await worker.stop()

    def _start(self) -> WorkerProcess:
        worker = WorkerProcess(self._modules, address=self._address, task_queue=self._task_queue, output=self._output)
        self._announce.worker(self._modules, worker.pid)
        return worker
