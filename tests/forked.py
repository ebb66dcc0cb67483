"""Programs of this project as real processes, forked from one that has imported the library already.

To import Temporal's SDK takes half a second of a processor and more, and the tests start hundreds of programs. What a fresh
interpreter does otherwise (what is imported when, a signal while it starts, a terminal) is tested with ``subprocess``.
"""

from __future__ import annotations

import asyncio
import atexit
import multiprocessing
import os
import runpy
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from multiprocessing.context import ForkServerProcess
from multiprocessing.reduction import DupFd
from pathlib import Path
from types import ModuleType
from typing import Any, NoReturn

__all__ = ["DOSDK", "WORKER", "ForkedProcess", "completed"]

DOSDK = ("-m", "dosdk_temporal")
WORKER = ("-m", "worker")

_PATH = sys.path[1:]
"""Where a fresh interpreter finds modules, but for the program's own folder: the fork server imports this module first."""

_FORKS = multiprocessing.get_context("forkserver")
_FORKS.set_forkserver_preload(["tests.forked_imports"])


def completed(
    arguments: Sequence[str], *, cwd: Path | None = None, env: Mapping[str, str] | None = None, stdin: str = ""
) -> subprocess.CompletedProcess[str]:
    """Run a Python program to its end; its arguments are ``python``'s: ``-m MODULE …``, ``-c CODE …`` or ``FILE …``."""
    with (
        tempfile.TemporaryFile("w+") as given,
        tempfile.TemporaryFile("w+") as out,
        tempfile.TemporaryFile("w+") as err,
    ):
        given.write(stdin)
        given.seek(0)
        process = _start(arguments, cwd, env, [given.fileno(), out.fileno(), err.fileno()])
        process.join()
        assert process.exitcode is not None
        out.seek(0)
        err.seek(0)
        return subprocess.CompletedProcess(arguments, process.exitcode, out.read(), err.read())


class ForkedProcess:
    """A Python program that runs, with what :class:`asyncio.subprocess.Process` has of a process with pipes."""

    stdout: asyncio.StreamReader
    stderr: asyncio.StreamReader

    def __init__(self, process: ForkServerProcess) -> None:
        self._process = process

    @classmethod
    async def start(
        cls, arguments: Sequence[str], *, cwd: Path | None = None, env: Mapping[str, str] | None = None
    ) -> ForkedProcess:
        """Start one; see :func:`completed`."""
        (out, its_out), (err, its_err) = os.pipe(), os.pipe()
        nothing = os.open(os.devnull, os.O_RDONLY)
        try:
            started = cls(_start(arguments, cwd, env, [nothing, its_out, its_err]))
        finally:
            for end in (nothing, its_out, its_err):
                os.close(end)
        started.stdout, started.stderr = await _reader(out), await _reader(err)
        return started

    @property
    def pid(self) -> int:
        """Its process id."""
        assert self._process.pid is not None
        return self._process.pid

    @property
    def returncode(self) -> int | None:
        """Its status; minus the signal's number where one ended it, None while it runs."""
        return self._process.exitcode

    def send_signal(self, number: signal.Signals) -> None:
        """Send it a signal, if it still runs."""
        if self.returncode is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        """Send it SIGKILL, if it still runs."""
        self.send_signal(signal.SIGKILL)

    async def wait(self) -> int:
        """Wait for its end; gives its status."""
        ended = asyncio.Event()
        loop = asyncio.get_running_loop()
        if self.returncode is None:
            loop.add_reader(self._process.sentinel, ended.set)
            try:
                await ended.wait()
            finally:
                loop.remove_reader(self._process.sentinel)
        self._process.join()
        assert self.returncode is not None
        return self.returncode

    async def communicate(self) -> tuple[bytes, bytes]:
        """What it still says, and wait for its end."""
        out, err = await asyncio.gather(self.stdout.read(), self.stderr.read())
        await self.wait()
        return out, err


class _Stream:
    """A file descriptor that goes to the new process."""

    def __init__(self, number: int) -> None:
        self._number = number

    def __reduce__(self) -> tuple[Any, ...]:
        return _received, (DupFd(self._number),)


def _received(stream: Any) -> int:
    number: int = stream.detach()
    return number


def _start(
    arguments: Sequence[str], cwd: Path | None, env: Mapping[str, str] | None, streams: Sequence[int]
) -> ForkServerProcess:
    environment = dict(os.environ if env is None else env)
    given = (tuple(arguments), str(cwd or Path.cwd()), environment, [_Stream(number) for number in streams])
    process = _FORKS.Process(target=_become, args=given, daemon=True)
    process.start()
    return process


def _become(arguments: Sequence[str], cwd: str, environment: Mapping[str, str], streams: Sequence[int]) -> NoReturn:
    for number, stream in enumerate(streams):
        os.dup2(stream, number)
        os.close(stream)
    sys.stdin = sys.__stdin__ = open(0, closefd=False)  # type: ignore[misc] # noqa: SIM115 - they stay open
    sys.stdout = sys.__stdout__ = open(1, "w", closefd=False)  # type: ignore[misc] # noqa: SIM115
    sys.stderr = sys.__stderr__ = open(2, "w", 1, errors="backslashreplace", closefd=False)  # type: ignore[misc] # noqa: SIM115
    os.chdir(cwd)
    os.environ.clear()
    os.environ.update(environment)
    try:
        _run(arguments, cwd)
    finally:
        atexit._run_exitfuncs()  # as the end of a process of multiprocessing does not
    sys.exit(0)


def _run(arguments: Sequence[str], cwd: str) -> None:
    match arguments:
        case ["-m", module, *_]:
            sys.argv, sys.path = [*arguments[1:]], [cwd, *_PATH]
            runpy.run_module(module, run_name="__main__", alter_sys=True)
        case ["-c", code, *more]:
            sys.argv, sys.path = ["-c", *more], [cwd, *_PATH]
            main = sys.modules["__main__"] = ModuleType("__main__")
            exec(compile(code, "<string>", "exec"), vars(main))  # noqa: S102 - as python -c does
        case [file, *_]:
            sys.argv, sys.path = [*arguments], [str(Path(file).resolve().parent), *_PATH]
            runpy.run_path(file, run_name="__main__")


async def _reader(end: int) -> asyncio.StreamReader:
    reader = asyncio.StreamReader()
    loop = asyncio.get_running_loop()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), os.fdopen(end, "rb"))
    return reader
