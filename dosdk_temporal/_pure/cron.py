"""Pure: cron expressions as Temporal takes them, less what it takes in another sense than its writer meant.

Five fields, names, ranges, steps and ``@daily`` and the like. Left out, though Temporal takes them: six and seven fields
(whose first or last means something else in every other cron), ``#`` (a comment to Temporal, the n-th weekday elsewhere),
``CRON_TZ=`` and ``@every`` (there are arguments for both), and steps beyond a field's range (of which one value is left).
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from dosdk_temporal.errors import InputError

__all__ = ["Cron", "parse_cron"]

_WORDS: Final[Mapping[str, str]] = {
    "@yearly": "0 0 1 1 *",
    "@annually": "0 0 1 1 *",
    "@monthly": "0 0 1 * *",
    "@weekly": "0 0 * * 0",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@hourly": "0 * * * *",
}
_SHORTEST_NAME: Final = 3
_LEAP_YEAR: Final = 2028
_PART = re.compile(r"(?P<start>\*|[0-9a-z]{1,9})(-(?P<end>[0-9a-z]{1,9}))?(/(?P<step>[0-9]{1,9}))?")


@dataclass(frozen=True)
class _Field:
    name: str
    first: int
    last: int
    names: tuple[str, ...] = ()

    @property
    def allowed(self) -> str:
        words = f", or {self.names[0][:3]} to {self.names[-1][:3]}" if self.names else ""
        return f"{self.first} to {self.last}{words}"

    def values(self, text: str) -> frozenset[int]:
        """The values that a field's text stands for.

        Raises:
            InputError: naming what it is not, and what is allowed.
        """
        return frozenset(value for part in text.split(",") for value in self._part(part))

    def _part(self, part: str) -> range:
        found = _PART.fullmatch(part)
        if found is None or (found["start"] == "*" and found["end"]):
            raise InputError(
                f"{self.name} {part!r} is not {self.allowed}, a range like 1-5, a list, or a step like */2"
            )
        step = int(found["step"] or 1)
        if not 1 <= step <= self.last - self.first:
            raise InputError(f"{self.name} {part!r} has a step that is not from 1 to {self.last - self.first}")
        if found["start"] == "*":
            return range(self.first, self.last + 1, step)
        start = self._number(found["start"])
        end = self._number(found["end"]) if found["end"] else (self.last if found["step"] else start)
        if end < start:
            raise InputError(f"{self.name} {part!r} ends before it starts: write both parts, as a list")
        return range(start, end + 1, step)

    def _number(self, text: str) -> int:
        if text.isdecimal():
            number = int(text)
        else:
            matching = [at for at, name in enumerate(self.names) if name.startswith(text)]
            number = self.first + matching[0] if matching and len(text) >= _SHORTEST_NAME else -1
        if not self.first <= number <= self.last:
            raise InputError(f"{self.name} {text!r} is not from {self.allowed}")
        return number


# Written out: those of the calendar module are in the process's language.
_MONTHS: Final = (
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
)
_DAYS: Final = ("sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday")
_FIELDS: Final = (
    _Field("minute", 0, 59),
    _Field("hour", 0, 23),
    _Field("day of month", 1, 31),
    _Field("month", 1, 12, _MONTHS),
    _Field("day of week", 0, 7, _DAYS),
)


@dataclass(frozen=True)
class Cron:
    """The local times that an expression stands for; a day must fit day of month, month and day of week alike.

    Attributes:
        text: the expression, in small letters with single blanks.
        minutes: 0 to 59.
        hours: 0 to 23.
        days: of the month.
        months: 1 to 12.
        weekdays: 0 to 6, 0 is Sunday.
    """

    text: str
    minutes: frozenset[int]
    hours: frozenset[int]
    days: frozenset[int]
    months: frozenset[int]
    weekdays: frozenset[int]

    @property
    def every_hour(self) -> bool:
        """Whether no hour of the day is left out."""
        return len(self.hours) == 24  # noqa: PLR2004 - hours of a day

    @property
    def narrows_both_days(self) -> bool:
        """Whether it names days of the month and of the week: other crons take either, Temporal those that are both."""
        return len(self.days) < 31 and len(self.weekdays) < 7  # noqa: PLR2004 - days of a month and of a week

    def is_on(self, day: date) -> bool:
        """Whether it is due at some time of that day."""
        return day.month in self.months and day.day in self.days and day.isoweekday() % 7 in self.weekdays

    def comes(self) -> bool:
        """Whether it is ever due: no February has a 30th."""
        return any(min(self.days) <= calendar.monthrange(_LEAP_YEAR, month)[1] for month in self.months)


def parse_cron(expression: object) -> Cron:
    """Read an expression.

    Raises:
        InputError: with all that is wrong, by field, and what is allowed there.
    """
    if not isinstance(expression, str) or not expression.strip():
        raise InputError(f"{expression!r} is not a cron expression: write text like '0 9 * * mon' or '@daily'")
    text = " ".join(expression.lower().split())
    fields = _fields(text)
    problems: list[tuple[str, str]] = []
    values: list[frozenset[int]] = []
    for field, part in zip(_FIELDS, fields, strict=True):
        try:
            values.append(field.values(part))
        except InputError as error:
            problems.append((field.name, error.message))
    if problems:
        told = "; ".join(message for _, message in problems)
        raise InputError(f"{expression!r}: {told}", problems=tuple(problems))
    minutes, hours, days, months, weekdays = values
    cron = Cron(text, minutes, hours, days, months, frozenset(day % 7 for day in weekdays))
    if not cron.comes():
        raise InputError(f"{expression!r} is never due: none of its months has its day of the month")
    return cron


def _fields(text: str) -> list[str]:
    refused = next(_refusals(text), None)
    if refused:
        raise InputError(f"{text!r}: {refused}")
    fields = _WORDS.get(text, text).split()
    if len(fields) != len(_FIELDS):
        names = ", ".join(field.name for field in _FIELDS)
        raise InputError(f"{text!r} has {len(fields)} fields, five are needed: {names}")
    return fields


def _refusals(text: str) -> Iterator[str]:
    if "tz=" in text:
        yield "give the time zone as timezone='Europe/Berlin'"
    if text.startswith("@every"):
        yield "give an interval as every='1h'"
    if text.startswith("@") and text not in _WORDS:
        yield f"there are {', '.join(_WORDS)}"
    if "#" in text:
        yield "'#' begins a comment at the server, and is no n-th weekday: for the second Monday write '0 9 8-14 * mon'"
