"""Outside: a program that becomes the server, bound to the life of the process that asked for it.

Run as ``python -I -S launch.py BINDING PARENT PROGRAM ARGUMENT...``; it replaces itself by PROGRAM and so keeps the
process id. A server must not outlive its parent even where that is killed with SIGKILL and can do nothing any more:

* ``kernel`` (Linux): prctl(PR_SET_PDEATHSIG) has the kernel send SIGKILL at the parent's end; it survives the exec.
* ``pipe`` (elsewhere): a forked watcher reads a pipe whose other end only the parent has, and kills at its end.

A program of its own, because the alternative, ``preexec_fn``, runs Python between fork and exec of a process that has
threads (temporalio has many): that can deadlock, and Python 3.12 warns of it. SIGKILL and not SIGTERM, because nobody
would be left to insist; the data are safe by SQLite's write-ahead log. It imports nothing of the package: it must
be quick, and start whatever the user's environment holds.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys

__all__ = ["main"]

_PR_SET_PDEATHSIG = 1
_MANY = 256


def main(binding: str, parent: int, program: str, arguments: list[str]) -> None:
    """Bind this process to its parent, then become the program.

    Args:
        binding: ``kernel`` or ``pipe``.
        parent: the id of the process that asked.
        program: an absolute path.
        arguments: what it is given.
    """
    if binding == "kernel":
        _die_by_kernel(parent)
    else:
        _die_by_pipe()
    os.execv(program, [program, *arguments])  # noqa: S606 - no shell is wanted


def _die_by_kernel(parent: int) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl(PR_SET_PDEATHSIG)")
    # A parent that ended before the call sends no signal any more.
    if os.getppid() != parent:
        sys.exit("the process that asked for this server has ended")


def _die_by_pipe() -> None:
    server = os.getpid()
    if os.fork() == 0:
        _watch(server)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)


def _watch(server: int) -> None:
    # The watcher must not hold what the server was given, such as the lock on its data.
    os.closerange(3, _MANY)
    os.read(0, 1)
    # Where the server went first, its id may by now be another's.
    if os.getppid() == server:
        os.kill(server, signal.SIGKILL)
    os._exit(0)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), sys.argv[3], sys.argv[4:])
