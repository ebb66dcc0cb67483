"""Actions whose doing is seen from outside their process: in files."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

from dosdk_temporal import ActionContext, Do

do = Do()


def _write(record: str, what: str) -> None:
    with Path(record).open("a") as file:
        file.write(f"{what} {os.getpid()}\n")


@do.action.create(name="pass-the-gate", heartbeat="1s")
async def pass_the_gate(record: str, gate: str, context: ActionContext) -> dict[str, int]:
    """Write that it began, wait until the gate is there, write that it ended."""
    _write(record, "begin")
    while not Path(gate).exists():
        await asyncio.sleep(0.01)
    _write(record, "end")
    return {"attempt": context.attempt, "worker": os.getpid()}


@do.action.create(name="meet")
async def meet(record: str, others: int) -> int:
    """Write who this is, and end when so many have."""
    _write(record, "here")
    while len(set(Path(record).read_text().splitlines())) < others:
        await asyncio.sleep(0.01)
    return os.getpid()
