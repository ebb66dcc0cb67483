"""A service on this machine that answers as it is told and remembers what it was asked."""

from __future__ import annotations

import asyncio
import json
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Final

__all__ = ["HANG", "HANG_UP", "HttpPeer", "Request", "http_peer"]

HANG: Final = -1
"""The status of an answer that never comes."""

HANG_UP: Final = -2
"""The status of a connection that is closed without an answer."""


@dataclass(frozen=True)
class Request:
    """What one request said."""

    path: str
    key: str | None
    body: Any


@dataclass
class HttpPeer:
    """The service: 200 ``ok`` to everything, unless told otherwise; ``headers`` go with each answer."""

    url: str = ""
    requests: list[Request] = field(default_factory=list)
    answers: deque[tuple[int, str]] = field(default_factory=deque)
    headers: dict[str, str] = field(default_factory=dict)

    def will_answer(self, *answers: tuple[int, str]) -> None:
        """Answer the next requests so, in this order."""
        self.answers.extend(answers)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Take one request and answer it."""
        try:
            self.requests.append(await _read(reader))
            status, text = self.answers.popleft() if self.answers else (200, "ok")
            if status == HANG:
                await reader.read()  # until the client gives up
            elif status != HANG_UP:
                headers = {"Content-Length": len(text.encode()), "Connection": "close", **self.headers}
                head = [f"HTTP/1.1 {status} Said", *(f"{name}: {value}" for name, value in headers.items())]
                writer.write("\r\n".join([*head, "", text]).encode())
                await writer.drain()
        finally:
            writer.close()


async def _read(reader: asyncio.StreamReader) -> Request:
    request_line, *lines = (await reader.readuntil(b"\r\n\r\n")).decode().strip().split("\r\n")
    headers = {name.lower(): value for name, value in (line.split(": ", 1) for line in lines)}
    body = await reader.readexactly(int(headers["content-length"]))
    return Request(request_line.split()[1], headers.get("idempotency-key"), json.loads(body))


@asynccontextmanager
async def http_peer() -> AsyncIterator[HttpPeer]:
    """A service on a free port."""
    peer = HttpPeer()
    server = await asyncio.start_server(peer.serve, "127.0.0.1", 0)
    async with server:
        peer.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        yield peer
