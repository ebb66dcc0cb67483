"""Outside: what Temporal's libraries log of failures, in one plain line each.

temporalio logs every failed attempt with two tracebacks, and its Rust core a failed workflow task as a whole failure.
Failures of the SDK carry all facts, in the history too, so one line is enough. Failures of a team's own Temporal code
in the same worker stay as temporalio logs them.
"""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Mapping
from datetime import timedelta
from traceback import walk_tb
from typing import Any, Final

from dosdk_temporal._inside.run import NotHereYetError
from dosdk_temporal._outside import activity as attempts
from dosdk_temporal._outside.turns import NotItsTurnError
from dosdk_temporal._pure.names import RESERVED_PREFIX
from dosdk_temporal._pure.places import where_raised
from dosdk_temporal._pure.sealing import ChangedError, UnreadableError
from dosdk_temporal._pure.task_trouble import DEADLOCK, plain_trouble
from dosdk_temporal._wire.encryption import unreadable
from dosdk_temporal._wire.failures import error_of
from dosdk_temporal._worker.stuck import Stuck
from dosdk_temporal.errors import DoError, NotFoundError

__all__ = ["ATTEMPTS", "CORE", "FACTS", "TASKS", "plain_failures"]

CORE: Final = "temporalio.core"
"""The logger that speaks for Temporal's Rust core in worker processes."""

FACTS: Final = "dosdk"
"""The attribute of a log record that holds its event and facts apart, for logs that are read by programs."""

ATTEMPTS: Final = "temporalio.activity"
TASKS: Final = "temporalio.worker._workflow_instance"
ACTIVATIONS: Final = "temporalio.worker._workflow"

_SAID: Final = (NotHereYetError.__name__, UnreadableError.__name__, ChangedError.__name__, DEADLOCK)
"""In what the core says of failures that the worker itself tells."""

_NAMES: Final = {"run_id": "run", "workflow_id": "execution", "workflow_type": "workflow"}
"""What the core calls otherwise than every other line."""

_TOO_LATE: Final = ("Task not found when completing", "Activity not found")
"""How the core begins what it says of work that nobody waits for: ordinary when a run is ended, or a worker is replaced."""

_CALL: Final = "gRPC call"
_PAUSE: Final = 30.0
"""Seconds between two lines on calls that fail: each of ten pollers has its own, every few seconds, while a server is gone."""

_said: Final[dict[str, float]] = {}
"""When what is not to be repeated was last said."""

_MESSAGE: Final = re.compile(r'\bmessage: "((?:[^"\\]|\\.)*)"')


def plain_failures() -> None:
    """Make the loggers of this process say failures in one line. Once a process; again does nothing."""
    for name, filter_ in ((ATTEMPTS, _attempt), (TASKS, _task), (ACTIVATIONS, _activation), (CORE, _core)):
        logger = logging.getLogger(name)
        if filter_ not in logger.filters:
            logger.addFilter(filter_)


def _attempt(record: logging.LogRecord) -> bool:
    """A failed attempt: what failed, and what comes next."""
    failure = _raised(record)
    if (unread := unreadable(failure)) is not None:
        return _unread(record, "an action", unread, None)
    if isinstance(failure, asyncio.CancelledError) and _is_own(failure):
        return _cancelled(record)
    error = error_of(failure) if failure is not None else None
    pause = getattr(failure, "next_retry_delay", None)
    details: Mapping[str, Any] = getattr(record, "temporal_activity", {})
    if error is not None and str(details.get("activity_type")).startswith(RESERVED_PREFIX):
        return _own(record, error, str(details["activity_type"]), pause)
    if failure is None or error is None or error.action is None:
        return True
    if error.attempts is None and pause is not None:
        return _not_counted(record, error)
    facts = {
        "action": error.action,
        "attempt": error.attempts,
        "retry_in": pause.total_seconds() if pause else None,
        "error_type": error.type,
        "error": error.message,
        "at": where_raised(failure.__cause__),
    }
    then = f"the next in {pause.total_seconds():g} s" if pause else "no other follows"
    at = f" ({facts['at']})" if facts["at"] else ""
    which = f"attempt {error.attempts} of action" if error.attempts else "action"
    sentence = f"{which} {error.action!r} failed, {then}: {error.type}: {error.message}{at}"
    return _say(record, "attempt failed", facts, sentence)


def _is_own(cancelled: asyncio.CancelledError) -> bool:
    """Whether it went through an attempt of the SDK's: a team's own activity knows nothing of it."""
    return any(frame.f_code.co_filename == attempts.__file__ for frame, _ in walk_tb(cancelled.__traceback__))


def _cancelled(record: logging.LogRecord) -> bool:
    """An attempt that was cancelled, as with its run: no failure."""
    details: Mapping[str, Any] = getattr(record, "temporal_activity", {})
    facts = {"action": details.get("activity_type"), "attempt": details.get("attempt")}
    sentence = f"attempt {facts['attempt']} of action {facts['action']!r} was cancelled"
    return _say(record, "attempt cancelled", facts, sentence, logging.INFO)


