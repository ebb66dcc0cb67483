"""Outside: the worker process of ``dosdk dev``."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress

from dosdk_temporal._server import launch
from dosdk_temporal._server.process import BINDING

__all__ = ["WorkerProcess"]

_DRAIN = 10
_PATIENCE = _DRAIN + 5.0
"""Seconds that a worker has to end: its running actions, then itself."""
_STEP = 0.05


class WorkerProcess:
    """One ``dosdk worker``, in a session of its own, that cannot outlive this process.

    A Ctrl-C of the terminal does not reach it: it is asked to end by :meth:`stop`, while its server still answers.
    Make it in the main thread, whose end the kernel takes for this process's.

    Args:
        modules: what it serves.
        address: of the server.
        task_queue: whose work it does.
        output: the file descriptor for its standard output; None for this process's own.

    Raises:
        OSError: when it could not be started.
    """

    def __init__(self, modules: Sequence[str], *, address: str, task_queue: str, output: int | None) -> None:
        target = ["--address", address, "--namespace", "default", "--task-queue", task_queue, "--drain", f"{_DRAIN}s"]
        command = [sys.executable, "-m", "dosdk_temporal", "worker", *target, "--", *modules]
        launcher = [sys.executable, "-I", "-S", launch.__file__, BINDING, str(os.getpid())]
        self._process = subprocess.Popen(  # noqa: S603 - this very program, and no shell is involved
            [*launcher, *command],
            stdin=subprocess.PIPE if BINDING == "pipe" else subprocess.DEVNULL,
            stdout=output,
            start_new_session=True,
            env=_environment(os.environ, address),
        )

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._process.pid

    async def ended(self) -> int:
        """Wait for its end, and give its exit status, or the negative number of the signal that ended it."""
        # asyncio's own way also waits for the end of whoever inherited its standard input.
        while not self._has_ended():  # noqa: ASYNC110 - for that reason
            await asyncio.sleep(_STEP)
        return self._process.returncode

    async def stop(self) -> None:
        """Let it drain; kill it once the patience is over or the wait is cancelled. What its actions left goes too."""
        try:
            if not self._has_ended():
                self._process.terminate()
            with suppress(TimeoutError):
                await asyncio.wait_for(self.ended(), _PATIENCE)
        finally:
            if self._process.returncode is None:
                self._kill_group()
                self._process.wait()
            if self._process.stdin is not None:
                self._process.stdin.close()

    def _has_ended(self) -> bool:
        if self._process.returncode is None and self._process.poll() is not None:
            # At once, and never later: by then another group may have its number.
            self._kill_group()
        return self._process.returncode is not None

    def _kill_group(self) -> None:
        with suppress(ProcessLookupError, PermissionError):  # nobody is left; the second is macOS's word for it
            os.killpg(self._process.pid, signal.SIGKILL)


def _environment(environ: Mapping[str, str], address: str) -> dict[str, str]:
    # The environment is the handlers' own, but for what says how to reach some other server.
    # And no build of a deployment is current on a new server: its worker would get no runs.
    other = {"DO_ADDRESS", "DO_DEPLOYMENT", "DO_BUILD_ID"}
    kept = {name: value for name, value in environ.items() if not name.startswith("TEMPORAL_") and name not in other}
    target = {"TEMPORAL_ADDRESS": address, "TEMPORAL_NAMESPACE": "default", "TEMPORAL_TLS": "false"}
    return {**kept, **target, "PYTHONUNBUFFERED": "1"}
