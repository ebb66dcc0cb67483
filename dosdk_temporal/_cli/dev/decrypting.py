"""Outside: what lets the Web UI of a development session show what is encrypted."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from dosdk_temporal._cli.faults import complain
from dosdk_temporal._pure.sealing import Keyring
from dosdk_temporal._server import EmbeddedServer

if TYPE_CHECKING:
    from dosdk_temporal._outside.codec_server import CodecServer

__all__ = ["answer_pages_of", "decrypting"]


@contextmanager
def decrypting() -> Iterator[CodecServer | None]:
    """A codec server on a free port, which answers no page yet; None where there is no key.

    Raises:
        DefinitionError: when what is given is no key.
    """
    keyring = Keyring.read(None, os.environ)
    if not keyring.keys:
        yield None
        return
    from dosdk_temporal._outside.codec_server import CodecServer  # noqa: PLC0415 - it loads temporalio

    with CodecServer(keyring, 0, (), lambda message: complain(message, "warning")) as codec:
        yield codec


def answer_pages_of(codec: CodecServer, server: EmbeddedServer) -> None:
    """Let the Web UI ask, by whichever name of this machine it is opened."""
    port = (server.ui_url or "").rpartition(":")[2]
    for host in ("127.0.0.1", "localhost"):
        codec.allow(f"http://{host}:{port}")
