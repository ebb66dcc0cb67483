"""Pure: events: what is emitted, what becomes of it, and which wait an event fits."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from dosdk_temporal._pure.durations import Duration, parse_duration
from dosdk_temporal._pure.names import check_id
from dosdk_temporal._pure.values import encode_input, plain
from dosdk_temporal.errors import InputError

__all__ = [
    "DEFAULT_KEEP",
    "Emission",
    "Event",
    "EventCall",
    "canonical",
    "event_call",
    "fits",
    "match_of",
    "shape_of",
    "wait_key",
]

DEFAULT_KEEP: Final = timedelta(days=7)
"""How long an event is kept for waits that are not reached yet."""

_LONGEST_ID: Final = 1000
"""Bytes that Temporal takes as an id."""

_MISSING: Final = object()


@dataclass(frozen=True)
class Event:
    """Something that happened, as a workflow that waited for it sees it.

    Attributes:
        name: of what happened, like ``order.placed``.
        payload: plain JSON.
        id: unique among the events of its name.
        time: when it was emitted, by the server's clock.
    """

    name: str
    payload: Any
    id: str
    time: datetime


@dataclass(frozen=True)
class Emission:
    """What became of an emitted event.

    Attributes:
        id: the event's.
        started: the execution ids of the runs that it started.
        woken: the execution ids of the runs that waited for it and were told.
        refused: the workflows it should have started and did not, each ``{"workflow": name, "reason": text}``.
        duplicate: whether an event of that name and id had been emitted before; the rest tells what became of that one.
    """

    id: str
    started: list[str] = field(default_factory=list)
    woken: list[str] = field(default_factory=list)
    refused: list[dict[str, str]] = field(default_factory=list)
    duplicate: bool = False


@dataclass(frozen=True)
class EventCall:
    """One event to emit, its payload checked and written as JSON.

    Attributes:
        name: of what happened.
        payload: its JSON.
        id: given by the emitter; None for a new one.
        keep: how long it is kept for waits not reached yet.
    """

    name: str
    payload: bytes
    id: str | None
    keep: timedelta

    def digest(self) -> str:
        """Of the payload, whatever the order of its keys: one id stands for one payload."""
        return hashlib.sha256(canonical(json.loads(self.payload)).encode()).hexdigest()

    def to_wire(self, event_id: str) -> bytes:
        """The input of the dispatch."""
        head = json.dumps(
            {"name": self.name, "id": event_id, "keep": self.keep.total_seconds(), "digest": self.digest()}
        )
        return head[:-1].encode() + b', "payload": ' + self.payload + b"}"


def event_call(
    name: str,
    payload: Any = None,
    id: str | None = None,  # noqa: A002 - the contract's name
    keep: Duration = DEFAULT_KEEP,
) -> EventCall:
    """A checked event.

    Raises:
        InputError: when the name, id or keep time cannot be one, or JSON cannot say the payload.
        PayloadTooLargeError: when it is larger than Temporal carries.
    """
    check_id(name, "event's name")
    if id is not None:
        check_id(id, "event's id")
        length = len(f"event/{name}/{id}".encode())
        if length > _LONGEST_ID:
            raise InputError(f"the event's name and id have {length} bytes together, at most {_LONGEST_ID} are allowed")
    kept = parse_duration(keep, what="keep")
    if not kept:
        raise InputError(
            "keep=0 would lose the event before anybody sees it: give how long waits may be late, like '7d'"
        )
    return EventCall(name, encode_input({} if payload is None else payload, f"event {name!r}"), id, kept)


def match_of(match: Mapping[str, Any] | None) -> dict[str, Any]:
    """What a wait asks of a payload, as a dictionary of its own.

    Args:
        match: paths within the payload, like ``"user.id"``, each with the value it must have; None for any payload.

    Raises:
        InputError: when it is no mapping of paths, or JSON cannot say a value.
    """
    if match is None:
        return {}
    if not isinstance(match, Mapping):
        raise InputError(
            f"match={match!r} is no mapping: write paths and the values they must have, like {{'user.id': 7}}"
        )
    for path in match:
        if not isinstance(path, str) or not all(path.split(".")):
            raise InputError(
                f"match has {path!r}, which is no path within a payload: write keys and dots, like 'user.id'"
            )
    asked: dict[str, Any] = plain(dict(match), "the match of a wait")
    return asked


def fits(match: Mapping[str, Any], payload: Any) -> bool:
    """Whether the payload has the value at each path."""
    return all(canonical(_at(payload, path)) == canonical(value) for path, value in match.items())


def shape_of(match: Mapping[str, Any]) -> str:
    """The paths that a wait asks for: waits of one shape are found together, by the values at these paths."""
    return json.dumps(sorted(match))


def wait_key(shape: str, payload: Any) -> str | None:
    """What the waits of that shape which the payload fits are found by; None when a path is not in it.

    Args:
        shape: see :func:`shape_of`.
        payload: an event's, or a wait's own match with its paths as keys.
    """
    values = [_at(payload, path) for path in json.loads(shape)]
    if any(value is _MISSING for value in values):
        return None
    return hashlib.sha256(f"{shape}\n{canonical(values)}".encode()).hexdigest()


def canonical(value: Any) -> str:
    """One text for equal JSON: keys sorted, and 7.0 written as 7."""
    return json.dumps(_normal(value), sort_keys=True, separators=(",", ":")) if value is not _MISSING else ""


def _normal(value: Any) -> Any:
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, Mapping):
        return {key: _normal(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_normal(item) for item in value]
    return value


def _at(payload: Any, path: str) -> Any:
    if (
        isinstance(payload, Mapping) and path in payload
    ):  # a key may itself hold dots; and so a match is its own payload
        return payload[path]
    found: Any = payload
    for part in path.split("."):
        found = _step(found, part)
    return found


def _step(value: Any, part: str) -> Any:
    if isinstance(value, Mapping):
        return value.get(part, _MISSING)
    if isinstance(value, list) and part.isdecimal() and int(part) < len(value):
        return value[int(part)]
    return _MISSING
