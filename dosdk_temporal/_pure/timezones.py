"""Pure: time zones by name, and the local times that a change of the clocks takes away or brings twice."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo, available_timezones

from dosdk_temporal._pure.cron import Cron
from dosdk_temporal.errors import InputError

__all__ = ["check_timezone", "clock_changes"]

_AHEAD: Final = timedelta(days=366)
_STEP: Final = timedelta(hours=1)


def check_timezone(name: object) -> str:
    """The name, if it is one of the time zone database.

    Raises:
        InputError: naming the nearest one.
    """
    try:
        return ZoneInfo(name).key  # type: ignore[arg-type] # what is no text raises
    except (TypeError, KeyError, ValueError, OSError):
        near = difflib.get_close_matches(name, available_timezones(), n=1) if isinstance(name, str) else []
    advice = f"did you mean {near[0]!r}?" if near else "write one like 'Europe/Berlin'"
    raise InputError(f"{name!r} is not a time zone: {advice}")


def clock_changes(crons: Sequence[Cron], zone: str, now: datetime) -> Iterator[str]:
    """What the changes of the clocks within a year do to times that an expression names, each as a sentence.

    Args:
        crons: the expressions; one that leaves out no hour of the day is not asked about.
        zone: the name of their time zone.
        now: from when on.
    """
    named = [cron for cron in crons if not cron.every_hour]
    if not named or zone == "UTC":
        return
    tz = ZoneInfo(zone)
    at = now.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    before = at.astimezone(tz).utcoffset() or timedelta()
    for _ in range(_AHEAD // _STEP):
        at += _STEP
        after = at.astimezone(tz).utcoffset() or timedelta()
        if after != before:
            yield from _told(named, zone, at.replace(tzinfo=None), before, after)
            before = after


def _told(crons: Sequence[Cron], zone: str, at: datetime, before: timedelta, after: timedelta) -> Iterator[str]:
    first, end = sorted((at + before, at + after))
    moment = first
    while moment < end:
        if any(_names(cron, moment) for cron in crons):
            local = f"{moment.date()} {time(moment.hour, moment.minute):%H:%M} in {zone}"
            what = "does not exist: that run is left out" if after > before else "comes twice: it runs the second time"
            yield f"{local} {what}"
            return
        moment += timedelta(minutes=1)


def _names(cron: Cron, moment: datetime) -> bool:
    return cron.is_on(moment.date()) and moment.hour in cron.hours and moment.minute in cron.minutes
