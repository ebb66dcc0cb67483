"""Pure: lengths of time as people write them."""

from __future__ import annotations

import re
from datetime import timedelta
from functools import lru_cache

from dosdk_temporal.errors import DoError, InputError

__all__ = ["Duration", "parse_duration"]

Duration = timedelta | int | float | str
"""A ``timedelta``, a number of seconds, or text: ``"500ms"``, ``"90s"``, ``"3d"``, ``"1h30m"``, ``"PT1H"``."""

_UNITS = {"ms": 0.001, "s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}
_PART = re.compile(r"([0-9]+(?:\.[0-9]+)?)\s*(ms|[smhdw])\s*")
_LONGEST = timedelta(days=36_500)


def parse_duration(value: Duration, *, what: str = "duration", error: type[DoError] = InputError) -> timedelta:
    """Turn any spelling of a duration into a ``timedelta`` of at least zero and at most 100 years.

    Args:
        value: see :data:`Duration`.
        what: the name of the argument, for the message.
        error: the class to raise.

    Raises:
        DoError: of class ``error``, naming the argument and the spellings that work.
    """
    length = _length(value)
    if length is None:
        raise error(
            f"{what}={value!r} is not a duration: write seconds as a number, a timedelta, or text like '90s', '3d', '1h30m'"
        )
    if length < timedelta(0):
        raise error(f"{what}={value!r} is negative: a duration is zero or more")
    if length > _LONGEST:
        raise error(f"{what}={value!r} is longer than 100 years")
    return length


def _length(value: object) -> timedelta | None:
    if isinstance(value, timedelta):
        return value
    if isinstance(value, bool):
        return None
    try:
        if isinstance(value, int | float):
            return timedelta(seconds=value)
        return _from_text(value) if isinstance(value, str) else None
    except OverflowError:  # beyond what a timedelta holds
        return timedelta.max
    except ValueError:  # NaN
        return None


@lru_cache(maxsize=256)
def _from_text(text: str) -> timedelta | None:
    sign = -1 if text.lstrip().startswith("-") else 1
    body = text.strip().removeprefix("-").strip()
    if body[:1].upper() == "P":
        from pydantic import TypeAdapter, ValidationError  # noqa: PLC0415 - most programs never write ISO 8601

        try:
            return sign * TypeAdapter(timedelta).validate_python(body.upper())
        except ValidationError:
            return None
    if not body or _PART.sub("", body):
        return None
    return sign * timedelta(seconds=sum(float(number) * _UNITS[unit] for number, unit in _PART.findall(body)))
