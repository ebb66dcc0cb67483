"""Outside: a worker's health over HTTP, for whoever restarts it and whoever waits for it.

``GET /health/live`` answers 200 as long as the process does. ``GET /health/ready`` answers 200 where the server, asked
in that moment, has seen this worker ask for work, else 503 with the reason.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
from contextlib import suppress
from datetime import timedelta
from http import HTTPStatus
from types import TracebackType
from typing import TYPE_CHECKING, Any, Final, Self

import temporalio.api.enums.v1 as enums
import temporalio.api.taskqueue.v1 as task_queues
import temporalio.api.workflowservice.v1 as service
from temporalio.service import RPCError

from dosdk_temporal.errors import ConflictError, DefinitionError

if TYPE_CHECKING:
    from dosdk_temporal._client.connection import Connection
    from dosdk_temporal._worker.worker import DoWorker

__all__ = ["Health", "port_from_environment"]

_log = logging.getLogger("dosdk_temporal.worker")

_PATIENCE: Final = timedelta(seconds=2)
"""For the server's answer: less than the 3 seconds that the image's health check waits."""

_REQUEST: Final = 5.0
"""Seconds that a client has for its request."""

_LONGEST: Final = 8192
"""Bytes of a request; a longer one is refused."""

_HIGHEST_PORT: Final = 65_535

_Answer = tuple[HTTPStatus, dict[str, Any]]


def port_from_environment() -> int | None:
    """The port of ``DO_HEALTH_PORT``; None where it is unset or empty.

    Raises:
        DefinitionError: when it is no port.
    """
    text = os.environ.get("DO_HEALTH_PORT", "")
    if not text:
        return None
    if not text.isdecimal() or int(text) > _HIGHEST_PORT:
        raise DefinitionError(
            f"DO_HEALTH_PORT={text!r} is no port: give a number to {_HIGHEST_PORT}, 0 for any free one"
        )
    return int(text)


class Health:
    """The endpoint, for ``async with``: it is there before the worker has a server, and while the worker drains.

    Args:
        worker: whose health.
        port: to listen on; 0 for a free one, None for no endpoint. On ``DO_HEALTH_HOST``, default 127.0.0.1.
    """

    def __init__(self, worker: DoWorker, port: int | None) -> None:
        self._worker, self._port = worker, port
        self._server: asyncio.Server | None = None

    async def __aenter__(self) -> Self:
        """Listen.

        Raises:
            ConflictError: when the port is taken.
        """
        if self._port is None:
            return self
        host = os.environ.get("DO_HEALTH_HOST") or "127.0.0.1"
        try:
            self._server = await asyncio.start_server(self._serve, host, self._port, limit=_LONGEST)
        except OSError as error:
            why = os.strerror(error.errno or 0)
            raise ConflictError(
                f"the health endpoint cannot listen on {host}:{self._port} ({why}): give another port with --health-port or "
                "DO_HEALTH_PORT, 0 for any"
            ) from None
        port = self._server.sockets[0].getsockname()[1]
        _log.info("health on http://%s:%s/health/ready", host, port)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Listen no more."""
        if self._server is not None:
            self._server.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        # A client that leaves, stalls or sends too much costs its own answer.
        with suppress(OSError, TimeoutError, asyncio.IncompleteReadError):
            try:
                head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), _REQUEST)
            except asyncio.LimitOverrunError:
                head = b""
            writer.write(_response(*await self._answer(head), without_body=head.startswith(b"HEAD ")))
            await asyncio.wait_for(writer.drain(), _REQUEST)
        writer.close()

    async def _answer(self, head: bytes) -> _Answer:
        match head.partition(b"\r\n")[0].decode("latin-1").split(" "):
            case [method, target, version] if version.startswith("HTTP/"):
                return await self._page(method, target.partition("?")[0])
        return HTTPStatus.BAD_REQUEST, {"status": "this is not an HTTP request"}

    async def _page(self, method: str, path: str) -> _Answer:
        if path not in {"/health/live", "/health/ready"}:
            return HTTPStatus.NOT_FOUND, {"status": "there are /health/live and /health/ready"}
        if method not in {"GET", "HEAD"}:
            return HTTPStatus.METHOD_NOT_ALLOWED, {"status": "only GET is answered"}
        facts = {"task_queue": self._worker.task_queue, "worker": self._worker.state}
        if path == "/health/live":
            return HTTPStatus.OK, {"status": "live", **facts}
        reason = await self._not_ready()
        if reason is None:
            return HTTPStatus.OK, {"status": "ready", **facts}
        return HTTPStatus.SERVICE_UNAVAILABLE, {"status": "not ready", "reason": reason, **facts}

    async def _not_ready(self) -> str | None:
        connection = self._worker.connection
        if self._worker.state != "running" or connection is None:
            return f"the worker is {self._worker.state}"
        try:
            return None if await _is_polling(connection) else "the server has not seen this worker ask for work yet"
        except RPCError as error:
            return f"the server at {connection.settings.address} does not answer: {error.message}"


async def _is_polling(connection: Connection) -> bool:
    """Whether the server has seen a worker of this connection ask for work."""
    described = await connection.client.workflow_service.describe_task_queue(
        service.DescribeTaskQueueRequest(
            namespace=connection.settings.namespace,
            task_queue=task_queues.TaskQueue(name=connection.settings.task_queue),
            task_queue_type=enums.TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW,
        ),
        timeout=_PATIENCE,
    )
    return any(poller.identity == connection.client.identity for poller in described.pollers)


def _response(status: HTTPStatus, body: dict[str, Any], *, without_body: bool) -> bytes:
    content = json.dumps(body).encode() + b"\n"
    head = [
        f"HTTP/1.1 {status.value} {status.phrase}",
        "Content-Type: application/json",
        f"Content-Length: {len(content)}",
        "Cache-Control: no-store",
        "Connection: close",
        *(["Allow: GET, HEAD"] if status == HTTPStatus.METHOD_NOT_ALLOWED else []),
    ]
    return "\r\n".join([*head, "", ""]).encode() + (b"" if without_body else content)
