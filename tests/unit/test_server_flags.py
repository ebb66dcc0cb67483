"""What the development server is told."""

from __future__ import annotations

from pathlib import Path

from dosdk_temporal._server.flags import Ports, arguments

BEHAVING = [
    *("--log-level", "warn"),
    *("--search-attribute", "DoApprovers=KeywordList"),
    *("--search-attribute", "DoUntil=Datetime"),
    *("--search-attribute", "DoWaiting=KeywordList"),
    *("--dynamic-config-value", "history.transferProcessorMaxPollRPS=1000"),
    *("--dynamic-config-value", 'history.timerProcessorMaxTimeShift="1ms"'),
    *("--dynamic-config-value", "frontend.WorkflowTimeSkippingEnabled=true"),
    *("--dynamic-config-value", "frontend.WorkflowPauseEnabled=true"),
    *("--dynamic-config-value", "matching.enableFairness=true"),
    *("--dynamic-config-value", "matching.numTaskqueueReadPartitions=1"),
    *("--dynamic-config-value", "matching.numTaskqueueWritePartitions=1"),
    *("--dynamic-config-value", "frontend.rps=50000"),
    *("--dynamic-config-value", "frontend.namespaceRPS=50000"),
    *("--dynamic-config-value", "frontend.namespaceRPS.visibility=50000"),
    *("--dynamic-config-value", "frontend.enableServerVersionCheck=false"),
]


def test_in_memory_without_the_ui() -> None:
    """A server in memory has no file and no journal, and without the UI it is headless."""
    assert arguments(Ports(grpc=1, http=2, metrics=3, ui=None)) == [
        *("server", "start-dev", "--ip", "127.0.0.1", "--port", "1", "--http-port", "2", "--metrics-port", "3"),
        "--headless",
        *BEHAVING,
    ]


def test_on_a_file_with_the_ui_and_more() -> None:
    """A server on a file writes ahead and synchronously; the UI is bound to this machine; extra flags come last."""
    assert arguments(Ports(grpc=1, http=2, metrics=3, ui=4), database=Path("x.db"), extra=["--namespace", "more"]) == [
        *("server", "start-dev", "--ip", "127.0.0.1", "--port", "1", "--http-port", "2", "--metrics-port", "3"),
        *("--ui-ip", "127.0.0.1", "--ui-port", "4", "--ui-disable-news-fetch"),
        *("--db-filename", "x.db"),
        *("--sqlite-pragma", "journal_mode=WAL", "--sqlite-pragma", "synchronous=FULL"),
        *BEHAVING,
        *("--namespace", "more"),
    ]
