"""The worker's health endpoint: what it answers, and what it survives."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest

from dosdk_temporal._worker.health import Health
from dosdk_temporal._worker.worker import DoWorker
from dosdk_temporal.testing import TestDo


@pytest.fixture
async def running(do: TestDo) -> AsyncIterator[DoWorker]:
    """A worker that the server has seen."""
    async with do.worker() as worker:
        yield worker


@pytest.fixture
async def port(running: DoWorker, caplog: pytest.LogCaptureFixture) -> AsyncIterator[int]:
    """The port of its health endpoint, which it says."""
    caplog.set_level("INFO", "dosdk_temporal.worker")
    async with Health(running, 0):
        (said,) = [r.getMessage() for r in caplog.records if r.name == "dosdk_temporal.worker"]
        number = int(said.rpartition(":")[2].partition("/")[0])
        async with asyncio.timeout(30):
            while (await _ask(number, b"GET /health/ready HTTP/1.1\r\n\r\n"))[0] != 200:  # noqa: ASYNC110 - the server makes it so
                await asyncio.sleep(0.02)
        yield number


async def _ask(port: int, request: bytes, *, end: bool = False) -> tuple[int, Any, dict[str, str]]:
    """Send these bytes; gives the status, the body and the headers of the answer, and 0 for none."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(request)
    if end:
        writer.write_eof()
    answer = await reader.read()
    writer.close()
    await writer.wait_closed()
    head, _, body = answer.decode().partition("\r\n\r\n")
    first, *others = head.splitlines() or ["nothing 0"]
    headers = dict(line.split(": ", 1) for line in others)
    return int(first.split()[1]), json.loads(body) if body else None, headers


@pytest.mark.parametrize(
    ("request_line", "status", "body"),
    [
        ("GET /health/live HTTP/1.1", 200, "live"),
        ("GET /health/ready HTTP/1.0", 200, "ready"),
        ("GET /health/ready?from=probe HTTP/1.1", 200, "ready"),
        ("GET / HTTP/1.1", 404, "there are /health/live and /health/ready"),
        ("GET /health/readyness HTTP/1.1", 404, "there are /health/live and /health/ready"),
        ("POST /health/ready HTTP/1.1", 405, "only GET is answered"),
        ("hello", 400, "this is not an HTTP request"),
        ("GET /health/ready", 400, "this is not an HTTP request"),
        ("\x00\xff \x80", 400, "this is not an HTTP request"),
        ("", 400, "this is not an HTTP request"),
        (f"GET /{'a' * 10_000} HTTP/1.1", 400, "this is not an HTTP request"),
    ],
)
async def test_an_answer(port: int, request_line: str, status: int, body: str) -> None:
    """Each request gets the status and the sentence that it deserves, as JSON."""
    answered, said, headers = await _ask(port, f"{request_line}\r\nHost: x\r\n\r\n".encode("latin-1"))
    assert (answered, said["status"], headers["Content-Type"]) == (status, body, "application/json")


async def test_the_facts(port: int, do: TestDo) -> None:
    """The body names the queue and the worker's state beside the answer."""
    _, said, _ = await _ask(port, b"GET /health/ready HTTP/1.1\r\n\r\n")
    assert said == {"status": "ready", "task_queue": do.settings.task_queue, "worker": "running"}


async def test_head_has_no_body(port: int) -> None:
    """HEAD is answered as GET, without the body."""
    status, said, headers = await _ask(port, b"HEAD /health/live HTTP/1.1\r\n\r\n")
    assert (status, said, int(headers["Content-Length"]) > 0) == (200, None, True)


async def test_a_refused_method_is_told_the_right_ones(port: int) -> None:
    """405 says which methods there are."""
    _, _, headers = await _ask(port, b"DELETE /health/live HTTP/1.1\r\n\r\n")
    assert headers["Allow"] == "GET, HEAD"


async def test_a_request_that_breaks_off_harms_nothing(port: int) -> None:
    """A client that leaves in the middle gets nothing, and the next one its answer."""
    assert (await _ask(port, b"GET /health/re", end=True))[:2] == (0, None)
    assert (await _ask(port, b"GET /health/live HTTP/1.1\r\n\r\n"))[0] == 200


async def test_a_stopped_worker_is_not_ready(do: TestDo, caplog: pytest.LogCaptureFixture) -> None:
    """Before its start and after its end a worker is live and not ready."""
    caplog.set_level("INFO", "dosdk_temporal.worker")
    worker = do.worker()
    async with Health(worker, 0):
        number = int(caplog.records[-1].getMessage().rpartition(":")[2].partition("/")[0])
        before = await _ask(number, b"GET /health/ready HTTP/1.1\r\n\r\n")
        async with worker:
            pass
        after = await _ask(number, b"GET /health/ready HTTP/1.1\r\n\r\n")
    assert [(answer[0], answer[1]["reason"]) for answer in (before, after)] == [
        (503, "the worker is starting"),
        (503, "the worker is stopped"),
    ]
