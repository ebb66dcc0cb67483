"""Outside: a worker process's log: structlog and logging as one, each line bound to its run, silent on replay.

Only worker processes set it up; importing the library changes nobody's logging.
"""

from __future__ import annotations

import json
import logging
import os
import sys
from typing import Any, Final, TextIO

import structlog
from structlog.stdlib import ProcessorFormatter
from structlog.typing import EventDict, Processor
from temporalio import activity, workflow

from dosdk_temporal._pure.revealed import REVEALED
from dosdk_temporal._worker.failure_lines import FACTS
from dosdk_temporal.errors import DefinitionError

__all__ = ["configure_logging"]

_FORMATS: Final = ("json", "console")
_LEVELS: Final = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")

_TELLS_ADDRESSES: Final = ("httpx", "httpcore")
"""Loggers whose INFO lines hold whole addresses; that of a webhook is a secret."""

_TEMPORALS_OWN: Final = ("temporal_activity", "temporal_workflow", "temporal_log", "__temporal_error_identifier")
"""Attributes of temporalio's records that say again what the line is bound to."""


def configure_logging(
    log_format: str | None = None,
    log_level: str | None = None,
    *,
    output: TextIO | None = None,
    errors: TextIO | None = None,
) -> None:
    """Let structlog and logging write one stream of lines; what ends the process goes to standard error.

    Args:
        log_format: ``json`` or ``console``; default ``DO_LOG_FORMAT``, else readable on a terminal and JSON elsewhere.
        log_level: the least level that is written; default ``DO_LOG_LEVEL``, else ``INFO``.
        output: where lines go; default standard output.
        errors: where lines of level CRITICAL go; default standard error.

    Raises:
        DefinitionError: for a format or level that there is not.
    """
    output, errors = output or sys.stdout, errors or sys.stderr
    asked = log_format or os.environ.get("DO_LOG_FORMAT")
    chosen = _one_of(_FORMATS, asked, "DO_LOG_FORMAT") or ("console" if output.isatty() else "json")
    level = _one_of(_LEVELS, (log_level or os.environ.get("DO_LOG_LEVEL") or "INFO").upper(), "DO_LOG_LEVEL")
    handlers = [_handler(stream, chosen) for stream in (output, errors)]
    handlers[0].addFilter(lambda record: record.levelno < logging.CRITICAL)
    handlers[1].setLevel(logging.CRITICAL)
    logging.basicConfig(handlers=handlers, level=level, force=True)
    # What temporalio's own loggers are bound to is in each line's fields, and is no text of a dictionary behind its sentence.
    activity.logger.activity_info_on_message = workflow.logger.workflow_info_on_message = False
    for name in _TELLS_ADDRESSES:
        logging.getLogger(name).setLevel(logging.WARNING)
    structlog.configure(
        processors=[
            _drop_on_replay,
            structlog.stdlib.filter_by_level,
            *_BOUND,
            structlog.stdlib.PositionalArgumentsFormatter(),
            structlog.processors.StackInfoRenderer(),
            ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )


def _handler(stream: TextIO, chosen: str) -> logging.Handler:
    last: list[Processor] = [structlog.processors.format_exc_info, _in_order, structlog.processors.JSONRenderer()]
    if chosen == "console":
        plain = structlog.dev.plain_traceback
        colors = stream.isatty() and not os.environ.get("NO_COLOR")
        last = [structlog.dev.ConsoleRenderer(colors=colors, exception_formatter=plain, pad_event_to=0)]
    handler = logging.StreamHandler(stream)
    handler.setFormatter(
        (_MaskingFormatter if chosen == "console" else _MaskingJson)(
            foreign_pre_chain=[*_BOUND, structlog.stdlib.ExtraAdder(), _facts],
            processors=[ProcessorFormatter.remove_processors_meta, *last],
        )
    )
    handler.addFilter(lambda _: not _is_replay())
    return handler


class _MaskingFormatter(ProcessorFormatter):
    """Writes no secret's value: each line is looked through as it is written."""

    def format(self, record: logging.LogRecord) -> str:
        """See the base class."""
        return REVEALED.masked(super().format(record))


class _MaskingJson(ProcessorFormatter):
    """As :class:`_MaskingFormatter`; a line stays JSON, also where a number is the value."""

    def format(self, record: logging.LogRecord) -> str:
        """See the base class."""
        line = super().format(record)
        if REVEALED.masked(line) == line:
            return line
        return REVEALED.masked(json.dumps(REVEALED.masked_all(json.loads(line))))


def _is_replay() -> bool:
    return workflow.in_workflow() and workflow.unsafe.is_replaying_history_events()


def _drop_on_replay(_: Any, __: str, event: EventDict) -> EventDict:
    if _is_replay():
        raise structlog.DropEvent
    return event


def _place(_: Any, __: str, event: EventDict) -> EventDict:
    """Bind the run and the step that speak, where the speaker has not; what does not apply is left out."""
    known: dict[str, Any] = {}
    if activity.in_activity():
        at = activity.info()
        known = {"workflow": at.workflow_type, "execution": at.workflow_id or at.activity_id, "run": at.workflow_run_id}
        known |= {"action": at.activity_type, "attempt": at.attempt, "step": at.activity_id if at.workflow_id else None}
    elif workflow.in_workflow():
        run = workflow.info()
        known = {"workflow": run.workflow_type, "execution": run.workflow_id, "run": run.run_id}
    bound = {**known, **event}
    return {name: value for name, value in bound.items() if value is not None or name not in known}


def _facts(_: Any, __: str, event: EventDict) -> EventDict:
    """A record's event and facts in place of its sentence."""
    for name in _TEMPORALS_OWN:
        event.pop(name, None)
    facts: EventDict = event.pop(FACTS, {})
    return {**event, **facts}


def _in_order(_: Any, __: str, event: EventDict) -> EventDict:
    """What every line has, first: people read these lines too."""
    return {**{name: event[name] for name in ("timestamp", "level", "logger", "event")}, **event}


_BOUND: Final[tuple[Processor, ...]] = (
    structlog.contextvars.merge_contextvars,
    _place,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
)


def _one_of(known: tuple[str, ...], asked: str | None, what: str) -> str | None:
    if asked and asked not in known:
        raise DefinitionError(f"{what}={asked!r} is not one of {', '.join(known)}")
    return asked or None
