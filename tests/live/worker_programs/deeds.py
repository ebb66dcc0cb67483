"""Actions whose doing is seen from outside their process: in files."""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import Callable
from pathlib import Path

from dosdk_temporal import ActionContext, Do

do = Do()


def _write(record: str, what: str) -> None:
    with Path(record).open("a") as file:
        file.write(f"{what} {os.getpid()}\n")


async def _becomes(condition: Callable[[], bool]) -> None:
    while not condition():  # noqa: ASYNC110 - another process makes it so
        await asyncio.sleep(0.01)


@do.action.create(name="pass-the-gate", heartbeat="1s")
async def pass_the_gate(record: str, gate: str, context: ActionContext) -> dict[str, int]:
    """Write that it began, wait until the gate is there, write that it ended."""
    _write(record, "begin")
    await _becomes(Path(gate).exists)
    _write(record, "end")
    return {"attempt": context.attempt, "worker": os.getpid()}


@do.action.create(name="block")
def block(record: str) -> None:
    """Write that it began, and never end, in a way that nothing can interrupt."""
    _write(record, "begin")
    threading.Event().wait()


@do.action.create(name="meet")
async def meet(record: str, others: int) -> int:
    """Write who this is, and end when so many have."""
    _write(record, "here")
    await _becomes(lambda: len(set(Path(record).read_text().splitlines())) >= others)
    return os.getpid()
