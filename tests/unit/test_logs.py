"""The log's set-up: format, level, streams, and failures in one line."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any, NoReturn

import pytest
import structlog
from temporalio import activity, workflow
from temporalio.testing import ActivityEnvironment

from dosdk_temporal._pure.task_trouble import plain_trouble
from dosdk_temporal._worker import failure_lines
from dosdk_temporal._worker.failure_lines import plain_failures
from dosdk_temporal._worker.logs import configure_logging
from dosdk_temporal.errors import DefinitionError

TEAM = logging.getLogger("team")


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def own_logging(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Logging of the test's own; afterwards everything is as it was."""
    monkeypatch.delenv("DO_LOG_FORMAT", raising=False)
    monkeypatch.delenv("DO_LOG_LEVEL", raising=False)
    monkeypatch.setattr(logging.root, "handlers", [])
    levels = {
        logger: logger.level for logger in (logging.root, logging.getLogger("httpx"), logging.getLogger("httpcore"))
    }
    monkeypatch.setattr(activity.logger, "activity_info_on_message", True)
    monkeypatch.setattr(workflow.logger, "workflow_info_on_message", True)
    yield
    structlog.reset_defaults()
    for logger, level in levels.items():
        logger.setLevel(level)


def _configured(*given: str | None, output: io.StringIO | None = None) -> tuple[io.StringIO, io.StringIO]:
    output, errors = output or io.StringIO(), io.StringIO()
    configure_logging(*given, output=output, errors=errors)
    return output, errors


def _fail(message: str) -> NoReturn:
    raise LookupError(message)


def _lines(stream: io.StringIO) -> list[dict[str, Any]]:
    lines = [json.loads(line) for line in stream.getvalue().splitlines()]
    for line in lines:
        del line["timestamp"]
    return lines


def test_structlog_and_logging_write_the_same() -> None:
    """A line is the same whether structlog or logging wrote it, with its facts and what its context binds."""
    output, _ = _configured("json")
    with structlog.contextvars.bound_contextvars(step="one"):
        TEAM.info("it is %s", "blue", extra={"size": 3})
        structlog.get_logger("team").info("it is %s", "blue", size=3)
    line = {"level": "info", "logger": "team", "event": "it is blue", "step": "one", "size": 3}
    assert _lines(output) == [line, line]


def test_a_line_begins_with_what_every_line_has() -> None:
    """When, how bad, who and what come first in a JSON line."""
    output, _ = _configured("json")
    TEAM.info("it is", extra={"action": "first"})
    assert list(json.loads(output.getvalue())) == ["timestamp", "level", "logger", "event", "action"]


def test_what_ends_the_process_goes_to_standard_error() -> None:
    """CRITICAL goes to standard error, all below it to standard output."""
    output, errors = _configured("json")
    TEAM.error("bad")
    TEAM.critical("the end")
    assert ([line["event"] for line in _lines(output)], [line["event"] for line in _lines(errors)]) == (
        ["bad"],
        ["the end"],
    )


def test_a_traceback_stays_in_its_json_line() -> None:
    """An error that a team logs keeps its traceback, within the one line."""
    output, _ = _configured("json")
    try:
        _fail("gone")
    except LookupError:
        TEAM.exception("failed")
    (line,) = _lines(output)
    assert (line["event"], line["exception"].splitlines()[-1]) == ("failed", "LookupError: gone")


@pytest.mark.parametrize(
    ("stream", "variable", "argument", "is_json"),
    [
        (io.StringIO, None, None, True),
        (_Terminal, None, None, False),
        (_Terminal, "json", None, True),
        (io.StringIO, "console", None, False),
        (io.StringIO, "console", "json", True),
    ],
)
def test_the_format_is_chosen(
    monkeypatch: pytest.MonkeyPatch,
    stream: type[io.StringIO],
    variable: str | None,
    argument: str | None,
    is_json: bool,
) -> None:
    """A terminal gets readable lines, all else JSON; ``DO_LOG_FORMAT`` says otherwise, and the argument above it."""
    if variable:
        monkeypatch.setenv("DO_LOG_FORMAT", variable)
    output, _ = _configured(argument, output=stream())
    TEAM.info("hello")
    assert output.getvalue().startswith("{") is is_json


@pytest.mark.parametrize(("no_color", "is_coloured"), [("", True), ("1", False)])
def test_no_color_is_heeded(monkeypatch: pytest.MonkeyPatch, no_color: str, is_coloured: bool) -> None:
    """A terminal gets colours, unless ``NO_COLOR`` is set to something."""
    monkeypatch.setenv("NO_COLOR", no_color)
    output, _ = _configured("console", output=_Terminal())
    TEAM.info("hello")
    assert ("\x1b[" in output.getvalue()) is is_coloured


