"""Outside: a child process that cannot outlive this one, and a thread that keeps it."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from concurrent.futures import Future
from datetime import timedelta
from pathlib import Path

__all__ = ["BINDING", "Child"]

BINDING = "kernel" if sys.platform == "linux" else "pipe"
"""How the child is bound to this process's life: see :mod:`dosdk_temporal._server.launch`."""

_LAUNCH = Path(__file__).with_name("launch.py")
_STEP = 0.02


class Child:
    """A running program in a session of its own.

    In a session of its own a Ctrl-C of the terminal, which goes to the whole foreground group, does not reach it: the
    worker drains first, against a server that still answers, and only then is the server stopped.

    The program is started by a thread that lives until the program ends, and not by the caller's: the kernel's
    death signal follows the *thread* that started a process, and a caller may well run in a short-lived one.

    Args:
        command: the program's absolute path and its arguments.
        output: the file descriptor that gets both its outputs.
        keep: further file descriptors that it holds open.

    Raises:
        OSError: it could not be started.
        ValueError: an argument cannot be passed on.
    """

    def __init__(self, command: Sequence[str], *, output: int, keep: Sequence[int] = ()) -> None:
        launched = [sys.executable, "-I", "-S", str(_LAUNCH), BINDING, str(os.getpid()), *command]
        started: Future[subprocess.Popen[bytes]] = Future()
        keeper = threading.Thread(
            target=_keep, args=(started, launched, output, tuple(keep)), name="dosdk-server", daemon=True
        )
        keeper.start()
        self._process = started.result()

    @property
    def pid(self) -> int:
        """The program's process id."""
        return self._process.pid

    @property
    def status(self) -> int | None:
        """None while it runs; then its exit status, or the negative number of the signal that ended it."""
        return self._process.returncode

    async def ended(self, within: timedelta) -> bool:
        """Wait for its end, for this long at most, and say whether it came. Cancelling only ends the wait."""
        until = time.monotonic() + within.total_seconds()
        # Polled, so that it serves whichever event loop asks: the one that stops a server may not have started it.
        while self.status is None and time.monotonic() < until:  # noqa: ASYNC110 - for that reason
            await asyncio.sleep(_STEP)
        return self.status is not None

    async def stop(self, patience: timedelta) -> None:
        """Ask it to end, and after this much time (or when cancelled) kill it."""
        self._process.send_signal(signal.SIGTERM)
        try:
            await self.ended(patience)
        finally:
            self.kill()
        await self.ended(patience)

    def kill(self) -> None:
        """Kill it where it still runs."""
        self._process.kill()


def _keep(started: Future[subprocess.Popen[bytes]], command: list[str], output: int, keep: tuple[int, ...]) -> None:
    try:
        process = _start(command, output, keep)
    except (OSError, ValueError) as error:  # ValueError: a NUL in an argument
        started.set_exception(error)
        return
    started.set_result(process)
    process.wait()
    if process.stdin is not None:
        process.stdin.close()


def _start(command: list[str], output: int, keep: tuple[int, ...]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(  # noqa: S603 - the program is the user's own choice, and no shell is involved
        command,
        stdin=subprocess.PIPE if BINDING == "pipe" else subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT,
        pass_fds=keep,
        start_new_session=True,
        env=_environment(),
    )


def _environment() -> dict[str, str]:
    # What says how to reach some other server must not steer this one, and no key needs to lie in its environment.
    return {name: value for name, value in os.environ.items() if not name.startswith(("TEMPORAL_", "DO_"))}
