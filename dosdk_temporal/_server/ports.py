"""Outside: ports of this machine, free ones and taken ones."""

from __future__ import annotations

import errno
import socket
from contextlib import ExitStack

from dosdk_temporal.errors import ServerUnavailableError

__all__ = ["HOST", "free_near", "free_ports", "is_free"]

HOST = "127.0.0.1"
_NEARBY = 50
_LAST_PORT = 65_535


def free_ports(count: int) -> list[int]:
    """Let the system choose ports that nothing listens on, all different.

    Between this answer and the moment the server listens another process could be given the same port. Each port is
    therefore left with one connection in TIME_WAIT, closed from the listening side: for a minute the system gives it
    to nobody who asks for any port, while a listener that names it (with SO_REUSEADDR, as Go's do) still gets it.
    The idea is that of ``GetFreePort`` in Temporal's own command line.

    Args:
        count: how many.
    """
    with ExitStack() as held:
        return [_reserve(held) for _ in range(count)]


def is_free(port: int) -> bool:
    """Say whether a server could listen on this port of 127.0.0.1 now.

    Raises:
        ServerUnavailableError: no server of this user could ever listen there (out of range, or below 1024).
    """
    if not 0 < port <= _LAST_PORT:
        raise ServerUnavailableError(f"{port} is not a port: give one from 1 to {_LAST_PORT}")
    try:
        socket.create_server((HOST, port)).close()
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            return False
        raise ServerUnavailableError(f"port {port} cannot be listened on: {error.strerror}; give another") from None
    return True


def free_near(port: int) -> int:
    """Give a free port just above this one, so that it is easy to remember; any free one where all are taken."""
    above = range(port + 1, min(port + _NEARBY, _LAST_PORT) + 1)
    return next((candidate for candidate in above if is_free(candidate)), None) or free_ports(1)[0]


def _reserve(held: ExitStack) -> int:
    listener = held.enter_context(socket.create_server((HOST, 0)))
    port: int = listener.getsockname()[1]
    held.enter_context(socket.create_connection((HOST, port)))
    accepted, _ = listener.accept()
    accepted.close()
    return port
