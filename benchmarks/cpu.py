"""Outside: the CPU time of a process and all its threads, as the kernel counts it."""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable
from pathlib import Path

__all__ = ["cpu_of", "cpu_spent"]

_TICKS = os.sysconf("SC_CLK_TCK")
_USER, _SYSTEM = 11, 12


def cpu_of(pid: int) -> float:
    """Seconds of CPU since the process began, in steps of 10 ms; Linux only.

    Source: proc(5), ``/proc/pid/stat``: utime and stime are fields 14 and 15, here counted after the name, which may
    hold blanks.
    """
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[_USER]) + int(fields[_SYSTEM])) / _TICKS


async def cpu_spent(work: Callable[[], Awaitable[object]], *pids: int) -> float:
    """Seconds of CPU that these processes spent while the work was done."""
    before = sum(map(cpu_of, pids))
    await work()
    return sum(map(cpu_of, pids)) - before
