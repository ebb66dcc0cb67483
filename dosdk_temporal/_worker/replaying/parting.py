"""Outside: where a record and the code part, of what Temporal says and of where the code had come to."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta
from typing import Final

from temporalio.api.history.v1 import HistoryEvent

from dosdk_temporal._pure.task_trouble import plain_trouble
from dosdk_temporal._worker.replaying.following import Followed
from dosdk_temporal._worker.replaying.outcome import Parting
from dosdk_temporal._worker.replaying.words import done, happened, length_of, local_step

__all__ = ["other_length", "parting_of", "shown_line"]

_MESSAGE: Final = re.compile(r'message: "((?:[^"\\]|\\.)*)"')
_EVENT: Final = re.compile(r"HistoryEvent\(id: (\d+)")
_LOCAL: Final = re.compile(r"LocalActivity\((\d+)\)")
_NAMED: Final = re.compile(r"event '(?P<name>.*?)' does not match|change (?P<patch>.*?), but")
_CODE: Final = "[TMPRL1100] Nondeterminism error: "

_SHOWN: Final = 3
"""Commands and lines that a message shows."""

_SLACK: Final = timedelta(milliseconds=1)
"""Lengths are counted in floating point on their way."""


def parting_of(failure: BaseException, events: Sequence[HistoryEvent], followed: Followed) -> Parting:
    """Where a replay failed.

    Args:
        failure: Temporal's.
        events: the record.
        followed: where the code had come to.
    """
    message = _message(str(failure))
    event = _event(message, events, followed.seen)
    return Parting(
        event_id=event.event_id if event else None,
        event=happened(event) if event else "",
        line=_lines(followed.lines),
        code=_does(followed),
        message=plain_trouble(message),
    )


def other_length(events: Sequence[HistoryEvent], followed: Followed) -> Parting | None:
    """The first timer that the code starts with another length than recorded, which Temporal does not look at; None for none.

    A run under way keeps the length that was recorded, so that what was meant by the change does not hold for it.
    """
    for event in events:
        recorded = event.timer_started_event_attributes
        length, lines = followed.timers.get(recorded.timer_id, (None, []))
        if length is None or abs(length - recorded.start_to_fire_timeout.ToTimedelta()) <= _SLACK:
            continue
        code = f"starts a timer of {length_of(length)}"
        told = "a run under way keeps the length that it has recorded"
        return Parting(event.event_id, happened(event), _lines(lines), code, told)
    return None


def _message(text: str) -> str:
    """What Temporal's core says, out of what it is wrapped in."""
    found = _MESSAGE.search(text)
    if found is None:
        return text
    said = found[1].replace("\\'", "'")
    with suppress(ValueError):  # it may have escapes that JSON has not
        said = json.loads(f'"{said}"')
    return said.removeprefix(_CODE)


def _event(message: str, events: Sequence[HistoryEvent], seen: int) -> HistoryEvent | None:
    """The event that Temporal names by its number, as the local step of a number, or by what it is about."""
    numbered = _EVENT.search(message)
    if numbered is not None:
        return next((event for event in events if event.event_id == int(numbered[1])), None)
    local = _LOCAL.search(message)
    if local is not None:
        return next((event for event in events if local_step(event).get("seq") == int(local[1])), None)
    named = _NAMED.search(message)
    if named is None:
        return None
    name = repr(named["name"] or named["patch"])
    return next((event for event in events if event.event_id > seen and name in happened(event)), None)


def _does(followed: Followed) -> str:
    if not followed.commands:
        return "does nothing"
    words = list(dict.fromkeys(map(done, followed.commands)))
    return ", ".join(words[:_SHOWN]) + (f" and {len(words) - _SHOWN} more" if len(words) > _SHOWN else "")


def _lines(lines: Sequence[tuple[str, int]]) -> str | None:
    return ", ".join(shown_line(*line) for line in lines[:_SHOWN]) or None


def shown_line(file: str, line: int) -> str:
    """A line of code, relative to the current folder where it is in it."""
    relative = os.path.relpath(file)
    return f"{file if relative.startswith('..') else relative}:{line}"
