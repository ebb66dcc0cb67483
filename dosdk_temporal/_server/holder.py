"""Outside: who listens on a port, as far as this user may know."""

from __future__ import annotations

import ipaddress
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

__all__ = ["Holder", "Listener", "find_holder", "holds", "listeners"]

_LISTEN = "0A"
_WORD = 8
_PROC = Path("/proc")
_TCP = _PROC / "net/tcp"


@dataclass(frozen=True)
class Listener:
    """One listening socket, as ``/proc/net/tcp`` shows it."""

    host: str
    port: int
    inode: int


@dataclass(frozen=True)
class Holder:
    """A process that listens on a port.

    Attributes:
        pid: its id.
        name: the program's short name. Never its arguments: those may hold secrets, and this goes into messages.
    """

    pid: int
    name: str


def find_holder(port: int) -> Holder | None:
    """Find the process that listens on this port.

    Returns:
        The holder; None where nobody listens, where it is another user's process, and on systems without ``/proc``.
    """
    sockets = _sockets(port)
    pids = _pids() if sockets else iter(())
    return next((Holder(pid, _name(pid)) for pid in pids if sockets & set(_open_files(pid))), None)


def holds(pid: int, port: int) -> bool:
    """Say whether this process listens on this port; on systems without ``/proc``, where none can tell, yes."""
    return not _TCP.exists() or bool(_sockets(port) & set(_open_files(pid)))


def listeners(table: str) -> list[Listener]:
    """Read the listening sockets from the text of ``/proc/net/tcp`` or ``/proc/net/tcp6``."""
    rows = (line.split() for line in table.splitlines()[1:])
    return [_listener(row) for row in rows if row[3] == _LISTEN]


def _listener(row: list[str]) -> Listener:
    host, port = row[1].split(":")
    return Listener(_host(host), int(port, 16), int(row[9]))


def _host(digits: str) -> str:
    # The kernel prints an address word by word, each in the machine's own byte order.
    words = (digits[start : start + _WORD] for start in range(0, len(digits), _WORD))
    return str(ipaddress.ip_address(b"".join(struct.pack("=I", int(word, 16)) for word in words)))


def _sockets(port: int) -> set[str]:
    # A listener on all IPv6 addresses takes the IPv4 port too, so both tables count.
    tables = (table.read_text() for table in (_TCP, _PROC / "net/tcp6") if table.exists())
    found = (listener for table in tables for listener in listeners(table))
    return {f"socket:[{listener.inode}]" for listener in found if listener.port == port}


def _pids() -> Iterator[int]:
    return (int(entry.name) for entry in _PROC.iterdir() if entry.name.isdigit())


def _open_files(pid: int) -> Iterator[str]:
    try:
        for entry in (_PROC / str(pid) / "fd").iterdir():
            yield str(entry.readlink())
    except OSError:  # the process has ended meanwhile, or is another user's
        return


def _name(pid: int) -> str:
    try:
        return (_PROC / str(pid) / "comm").read_text().strip()
    except OSError:
        return "ended"
