"""Helpers of the handlers, in a module of their own."""

from __future__ import annotations

import contextlib
import functools
import random
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from datetime import datetime as dt
from typing import Any

COUNTER = 0


def stamp() -> float:
    """The clock, by a module's attribute."""
    return time.time()


def today() -> str:
    """The clock, by a class under another name."""
    return dt.now(UTC).isoformat()


def either(value: Any) -> str:
    """What a value is, by patterns."""
    match value:
        case datetime(year=year):
            return f"a time in {year}"
        case int() | float():
            return "a number"
        case _:
            return "something"


def count() -> int:
    """Rebind a global of this module."""
    global COUNTER  # noqa: PLW0603 - that is what is tried
    COUNTER += 1
    return COUNTER


def factorial(number: int) -> int:
    """Call itself."""
    return 1 if number < 2 else number * factorial(number - 1)


def is_even(number: int) -> bool:
    """Call another that calls it."""
    return number == 0 or is_odd(number - 1)


def is_odd(number: int) -> bool:
    """Call another that calls it."""
    return number != 0 and is_even(number - 1)


def traced(function: Callable[..., Any]) -> Callable[..., Any]:
    """A decorator."""

    @functools.wraps(function)
    def inner(*args: Any, **kwargs: Any) -> Any:
        return function(*args, **kwargs)

    return inner


@functools.lru_cache
def cached() -> float:
    """A cache around the clock."""
    return time.time()


@contextlib.contextmanager
def timed() -> Iterator[float]:
    """A context manager around the clock."""
    yield time.time()


@contextlib.contextmanager
def named(name: str) -> Iterator[str]:
    """A context manager that only names."""
    yield name


@functools.singledispatch
def shown(value: object) -> str:
    """A function by the type of its argument."""
    return "something"


@shown.register
def _(value: int) -> str:
    return "a number"


def make_clock() -> Callable[[], float]:
    """A closure around a function of the clock."""
    clock = time.time

    def read() -> float:
        return clock()

    return read


class Clock:
    """A class of the project; its methods are its own."""

    def read(self) -> float:
        """The clock."""
        return time.time()


def seeded() -> float:
    """Chance with a seed is the same in every replay."""
    return random.Random(7).random()  # noqa: S311 - chance, not secrets
