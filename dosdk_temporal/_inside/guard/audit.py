"""Inside: I/O refused wherever it happens below a workflow handler, by Python's own audit events.

The guarded copies stop at the project's own functions; a library that a handler calls may still reach for the network. Every
such reach raises an audit event (PEP 578), and this hook refuses it while workflow code is running.
"""

from __future__ import annotations

import sys
import zoneinfo
from functools import lru_cache
from types import FrameType
from typing import Any, Final

from dosdk_temporal._inside.guard.refusals import refuse
from dosdk_temporal._pure.place import CURRENT

__all__ = ["install_audit_hook"]

_WATCHED: Final = frozenset({
    "ftplib.connect", "http.client.connect", "open", "os.chmod", "os.chown", "os.exec", "os.fork", "os.forkpty", "os.kill",
    "os.link", "os.listdir", "os.mkdir", "os.posix_spawn", "os.remove", "os.rename", "os.rmdir", "os.scandir", "os.symlink",
    "os.system", "os.truncate", "os.utime", "shutil.copyfile", "shutil.rmtree", "smtplib.connect", "socket.bind",
    "socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.sendto", "sqlite3.connect", "subprocess.Popen",
    "time.sleep", "urllib.Request",
})  # fmt: skip

_MAY_READ_FILES: Final = frozenset({
    "importlib._bootstrap_external", "importlib.metadata", "linecache", "logging", "logging.handlers", "tokenize", "traceback",
    "warnings", "zipimport", "zoneinfo._common",
})  # fmt: skip
"""Python's own housekeeping: imports, tracebacks and log files are not a handler's I/O."""


_TIME_ZONES: Final = tuple(f"{folder}/" for folder in zoneinfo.TZPATH)


@lru_cache(maxsize=1)
def install_audit_hook() -> None:
    """Install the hook, once a process. It cannot be taken out again, and costs nothing measurable outside workflows."""
    sys.addaudithook(_hook)


def _hook(event: str, args: tuple[Any, ...]) -> None:
    if event not in _WATCHED:
        return
    place = CURRENT.get()
    if place is None or place.kind != "workflow" or _reads_a_time_zone(event, args):
        return
    if not _is_housekeeping(sys._getframe(1)):  # noqa: SLF001 - documented
        refuse(event)


def _reads_a_time_zone(event: str, args: tuple[Any, ...]) -> bool:
    """``ZoneInfo("Europe/Berlin")`` opens its file from C, where no frame tells who does."""
    return event == "open" and isinstance(args[0], str) and args[0].startswith(_TIME_ZONES)


def _is_housekeeping(frame: FrameType | None) -> bool:
    while frame is not None:
        if frame.f_globals.get("__name__") in _MAY_READ_FILES:
            return True
        frame = frame.f_back
    return False