def test_the_level_is_chosen(monkeypatch: pytest.MonkeyPatch) -> None:
    """``DO_LOG_LEVEL`` is the least level written, in any case of letters; the argument is above it."""
    monkeypatch.setenv("DO_LOG_LEVEL", "error")
    for given, wanted in ((None, ["error"]), ("WARNING", ["warning", "error"])):
        output, _ = _configured("json", given)
        for say in (TEAM.info, TEAM.warning, TEAM.error, structlog.get_logger("team").info):
            say("hello")
        assert [line["level"] for line in _lines(output)] == wanted


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (("xml",), "DO_LOG_FORMAT='xml' is not one of json, console"),
        (("json", "loud"), "DO_LOG_LEVEL='LOUD' is not one of DEBUG, INFO, WARNING, ERROR, CRITICAL"),
    ],
)
def test_what_there_is_not_is_refused(given: tuple[str, ...], message: str) -> None:
    """A format or a level that there is not is refused with those that there are."""
    with pytest.raises(DefinitionError) as refused:
        _configured(*given)
    assert str(refused.value) == message


def test_addresses_of_webhooks_are_not_logged() -> None:
    """An HTTP client's lines, which hold whole addresses, are written from WARNING on, whatever the level."""
    output, _ = _configured("json", "DEBUG")
    logging.getLogger("httpx").info("HTTP Request: POST https://hooks.example/services/secret")
    logging.getLogger("httpx").warning("slow")
    assert [line["event"] for line in _lines(output)] == ["slow"]


def test_a_failure_of_others_keeps_its_traceback() -> None:
    """What a team's own activity raises in the same worker is logged as temporalio does."""
    plain_failures()
    output, _ = _configured("json")
    try:
        _fail("theirs")
    except LookupError:
        logging.getLogger("temporalio.activity").warning("Completing activity as failed", exc_info=True)
    (line,) = _lines(output)
    assert (line["event"], "LookupError: theirs" in line["exception"]) == ("Completing activity as failed", True)


def test_the_cores_failure_is_its_message() -> None:
    """Of a failed workflow task, which Temporal's core logs as a page, the run and the message are left."""
    plain_failures()
    output, _ = _configured("json")

    failure = 'Failure { failure: Some(Failure { message: "no \\"luck\\"", stack_trace: "…" }) }'
    entry = SimpleNamespace(fields={"run_id": "r1", "failure": failure})
    logging.getLogger("temporalio.core").warning("Failing workflow task", extra={"temporal_log": entry})
    assert _lines(output) == [
        {
            "level": "warning",
            "logger": "temporalio.core",
            "event": "Failing workflow task",
            "run": "r1",
            "failure": 'no \\"luck\\"',
        }
    ]


@pytest.mark.parametrize(
    ("message", "failure", "lines"),
    [
        (
            "Failing workflow task",
            "[TMPRL1101] Potential deadlock detected: workflow didn't yield within 2 second(s).",
            [],
        ),
        ("Task not found when completing", "", []),
        ("Activity not found on completion. This may happen if the activity has already been cancelled", "", []),
        (
            "Failing workflow task",
            "[TMPRL1100] Missing associated machine for LocalActivity(1)",
            [plain_trouble("[TMPRL1100] Missing associated machine for LocalActivity(1)")],
        ),
    ],
)
def test_what_the_core_says_is_plain(message: str, failure: str, lines: list[str]) -> None:
    """What the worker says itself, and what is in order, the core does not say; code that parts from a record it says plainly."""
    plain_failures()
    output, _ = _configured("json")
    entry = SimpleNamespace(fields={"failure": f'Failure {{ message: "{failure}" }}'})
    logging.getLogger("temporalio.core").warning(message, extra={"temporal_log": entry})
    assert [line["failure"] for line in _lines(output)] == lines


def test_temporals_loggers_say_their_facts_in_fields() -> None:
    """What a team says by Temporal's own logger is its text; the run and step are fields, and no Python dictionary's text."""
    output, _ = _configured("json")
    ActivityEnvironment().run(lambda: activity.logger.info("charging", extra={"amount": 5}))
    (line,) = _lines(output)
    assert (line["event"], line["amount"], line["action"], line["attempt"]) == ("charging", 5, "unknown", 1)


def test_a_server_that_is_gone_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of the calls that fail while a server is gone, each poller's and each retry's, one line in a while is left."""
    monkeypatch.setattr(failure_lines, "_said", {})
    plain_failures()
    output, _ = _configured("json")
    entry = SimpleNamespace(fields={"error": 'Status { code: Unavailable, message: "tcp connect error" }'})
    for times in range(6, 16):
        for queue in ("activity", "workflow"):
            message = f"gRPC call poll_{queue}_task_queue retried {times} times"
            logging.getLogger("temporalio.core").warning(message, extra={"temporal_log": entry})
    assert [(line["event"], line["error"]) for line in _lines(output)] == [
        ("gRPC call poll_activity_task_queue retried 6 times", "tcp connect error")
    ]
