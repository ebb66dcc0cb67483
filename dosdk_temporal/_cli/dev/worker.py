"""Outside: the worker process of ``dosdk dev``."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from asyncio.subprocess import Process
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Self

from dosdk_temporal._server import launch
from dosdk_temporal._server.process import BINDING

__all__ = ["WorkerProcess"]

_DRAIN = 10
_PATIENCE = _DRAIN + 5.0
"""Seconds that a worker has to end: its running actions, then itself."""


class WorkerProcess:
    """One ``dosdk worker``, in a session of its own, that cannot outlive this process.

    A Ctrl-C of the terminal does not reach it: it is asked to end by :meth:`stop`, while its server still answers.
    """

    def __init__(self, process: Process) -> None:
        self._process = process

    @classmethod
    async def start(cls, modules: Sequence[str], *, address: str, task_queue: str, output: int | None) -> Self:
        """Start it; call this from the main thread, whose end the kernel takes for this process's.

        Args:
            modules: what it serves.
            address: of the server.
            task_queue: whose work it does.
            output: the file descriptor for its standard output; None for this process's own.

        Raises:
            OSError: when it could not be started.
        """
        target = ["--address", address, "--namespace", "default", "--task-queue", task_queue, "--drain", f"{_DRAIN}s"]
        command = [sys.executable, "-m", "dosdk_temporal", "worker", *target, "--", *modules]
        launcher = [sys.executable, "-I", "-S", str(Path(launch.__file__)), BINDING, str(os.getpid())]
        process = await asyncio.create_subprocess_exec(
            *launcher,
            *command,
            stdin=subprocess.PIPE if BINDING == "pipe" else subprocess.DEVNULL,
            stdout=output,
            start_new_session=True,
            env=_environment(os.environ, address),
        )
        return cls(process)

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._process.pid

    async def ended(self) -> int:
        """Wait for its end, and give its exit status, or the negative number of the signal that ended it."""
        return await self._process.wait()

    async def stop(self) -> None:
        """Let it drain; kill it, and what its actions left, once the patience is over or the wait is cancelled."""
        try:
            with suppress(ProcessLookupError):
                self._process.terminate()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._process.wait(), _PATIENCE)
        finally:
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
        await self._process.wait()


def _environment(environ: Mapping[str, str], address: str) -> dict[str, str]:
    # The environment is the handlers' own, but for what says how to reach some other server.
    kept = {name: value for name, value in environ.items() if not name.startswith("TEMPORAL_") and name != "DO_ADDRESS"}
    target = {"TEMPORAL_ADDRESS": address, "TEMPORAL_NAMESPACE": "default", "TEMPORAL_TLS": "false"}
    return {**kept, **target, "PYTHONUNBUFFERED": "1"}
