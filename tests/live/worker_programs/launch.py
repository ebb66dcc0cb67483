"""A worker in a process of its own, and all that it says."""

from __future__ import annotations

import asyncio
import json
import os
import signal
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from tests.forked import WORKER, ForkedProcess

ROOT = Path(__file__).parents[3]
HERE = Path(__file__).parent
PATIENCE = 60.0
"""Seconds until a test gives up; nothing is measured by it."""


class Program:
    """A Python program as a child process; killed at the end of the block where it still runs.

    Attributes:
        log: the lines of standard output that are JSON.
        printed: the others.
        errors: the lines of standard error.
    """

    def __init__(self, *arguments: str, **environment: str) -> None:
        self._arguments = arguments
        self._environment = {**_own_environment(), **environment}
        self.log: list[dict[str, Any]] = []
        self.printed: list[str] = []
        self.errors: list[str] = []
        self._news = asyncio.Condition()

    async def __aenter__(self) -> Self:
        self.process = await ForkedProcess.start(self._arguments, cwd=ROOT, env=self._environment)
        self._reading = asyncio.gather(
            self._read(self.process.stdout, self._take), self._read(self.process.stderr, self.errors.append)
        )
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.process.kill()
        await self.ends()
        if error is not None:
            error.add_note("\n".join([*map(json.dumps, self.log), *self.printed, *self.errors]))

    @property
    def pid(self) -> int:
        """Its process id."""
        return self.process.pid

    def send(self, number: signal.Signals) -> None:
        """Send it a signal."""
        self.process.send_signal(number)

    async def says(self, words: str) -> dict[str, Any]:
        """Wait for a log line whose event begins so."""

        def found() -> dict[str, Any] | None:
            return next((line for line in self.log if line["event"].startswith(words)), None)

        async with asyncio.timeout(PATIENCE), self._news:
            await self._news.wait_for(lambda: found() is not None)
        line = found()
        assert line is not None
        return line

    async def ends(self) -> int:
        """Wait for its end; gives its status."""
        async with asyncio.timeout(PATIENCE):
            await self._reading
            return await self.process.wait()

    async def _read(self, stream: asyncio.StreamReader, take: Callable[[str], None]) -> None:
        async for line in stream:
            async with self._news:
                take(line.decode().rstrip("\n"))
                self._news.notify_all()

    def _take(self, line: str) -> None:
        if line.startswith("{"):
            self.log.append(json.loads(line))
        else:
            self.printed.append(line)


def worker(address: str, queue: str, *modules: str, **environment: str) -> Program:
    """A worker of this project, started by the command line."""
    return _serving(WORKER, address, queue, *modules, **environment)


def worker_with(options: Mapping[str, Any], address: str, queue: str, *modules: str, **environment: str) -> Program:
    """A worker of options that the command line does not have."""
    return _serving([str(HERE / "serve.py"), json.dumps(options)], address, queue, *modules, **environment)


def _serving(program: Iterable[str], address: str, queue: str, *modules: str, **environment: str) -> Program:
    given = {"TEMPORAL_ADDRESS": address, "DO_TASK_QUEUE": queue, **environment}
    return Program(*program, *(str(HERE / module) for module in modules), **given)


def _own_environment() -> dict[str, str]:
    """This process's, without what would steer a worker."""
    return {name: value for name, value in os.environ.items() if not name.startswith(("DO_", "TEMPORAL_", "OTEL_"))}
