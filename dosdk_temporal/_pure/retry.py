"""Pure: when to try again."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import timedelta
from typing import Any

from dosdk_temporal._pure.durations import Duration, parse_duration
from dosdk_temporal.errors import DefinitionError

__all__ = ["Retry", "as_retry"]


@dataclass(frozen=True, init=False)
class Retry:
    """How often, and after what delays, a failed action is tried again.

    Args:
        max_attempts: attempts in all, the first included; None for no limit. Default 3.
        initial_delay: before the second attempt. Default 1 second.
        multiplier: each further delay is the last one times this, at least 1. Default 2.
        max_delay: no delay is longer, but for an ``initial_delay`` that is. Default 60 seconds.
        give_up_on: exception classes, or their names, that end the action at once.
        retry_on: if given, only these are tried again.
        increment: by which each further delay is longer besides. Default nothing.

    The defaults are the documented strategy: 3 attempts, 1 s, doubling.

    Raises:
        DefinitionError: when a value cannot be meant.
    """

    max_attempts: int | None
    initial_delay: timedelta
    multiplier: float
    max_delay: timedelta
    give_up_on: tuple[str, ...]
    retry_on: tuple[str, ...]
    increment: timedelta

    def __init__(
        self,
        max_attempts: int | None = 3,
        initial_delay: Duration = "1s",
        multiplier: float = 2,
        max_delay: Duration = "60s",
        give_up_on: Iterable[type[BaseException] | str] = (),
        retry_on: Iterable[type[BaseException] | str] = (),
        *,
        increment: Duration = 0,
    ) -> None:
        if max_attempts is not None and (not _is_number(max_attempts, int) or max_attempts < 1):
            raise DefinitionError(
                f"max_attempts={max_attempts!r} counts attempts, the first included: 1 or more, or None"
            )
        if not _is_number(multiplier, int, float) or not 1 <= multiplier <= sys.float_info.max:
            raise DefinitionError(f"multiplier={multiplier!r} must be a number of at least 1")
        values = {
            "max_attempts": max_attempts,
            "initial_delay": parse_duration(initial_delay, what="initial_delay", error=DefinitionError),
            "multiplier": float(multiplier),
            "max_delay": parse_duration(max_delay, what="max_delay", error=DefinitionError),
            "give_up_on": _class_names(give_up_on, "give_up_on"),
            "retry_on": _class_names(retry_on, "retry_on"),
            "increment": parse_duration(increment, what="increment", error=DefinitionError),
        }
        for name, value in values.items():
            object.__setattr__(self, name, value)

    @classmethod
    def forever(cls, **options: Any) -> Retry:
        """A strategy without a limit of attempts; the other options as in the constructor."""
        return cls(max_attempts=None, **options)

    def delay_after(self, attempt: int) -> timedelta:
        """The pause after the failed attempt of that number, from 1."""
        longest = max(self.initial_delay, self.max_delay)
        try:
            grown = self.initial_delay * self.multiplier ** (attempt - 1) + self.increment * (attempt - 1)
            return min(grown, longest)
        except OverflowError:
            return longest

    def tries_again(self, attempt: int, error_names: Iterable[str]) -> bool:
        """Whether an attempt of that number, failed with an error of these class names (its bases too), is not the last."""
        if self.max_attempts is not None and attempt >= self.max_attempts:
            return False
        names = set(error_names)
        if names & set(self.give_up_on):
            return False
        return not self.retry_on or bool(names & set(self.retry_on))

    def to_wire(self) -> dict[str, Any]:
        """This strategy as plain JSON, durations in seconds."""
        return {
            "max_attempts": self.max_attempts,
            "initial_delay": self.initial_delay.total_seconds(),
            "multiplier": self.multiplier,
            "max_delay": self.max_delay.total_seconds(),
            "give_up_on": list(self.give_up_on),
            "retry_on": list(self.retry_on),
            **({"increment": self.increment.total_seconds()} if self.increment else {}),
        }

    @classmethod
    def from_wire(cls, wire: Mapping[str, Any]) -> Retry:
        """The inverse of :meth:`to_wire`; keys of later versions are passed over."""
        return cls(**{field.name: wire[field.name] for field in fields(cls) if field.name in wire})


def as_retry(value: Retry | Mapping[str, Any] | int, *, what: str = "retry") -> Retry:
    """A strategy from a :class:`Retry`, a number of attempts, or the documented dictionary.

    The dictionary is ``{"maxAttempts": 3, "backoff": {"initialDelay": 1000, "multiplier": 2}}``; its bare delays are
    milliseconds, as documented, and may be text (``"1s"``).

    Raises:
        DefinitionError: for anything else, naming the key.
    """
    if isinstance(value, Retry):
        return value
    if isinstance(value, int) and not isinstance(value, bool):
        return Retry(max_attempts=value)
    if not isinstance(value, Mapping):
        raise DefinitionError(
            f"{what}={value!r} is not a retry strategy: give a Retry, a number of attempts, or the documented dictionary"
        )
    backoff = value.get("backoff", {})
    if not isinstance(backoff, Mapping):
        raise DefinitionError(
            f"{what}['backoff'] is a dictionary with initialDelay, multiplier and maxDelay, not {backoff!r}"
        )
    _refuse_unknown(value, {"maxAttempts", "backoff"}, what)
    _refuse_unknown(backoff, {"initialDelay", "multiplier", "maxDelay"}, f"{what}['backoff']")
    given: dict[str, Any] = {}
    if "maxAttempts" in value:
        given["max_attempts"] = value["maxAttempts"]
    if "multiplier" in backoff:
        given["multiplier"] = backoff["multiplier"]
    for key, name in (("initialDelay", "initial_delay"), ("maxDelay", "max_delay")):
        if key in backoff:
            given[name] = _milliseconds(backoff[key])
    return Retry(**given)


def _milliseconds(value: Any) -> Any:
    return value / 1000 if _is_number(value, int, float) else value


def _is_number(value: object, *kinds: type) -> bool:
    return isinstance(value, kinds) and not isinstance(value, bool)  # True counts nothing, and yet is an int


def _refuse_unknown(mapping: Mapping[str, Any], known: set[str], what: str) -> None:
    unknown = sorted(set(mapping) - known)
    if unknown:
        raise DefinitionError(
            f"{what} does not know {', '.join(map(repr, unknown))}: its keys are {', '.join(sorted(known))}"
        )


def _class_names(classes: Iterable[type[BaseException] | str], what: str) -> tuple[str, ...]:
    names = []
    for item in classes if isinstance(classes, Iterable) and not isinstance(classes, str | type) else [classes]:
        if isinstance(item, type) and issubclass(item, BaseException):
            names.append(item.__name__)
        elif isinstance(item, str) and item:
            names.append(item)
        else:
            raise DefinitionError(f"{what} takes exception classes or their names, not {item!r}")
    return tuple(names)
