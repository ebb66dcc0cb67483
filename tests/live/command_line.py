"""The real command line as a process, for the tests of it."""

from __future__ import annotations

import asyncio
import json
import os
import re
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dosdk_temporal.testing import TestDo
from tests import forked

DOSDK = [sys.executable, *forked.DOSDK]

_MASKS = (
    (r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", "<uuid>"),
    (r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?Z?", "<time>"),
    (r"\b\d+\.\d+ s\b", "<length>"),
)


@dataclass(frozen=True)
class Said:
    """What a command said, and how it ended."""

    status: int | None
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Its standard output as the one JSON document that it is, ids and times masked."""
        return json.loads(masked(self.out))


def masked(text: str) -> str:
    """A text with what differs from run to run replaced."""
    for pattern, name in _MASKS:
        text = re.sub(pattern, name, text)
    return text


def environment(**more: str) -> dict[str, str]:
    """This process's environment without what would steer the command, and with what is given."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("TEMPORAL_", "DO_"))}
    return {**kept, **more}


async def alone(*arguments: str, cwd: Path | None = None, stdin: str = "", **more: str) -> Said:
    """Run ``dosdk`` to its end; ``more`` are environment variables."""
    command = [*forked.DOSDK, *arguments]
    done = await asyncio.to_thread(forked.completed, command, cwd=cwd, env=environment(**more), stdin=stdin)
    return Said(done.returncode, done.stdout, done.stderr)


async def dosdk(do: TestDo, *arguments: str, cwd: Path | None = None, stdin: str = "", **more: str) -> Said:
    """Run ``dosdk`` to its end, for the server and the task queue of ``do``."""
    target = {"TEMPORAL_ADDRESS": do.settings.address, "DO_TASK_QUEUE": do.settings.task_queue}
    return await alone(*arguments, cwd=cwd, stdin=stdin, **{**target, **more})
