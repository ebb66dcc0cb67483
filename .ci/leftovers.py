"""Fails where a process is left that inherited an environment variable: `leftovers.py NAME VALUE`, on Linux."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

_PATIENCE = 10.0
"""Seconds for what is just ending."""


def leftovers(mark: bytes) -> dict[int, str]:
    """The processes with that mark in their environment, but for this one and those it descends from."""
    found = {}
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            marked = mark in (entry / "environ").read_bytes().split(b"\0")
            command = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:  # it has ended meanwhile, or is another user's
            continue
        # A process that has ended and is not yet waited for has no command any more.
        if marked and command and int(entry.name) not in _lineage():
            found[int(entry.name)] = command.strip()
    return found


def _lineage() -> set[int]:
    pids, pid = set(), os.getpid()
    while pid > 1:
        pids.add(pid)
        pid = int((Path("/proc") / str(pid) / "stat").read_text().rpartition(")")[2].split()[1])
    return pids


def main() -> int:
    """Wait a moment for what is ending, then say what has not."""
    mark = "=".join(sys.argv[1:3]).encode()
    until = time.monotonic() + _PATIENCE
    while (found := leftovers(mark)) and time.monotonic() < until:
        time.sleep(0.2)
    for pid, command in found.items():
        sys.stderr.write(f"process {pid} is left running: {command}\n")
    sys.stdout.write(f"{len(found)} left\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
