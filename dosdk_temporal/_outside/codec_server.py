"""Outside: a Temporal codec server: what lets the Web UI and the ``temporal`` command show what is encrypted.

It decrypts for whoever reaches it: it listens on 127.0.0.1 only, and answers no page but those of the Web UI.
"""

from __future__ import annotations

import json
import logging
import os
import sys
from collections.abc import Callable, Iterable, Mapping
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from socketserver import ThreadingTCPServer
from threading import Thread
from types import TracebackType
from typing import Any, Final, Self

from temporalio.api.common.v1 import Payload

from dosdk_temporal._pure.sealing import Keyring, UnreadableError
from dosdk_temporal._pure.web_origins import origin_of, refusal
from dosdk_temporal._wire.codec_json import payloads_of, told
from dosdk_temporal._wire.encryption import Encryption
from dosdk_temporal.errors import ConflictError, InputError

__all__ = ["CodecServer"]

_log = logging.getLogger("dosdk_temporal.codec")

_HOST: Final = "127.0.0.1"
_LONGEST: Final = 64 * 1024 * 1024
"""Bytes of a request: more than a whole history may have."""

_PATIENCE: Final = 10
"""Seconds that a client has for each part of its request."""

_MANY: Final = 100
"""Different things that it tells of."""

_ALWAYS: Final = {"Cache-Control": "no-store", "Vary": "Origin"}
_PREFLIGHT: Final = {
    "Access-Control-Allow-Methods": "POST",
    "Access-Control-Allow-Headers": "Authorization, Content-Type, X-Namespace",
    "Access-Control-Allow-Private-Network": "true",  # a UI elsewhere may ask this machine, where it is allowed
    "Access-Control-Max-Age": "600",
}


class CodecServer:
    """Answers ``POST /decode`` and ``POST /encode`` with a thread of its own, for ``with``.

    What the keys do not open is given back as it came, so that the rest is shown.

    Args:
        keyring: the keys.
        port: to listen on; 0 for a free one.
        origins: of the pages that are answered, as ``http://localhost:8233``.
        tell: is told what was refused, and what could not be opened; each once. Called by other threads.

    Raises:
        DefinitionError: when one of the origins is none.
    """

    def __init__(self, keyring: Keyring, port: int, origins: Iterable[str], tell: Callable[[str], None]) -> None:
        self._codec, self._encrypts, self._port = Encryption(keyring), bool(keyring), port
        self.origins = {origin_of(origin) for origin in origins}
        self._tell, self._said = tell, set[str]()

    @property
    def url(self) -> str:
        """Where it is, once it listens."""
        return f"http://{_HOST}:{self._listening.server_address[1]}"

    def allow(self, origin: str) -> None:
        """Answer pages of this origin too."""
        self.origins.add(origin_of(origin))

    def __enter__(self) -> Self:
        """Listen.

        Raises:
            ConflictError: when the port is taken.
        """
        try:
            self._listening = _Listening((_HOST, self._port), lambda *given: _Request(*given, codec=self))
        except OSError as error:
            why = os.strerror(error.errno or 0)
            raise ConflictError(
                f"the codec server cannot listen on {_HOST}:{self._port} ({why}): give another port with --port, 0 for any"
            ) from None
        Thread(target=self._listening.serve_forever, args=(0.1,), name="dosdk-codec", daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Listen no more."""
        self._listening.shutdown()
        self._listening.server_close()

    def say(self, message: str) -> None:
        """Tell of something, once."""
        if message not in self._said and len(self._said) < _MANY:
            self._said.add(message)
            self._tell(message)

    def decode(self, payload: Payload) -> Payload:
        """Decrypt, where it can be."""
        try:
            return self._codec.opened(payload)
        except UnreadableError as error:
            self.say(str(error))
            return payload

    def encode(self, payload: Payload) -> Payload:
        """Encrypt, where the project does."""
        return self._codec.sealed(payload) if self._encrypts else payload


class _Listening(ThreadingTCPServer):
    """As HTTPServer, which would ask the network's name service for the name of 127.0.0.1."""

    allow_reuse_address = True
    daemon_threads = True
    request_queue_size = 64

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that leaves or stalls costs its own answer."""
        if not isinstance(sys.exception(), OSError):
            _log.exception("a request to the codec server failed")


class _Request(BaseHTTPRequestHandler):
    timeout = _PATIENCE

    def __init__(self, *given: Any, codec: CodecServer) -> None:
        self._codec = codec
        super().__init__(*given)

    def do_OPTIONS(self) -> None:
        """What a browser asks before it lets a page of another origin ask."""
        refused = self._refusal()
        if refused is None:
            self._answer(HTTPStatus.NO_CONTENT, headers=_PREFLIGHT)
        else:
            self._refuse(HTTPStatus.FORBIDDEN, refused)

    def do_POST(self) -> None:
        """Decode or encode."""
        length = self.headers.get("Content-Length", "")
        if not length.isdecimal() or int(length) > _LONGEST:
            self._refuse(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"say the length of the request, up to {_LONGEST} bytes")
            return
        body = self.rfile.read(int(length))  # also of what is refused: else the client is cut off before it reads why
        refused = self._refusal()
        if refused is not None:
            self._refuse(HTTPStatus.FORBIDDEN, refused)
            return
        work = {"/decode": self._codec.decode, "/encode": self._codec.encode}.get(self.path.partition("?")[0])
        if work is None:
            self._refuse(HTTPStatus.NOT_FOUND, "there are /decode and /encode")
            return
        try:
            self._answer(HTTPStatus.OK, told(map(work, payloads_of(body))))
        except InputError as error:
            self._refuse(HTTPStatus.BAD_REQUEST, error.message)

    def _refusal(self) -> str | None:
        refused = refusal(self.headers.get("Host"), self.headers.get("Origin"), self._codec.origins)
        if refused is not None:
            self._codec.say(refused)
        return refused

    def _refuse(self, status: HTTPStatus, why: str) -> None:
        self._answer(status, json.dumps({"error": why}).encode())

    def _answer(self, status: HTTPStatus, content: bytes = b"", headers: Mapping[str, str] = _ALWAYS) -> None:
        self.send_response(status)
        said = {**_ALWAYS, **headers}
        if content:
            said |= {"Content-Type": "application/json", "Content-Length": str(len(content))}
        origin = self.headers.get("Origin")
        if origin in self._codec.origins:
            # Cookies mean nothing here, but to a proxy in front that asks who it is.
            said |= {"Access-Control-Allow-Origin": origin, "Access-Control-Allow-Credentials": "true"}
        for name, value in said.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    def version_string(self) -> str:
        """What it says it is."""
        return "dosdk"

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class's name
        """Requests are nobody's news."""
