"""The image's health check tells what the worker's health port says."""

import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from tests.deploy.programs import run


@contextmanager
def _worker(status: int) -> Iterator[tuple[int, list[str]]]:
    """A health port that answers so; gives its number and the paths asked for."""
    asked: list[str] = []

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(status)
            self.end_headers()

        def log_message(self, *_: object) -> None: ...

    with HTTPServer(("127.0.0.1", 0), Answer) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server.server_port, asked
        finally:
            server.shutdown()
            thread.join()


def _check(root: Path, port: int) -> tuple[int, str]:
    """Run the check as the image does, given a proxy that it must not use."""
    environment = {**os.environ, "DO_HEALTH_PORT": str(port), "HTTP_PROXY": "http://127.0.0.1:1", "NO_PROXY": ""}
    status, _, said = run(sys.executable, str(root / "deploy/healthcheck.py"), environment=environment)
    return status, said


def test_a_ready_worker_is_healthy(root: Path) -> None:
    """A worker that says it is ready is healthy, whatever proxy the container is given."""
    with _worker(200) as (port, asked):
        assert (_check(root, port), asked) == ((0, ""), ["/health/ready"])


@pytest.mark.parametrize("status", [404, 500, 503])
def test_a_worker_that_is_not_ready_is_not_healthy(root: Path, status: int) -> None:
    """Any other answer is unhealthy, and the reason is what it answered."""
    with _worker(status) as (port, _):
        assert _check(root, port) == (1, f"not ready: {status}\n")


def test_a_worker_that_does_not_answer_is_not_healthy(root: Path) -> None:
    """A closed port is unhealthy, in one line and without a traceback."""
    with _worker(200) as (port, _):
        pass
    status, said = _check(root, port)
    assert status == 1
    assert said.startswith(f"no answer on port {port}: ")
    assert said.count("\n") == 1
