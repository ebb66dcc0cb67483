"""Pure: when a workflow is started again and again: what a user writes, checked and written down."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta
from typing import Any, Final, TypedDict

from dosdk_temporal._pure.cron import Cron, parse_cron
from dosdk_temporal._pure.durations import Duration, parse_duration
from dosdk_temporal._pure.timezones import check_timezone, clock_changes
from dosdk_temporal.errors import InputError

__all__ = ["OVERLAPS", "ScheduleOptions", "ScheduleText", "check_overlap", "options_of", "schedule_text"]

OVERLAPS: Final = ("skip", "buffer_one", "buffer_all", "cancel_other", "terminate_other", "allow_all")
"""What becomes of a start that is due while the run before goes on, by Temporal's words."""

_SHORTEST_INTERVAL: Final = timedelta(seconds=1)
_SHORTEST_CATCH_UP: Final = timedelta(seconds=10)
"""Temporal takes a shorter one, and makes it this long."""


_DOCUMENT: Final[Mapping[str, str]] = {
    "cronExpression": "cron_expression",
    "catchUp": "catch_up",
    **{
        key: key
        for key in ["every", "input", "notifications", "timezone", "overlap", "jitter", "skip", "id", "paused", "note"]
    },
}
"""The keys of a documented schedule, and the arguments that mean the same."""

_DURATIONS: Final = ("every", "jitter", "catchUp")


class ScheduleOptions(TypedDict, total=False):
    """What may be said of a schedule beside the workflow; see :meth:`Workflows.schedule`."""

    cron_expression: str | Iterable[str] | None
    every: Duration | Iterable[Duration] | None
    input: Any
    notifications: Mapping[str, Any] | None
    timezone: str
    overlap: str
    jitter: Duration | None
    catch_up: Duration | None
    skip: Iterable[date | str]
    id: str | None
    paused: bool
    note: str


@dataclass(frozen=True)
class ScheduleText:
    """When, as it was written.

    Attributes:
        cron: expressions, each read by :func:`parse_cron`.
        every: intervals in seconds, counted from the epoch.
        timezone: of the expressions.
        overlap: one of :data:`OVERLAPS`.
        jitter: up to how many seconds later a run may start; None for none.
        catch_up: how many seconds late a missed start is still made; None for Temporal's year.
        skip: days without a start, ISO 8601.
        declared: whether a workflow's ``trigger=`` says so.
    """

    cron: tuple[str, ...] = ()
    every: tuple[float, ...] = ()
    timezone: str = "UTC"
    overlap: str = "skip"
    jitter: float | None = None
    catch_up: float | None = None
    skip: tuple[str, ...] = ()
    declared: bool = False

    def to_wire(self) -> dict[str, Any]:
        """As JSON values."""
        return {name: list(value) if isinstance(value, tuple) else value for name, value in vars(self).items()}

    @classmethod
    def from_wire(cls, raw: Any) -> ScheduleText | None:
        """Read again; None for what this version did not write."""
        known = {field.name for field in fields(cls)}
        if not isinstance(raw, dict) or not set(raw) <= known:
            return None
        told: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in raw.items()}
        return cls(**told)

    @property
    def when(self) -> str:
        """For people: ``0 9 * * mon (Europe/Berlin); every 6:00:00``."""
        zone = f" ({self.timezone})" if self.cron else ""
        intervals = [f"every {timedelta(seconds=seconds)}" for seconds in self.every]
        return "; ".join([*(f"{text}{zone}" for text in self.cron), *intervals])

    def warnings(self, now: datetime) -> Iterator[str]:
        """What may surprise its writer, each as a sentence."""
        crons = [parse_cron(text) for text in self.cron]
        yield from clock_changes(crons, self.timezone, now)
        for cron in crons:
            if cron.narrows_both_days:
                yield f"'{cron.text}' is due on days that are both the day of month and the day of week it names"


