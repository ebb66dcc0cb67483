"""Outside: the Temporal development server that the project brings, as a child process.

``dosdk dev``, ``make demo`` and the tests start it through :class:`EmbeddedServer`; nothing else in the package is
meant for them. It is for development: one process, one history shard, no authentication, bound to 127.0.0.1.
"""

from __future__ import annotations

from dosdk_temporal._server.binary import find_binary, server_version
from dosdk_temporal._server.server import EmbeddedServer

__all__ = ["EmbeddedServer", "find_binary", "server_version"]
