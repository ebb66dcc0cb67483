"""Outside: what the development server is told, each with its reason."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from dosdk_temporal._server.ports import HOST
from dosdk_temporal._wire.search_attributes import SEARCH_ATTRIBUTES

__all__ = ["DYNAMIC_CONFIG", "SQLITE_PRAGMAS", "Ports", "arguments"]

_AMPLE = 50_000

DYNAMIC_CONFIG: dict[str, object] = {
    # With one history shard the default of 20 a second makes every dispatch wait about 40 ms; with this, 2 to 3.
    "history.transferProcessorMaxPollRPS": 1000,
    # The default rounds each timer and retry up to at least a second: a 10 ms sleep took 1,019 ms, with this 47.
    "history.timerProcessorMaxTimeShift": "1ms",
    # Without these two the calls answer Unimplemented: a test skips a seven-day sleep, an operator pauses a run.
    "frontend.WorkflowTimeSkippingEnabled": True,
    "frontend.WorkflowPauseEnabled": True,
    # Else one busy fairness key starves its neighbours on a task queue.
    "matching.enableFairness": True,
    # The default of four parts for each task queue is for many servers; one process only forwards work between them.
    "matching.numTaskqueueReadPartitions": 1,
    "matching.numTaskqueueWritePartitions": 1,
    # The defaults (2,400 and 100 calls a second) are within reach of one client in a benchmark or a test suite, and
    # what is refused then is retried with a delay: the figures would be about the limit.
    "frontend.rps": _AMPLE,
    "frontend.namespaceRPS": _AMPLE,
    "frontend.namespaceRPS.visibility": _AMPLE,
    # A server on a developer's machine has nobody to report its version to.
    "frontend.enableServerVersionCheck": False,
}
"""The server takes an unknown key silently: a test proves of each that the real binary reads it."""

SQLITE_PRAGMAS: dict[str, str] = {
    # The default journal (DELETE) makes six steps take 211 ms, a write-ahead log 117.
    "journal_mode": "WAL",
    # In WAL mode FULL is what keeps the last commits through a power cut; SQLite's usual NORMAL does not.
    "synchronous": "FULL",
}


@dataclass(frozen=True)
class Ports:
    """The ports of one server on 127.0.0.1.

    Attributes:
        grpc: what clients and workers connect to.
        http: the same service as HTTP and JSON.
        metrics: Prometheus metrics.
        ui: the Web UI; None for none.
    """

    grpc: int
    http: int
    metrics: int
    ui: int | None


def arguments(ports: Ports, *, database: Path | None = None, extra: Sequence[str] = ()) -> list[str]:
    """Build the arguments of ``temporal`` that start the server.

    Args:
        ports: what it listens on.
        database: the file that holds its data; None keeps all in memory.
        extra: more flags of ``temporal server start-dev``. They come last, and of a flag given twice the last counts.
    """
    return ["server", "start-dev", *_listening(ports), *_storing(database), *_behaving(), *extra]


def _listening(ports: Ports) -> Iterator[str]:
    # The host is said for each listener, though they default to the first: none may ever reach beyond this machine.
    yield from ("--ip", HOST, "--port", str(ports.grpc))
    yield from ("--http-port", str(ports.http), "--metrics-port", str(ports.metrics))
    if ports.ui is None:
        yield "--headless"
    else:
        yield from ("--ui-ip", HOST, "--ui-port", str(ports.ui), "--ui-disable-news-fetch")


def _storing(database: Path | None) -> Iterator[str]:
    if database is None:
        return
    yield from ("--db-filename", str(database))
    for pragma, value in SQLITE_PRAGMAS.items():
        yield from ("--sqlite-pragma", f"{pragma}={value}")


def _behaving() -> Iterator[str]:
    # Said aloud because the server logs next to nothing otherwise, and its last lines are what a failed start shows.
    yield from ("--log-level", "warn")
    for name, kind in SEARCH_ATTRIBUTES.items():
        yield from ("--search-attribute", f"{name}={kind}")
    for key, value in DYNAMIC_CONFIG.items():
        yield from ("--dynamic-config-value", f"{key}={json.dumps(value)}")
