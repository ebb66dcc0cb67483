"""Wire: the names by which events travel, and an event as it travels."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from temporalio.common import RawValue

from dosdk_temporal._pure.events import Emission, Event, EventCall
from dosdk_temporal._wire.payloads import read
from dosdk_temporal.errors import ConflictError

__all__ = [
    "DISPATCH",
    "LOST_AFTER",
    "REGISTER_WAIT",
    "REMOVE_WAIT",
    "EventBody",
    "conflict",
    "dispatch_id",
    "emission_of",
    "micros",
]

DISPATCH: Final = "dosdk.dispatch"
"""The activity that keeps an event, wakes who waits for it and starts who subscribes to it."""

REGISTER_WAIT: Final = "dosdk.register_wait"
REMOVE_WAIT: Final = "dosdk.remove_wait"
"""The activities at the beginning and the end of a wait for an event."""

LOST_AFTER: Final = timedelta(seconds=5)
"""Without a sign of life from the worker that dispatches, until another one begins again: a dispatch may run twice."""

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class EventBody:
    """An event as signals and activities carry it.

    Attributes:
        name: of what happened.
        id: unique among those of its name.
        payload: plain JSON.
        at: when it was emitted, in microseconds since 1970: exact, as the comparison with a run's start needs it.
        expires: until when it is kept, likewise.
    """

    name: str
    id: str
    payload: Any
    at: int
    expires: int

    @classmethod
    def read(cls, body: Any) -> EventBody | None:
        """From what was signalled; keys of later versions are passed over. None for what no dispatch has sent."""
        if not isinstance(body, dict) or not cls.__dataclass_fields__.keys() <= body.keys():
            return None
        return cls(**{name: body[name] for name in cls.__dataclass_fields__})

    def to_wire(self) -> dict[str, Any]:
        """As plain JSON."""
        return asdict(self)

    def event(self) -> Event:
        """As a handler sees it."""
        return Event(self.name, self.payload, self.id, _EPOCH + timedelta(microseconds=self.at))


def emission_of(raw: RawValue, call: EventCall, *, is_new: bool) -> Emission:
    """What a dispatch tells.

    Args:
        raw: its result.
        call: what was to be emitted.
        is_new: whether this call began the dispatch; else it is an earlier one's.

    Raises:
        ConflictError: when the dispatch was of another payload.
    """
    told = json.loads(read(raw)[0])
    if told["digest"] != call.digest():
        raise conflict(call.name, told["id"])
    return Emission(told["id"], told["started"], told["woken"], told["refused"], told["duplicate"] or not is_new)


def conflict(name: str, event_id: str) -> ConflictError:
    """The refusal of an id that was used with another payload."""
    return ConflictError(
        f"event {name!r} with the id {event_id!r} was emitted with another payload: one id stands for one payload"
    )


def micros(time: datetime) -> int:
    """A time in microseconds since 1970."""
    return (time - _EPOCH) // timedelta(microseconds=1)


def dispatch_id(name: str, event_id: str) -> str:
    """The execution id of an event's dispatch."""
    return f"event/{name}/{event_id}"