def schedule_text(
    *,
    cron_expression: str | Iterable[str] | None = None,
    every: Duration | Iterable[Duration] | None = None,
    timezone: str = "UTC",
    overlap: str = "skip",
    jitter: Duration | None = None,
    catch_up: Duration | None = None,
    skip: Iterable[date | str] = (),
    declared: bool = False,
) -> ScheduleText:
    """Check what a user wrote.

    Args:
        cron_expression: five fields, or ``@daily`` and the like; or several.
        every: an interval, or several; beside expressions, all count.
        timezone: of the expressions.
        overlap: one of :data:`OVERLAPS`.
        jitter: up to how much later a run may start; None for none.
        catch_up: how late a missed start is still made, at least 10 seconds; None for Temporal's year.
        skip: dates, in the time zone, without a start.
        declared: whether a workflow's ``trigger=`` says so.

    Raises:
        InputError: with all that is wrong, by argument.
    """
    problems: list[tuple[str, str]] = []

    def read(argument: str, check: Callable[[Any], Any], given: Any) -> Any:
        try:
            return check(given)
        except InputError as error:
            problems.append((argument, error.message))
            return None

    crons: list[Cron] = [read("cron_expression", parse_cron, text) for text in _several(cron_expression)]
    intervals = [read("every", _interval, length) for length in _several(every)]
    if not crons and not intervals:
        problems.append(("cron_expression", "nothing says when: give cron_expression='0 9 * * mon' or every='6h'"))
    zone = read("timezone", check_timezone, timezone)
    policy = read("overlap", check_overlap, overlap)
    later = None if jitter is None else read("jitter", _jitter, jitter)
    window = None if catch_up is None else read("catch_up", _catch_up, catch_up)
    days = [read("skip", _day, day) for day in _several(skip)]
    if problems:
        raise InputError("; ".join(f"{argument}: {told}" for argument, told in problems), problems=tuple(problems))
    return ScheduleText(
        cron=tuple(dict.fromkeys(cron.text for cron in crons)),
        every=tuple(dict.fromkeys(intervals)),
        timezone=zone,
        overlap=policy,
        jitter=later,
        catch_up=window,
        skip=tuple(sorted(set(days))),
        declared=declared,
    )


def options_of(document: object) -> ScheduleOptions:
    """A documented schedule, ``{cronExpression, input, notifications}`` and more, as arguments.

    Raises:
        InputError: for a key that there is not, or a duration that is no text.
    """
    if not isinstance(document, Mapping):
        raise InputError(
            f"a schedule is written as {{'cronExpression': '0 9 * * mon', 'input': {{}}}}, not {document!r}"
        )
    unknown = sorted(repr(key) for key in document if key not in _DOCUMENT)
    if unknown:
        raise InputError(f"a schedule knows no {', '.join(unknown)}: there are {', '.join(_DOCUMENT)}")
    for key in _DURATIONS:
        if any(isinstance(length, int | float) for length in _several(document.get(key))):
            raise InputError(f"{key}={document[key]!r}: in a document a duration is text, like '90s' or '6h'")
    return {_DOCUMENT[key]: value for key, value in document.items()}  # type: ignore[return-value] # its own keys


def check_overlap(word: object) -> str:
    """The word, if it is one of :data:`OVERLAPS`.

    Raises:
        InputError: naming them.
    """
    if word not in OVERLAPS:
        raise InputError(f"{word!r} is none of {', '.join(OVERLAPS)}")
    return str(word)


def _several(given: Any) -> list[Any]:
    if given is None:
        return []
    return list(given) if isinstance(given, list | tuple | set | frozenset) else [given]


def _interval(length: Duration) -> float:
    interval = parse_duration(length, what="every")
    if interval < _SHORTEST_INTERVAL:
        raise InputError(f"every={length!r} is shorter than the second that is the least")
    return interval.total_seconds()


def _jitter(length: Duration) -> float:
    return parse_duration(length, what="jitter").total_seconds()


def _catch_up(length: Duration) -> float:
    window = parse_duration(length, what="catch_up")
    if window < _SHORTEST_CATCH_UP:
        raise InputError(f"catch_up={length!r} is shorter than the 10 seconds that are the least")
    return window.total_seconds()


def _day(given: date | str) -> str:
    if isinstance(given, date) and not isinstance(given, datetime):
        return given.isoformat()
    try:
        return date.fromisoformat(given).isoformat()  # type: ignore[arg-type] # what is no text is told of below
    except (TypeError, ValueError):
        raise InputError(f"{given!r} is not a date: write date(2027, 12, 25) or '2027-12-25'") from None