def _own(record: logging.LogRecord, error: DoError, name: str, pause: timedelta | None) -> bool:
    """An activity of the SDK's own: news where it is tried again; else its caller is told, and may expect it."""
    if pause is None:
        return _say(record, "refused", {"by": name, "error": error.message}, f"{name}: {error.message}", logging.DEBUG)
    facts = {"by": name, "retry_in": pause.total_seconds(), "error": error.message}
    return _say(record, "put off", facts, f"{name} is tried again in {pause.total_seconds():.2g} s: {error.message}")


def _not_counted(record: logging.LogRecord, error: DoError) -> bool:
    """A delivery that was no attempt: to a worker that stops; or to one that is full or has not the action, asked again soon."""
    is_frequent = isinstance(error, NotFoundError) or error.type == NotItsTurnError.__name__
    level = logging.DEBUG if is_frequent else logging.INFO
    sentence = f"action {error.action!r} is left to another delivery: {error.message}"
    return _say(record, "delivery passed on", {"action": error.action, "reason": error.message}, sentence, level)


def _task(record: logging.LogRecord) -> bool:
    """A workflow that this worker does not know yet."""
    failure = _raised(record)
    if not isinstance(failure, NotHereYetError):
        return True
    details: Mapping[str, Any] = getattr(record, "temporal_workflow", {})
    facts = {
        "workflow": details.get("workflow_type"),
        "execution": details.get("workflow_id"),
        "run": details.get("run_id"),
        "reason": str(failure),
    }
    return _say(record, "workflow unknown here", facts, f"workflow left to another worker for now: {failure}")


def _activation(record: logging.LogRecord) -> bool:
    """A run whose payloads this worker cannot read, or whose handler does not let go of its thread."""
    error = _raised(record)
    unread, stuck = unreadable(error), Stuck.of(error)
    if unread is not None:
        return _unread(record, "a workflow", unread, str(record.args[0]) if isinstance(record.args, tuple) else None)
    return True if stuck is None else _stuck(record, stuck)


def _stuck(record: logging.LogRecord, stuck: Stuck) -> bool:
    run = stuck.run
    known = {"workflow": run.workflow_type, "execution": run.workflow_id, "run": run.run_id} if run else {}
    facts = {**known, "at": stuck.at, "reason": stuck.reason, "advice": stuck.advice}
    return _say(record, "workflow stuck", facts, str(stuck), logging.ERROR)


def _unread(record: logging.LogRecord, what: str, error: UnreadableError, run: str | None) -> bool:
    facts = {"run": run, "error": error.message}
    if isinstance(error, ChangedError):
        return _say(record, "changed data", facts, f"{what} cannot go on: {error.message}", logging.ERROR)
    return _say(record, "cannot be read here", facts, f"{what} is left to a worker that can read it: {error.message}")


def _core(record: logging.LogRecord) -> bool:
    """A line of the Rust core: its own failure text is a page long."""
    fields: Mapping[str, Any] = getattr(getattr(record, "temporal_log", None), "fields", {})
    told = str(fields.get("failure", ""))
    if any(said in told for said in _SAID):
        return False
    if record.getMessage().startswith(_TOO_LATE):
        sentence = "what this worker did comes too late: its run has ended, or another worker has it"
        return _say(record, "came too late", {"core": record.getMessage()}, sentence, logging.DEBUG)
    if record.getMessage().startswith(_CALL) and not _is_news(record):
        return False
    facts = {_NAMES.get(name, name): _short(str(value)) for name, value in fields.items()}
    said = ", ".join(f"{name}={value}" for name, value in facts.items())
    return _say(record, record.getMessage(), facts, f"{record.getMessage()} {said}".rstrip(), record.levelno)


def _is_news(record: logging.LogRecord) -> bool:
    if record.created - _said.get(_CALL, 0.0) < _PAUSE:
        return False
    _said[_CALL] = record.created
    return True


def _say(
    record: logging.LogRecord, event: str, facts: Mapping[str, Any], sentence: str, level: int = logging.WARNING
) -> bool:
    """Make a record say this instead; gives whether its logger still wants it."""
    record.msg, record.args = " ".join(sentence.split()), ()
    record.exc_info = record.exc_text = None
    record.levelno, record.levelname = level, logging.getLevelName(level)
    setattr(record, FACTS, {"event": event, **{name: value for name, value in facts.items() if value is not None}})
    return logging.getLogger(record.name).isEnabledFor(level)


def _raised(record: logging.LogRecord) -> BaseException | None:
    return record.exc_info[1] if isinstance(record.exc_info, tuple) else None


def _short(text: str) -> str:
    """A failure's message; of any other text the first line."""
    found = _MESSAGE.search(text)
    return plain_trouble(found[1].replace("\\'", "'")) if found else text.partition("\n")[0][:500]
