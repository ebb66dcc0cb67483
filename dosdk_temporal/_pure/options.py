"""Pure: the options of an action, and the one place that merges them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import timedelta
from functools import lru_cache
from typing import Any, Final

from dosdk_temporal._pure.durations import Duration, parse_duration
from dosdk_temporal._pure.retry import Retry, as_retry
from dosdk_temporal.errors import DefinitionError

__all__ = ["DEFAULTS", "NOT_GIVEN", "NotGiven", "Options", "merge"]


class NotGiven:
    """The type of :data:`NOT_GIVEN`: None means "no limit", so "left out" needs a value of its own."""

    def __repr__(self) -> str:
        return "NOT_GIVEN"


NOT_GIVEN: Final = NotGiven()


@dataclass(frozen=True)
class Options:
    """What may be said of an action's attempts; what is left out comes from the level below.

    Attributes:
        retry: when to try again.
        timeout: of one attempt; None for no limit.
        total_timeout: of all attempts and the delays between them, from the first scheduling; None for no limit.
        heartbeat: after this long without a sign of life the worker counts as dead and the next attempt begins.
    """

    retry: Retry | NotGiven = NOT_GIVEN
    timeout: timedelta | NotGiven | None = NOT_GIVEN
    total_timeout: timedelta | NotGiven | None = NOT_GIVEN
    heartbeat: timedelta | NotGiven = NOT_GIVEN

    @classmethod
    def of(
        cls,
        *,
        retry: Retry | Mapping[str, Any] | int | NotGiven | None = NOT_GIVEN,
        timeout: Duration | NotGiven | None = NOT_GIVEN,
        total_timeout: Duration | NotGiven | None = NOT_GIVEN,
        heartbeat: Duration | NotGiven | None = NOT_GIVEN,
    ) -> Options:
        """Options from any documented spelling; a ``retry`` or ``heartbeat`` of None is "left out".

        Raises:
            DefinitionError: naming the option that cannot be meant.
        """
        if retry is None and timeout is NOT_GIVEN and total_timeout is NOT_GIVEN and heartbeat is NOT_GIVEN:
            return NOTHING
        return cls(
            retry=NOT_GIVEN if isinstance(retry, NotGiven) or retry is None else as_retry(retry),
            timeout=_limit(timeout, "timeout"),
            total_timeout=_limit(total_timeout, "total_timeout"),
            heartbeat=_heartbeat(heartbeat),
        )

    def to_wire(self) -> dict[str, Any]:
        """What was given, as plain JSON, durations in seconds."""
        wire: dict[str, Any] = {}
        if self is NOTHING:
            return wire
        for field in fields(self):
            value = getattr(self, field.name)
            if isinstance(value, Retry):
                wire[field.name] = value.to_wire()
            elif not isinstance(value, NotGiven):
                wire[field.name] = None if value is None else value.total_seconds()
        return wire

    @classmethod
    def from_wire(cls, wire: Mapping[str, Any]) -> Options:
        """The inverse of :meth:`to_wire`; keys of later versions are passed over."""
        if not wire:
            return NOTHING
        given = {field.name: wire[field.name] for field in fields(cls) if field.name in wire}
        retry = given.pop("retry", None)
        return cls.of(retry=Retry.from_wire(retry) if retry else NOT_GIVEN, **given)


NOTHING: Final = Options()
"""Nothing said: what most calls and most workflows say of their steps."""


@dataclass(frozen=True)
class _Defaults(Options):
    retry: Retry = Retry()  # noqa: RUF009 - it is frozen: one for all is what is wanted
    timeout: timedelta | None = timedelta(seconds=60)
    total_timeout: timedelta | None = None
    heartbeat: timedelta = timedelta(seconds=15)


_SHORTEST_HEARTBEAT: Final = timedelta(milliseconds=100)
"""A shorter one would end each attempt before its worker had it: the server would deliver it for ever."""

DEFAULTS: Final = _Defaults()
"""3 attempts, 1 s, doubling, 60 s an attempt, no limit over all, a worker counts as dead after 15 s of silence."""


@lru_cache(maxsize=1024)
def merge(*levels: Options) -> _Defaults:
    """Options in force: later levels win. The order is default < workflow < action < call.

    Args:
        *levels: from the weakest to the strongest; the defaults are below them all.
    """
    merged = DEFAULTS
    for level in levels:
        given = {
            f.name: getattr(level, f.name) for f in fields(level) if not isinstance(getattr(level, f.name), NotGiven)
        }
        merged = replace(merged, **given)
    return merged


def _limit(value: Duration | NotGiven | None, what: str) -> timedelta | NotGiven | None:
    if value is None or isinstance(value, NotGiven):
        return value
    return _positive(value, what)


def _heartbeat(value: Duration | NotGiven | None) -> timedelta | NotGiven:
    if value is None or isinstance(value, NotGiven):
        return NOT_GIVEN
    length = _positive(value, "heartbeat")
    if length < _SHORTEST_HEARTBEAT:
        raise DefinitionError(
            f"heartbeat={value!r} is shorter than a delivery takes: give {_SHORTEST_HEARTBEAT.total_seconds():g} s or more"
        )
    return length


def _positive(value: Duration, what: str) -> timedelta:
    length = parse_duration(value, what=what, error=DefinitionError)
    if not length:
        raise DefinitionError(f"{what}={value!r} leaves no time: give more than zero, or None for no limit")
    return length
