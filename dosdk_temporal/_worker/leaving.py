"""Outside: the one way out of the SDK's own processes.

A short program that had a connection can crash while the interpreter is taken apart (status 134 or 139, in a quarter of the runs
measured), and a blocked handler's thread would hold a worker for ever; both are left out.
"""

from __future__ import annotations

import atexit
import os
import sys
from contextlib import suppress
from typing import NoReturn

from dosdk_temporal._outside.settling import settle

__all__ = ["leave", "leave_at_once"]


def leave(status: int) -> NoReturn:
    """End the process with that status as Python does, but for its threads."""
    atexit.unregister(settle)  # there is nothing to wait for: the interpreter is not taken apart
    atexit._run_exitfuncs()  # noqa: SLF001 - what modules registered; Python has no public way to run it
    leave_at_once(status)


def leave_at_once(status: int) -> NoReturn:
    """End the process with that status; only what was printed is still written."""
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError):  # the reader of a pipe may have gone, or the stream be closed
            stream.flush()
    os._exit(status)
