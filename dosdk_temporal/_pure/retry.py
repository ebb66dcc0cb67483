"""Pure: when to try again."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import timedelta
from typing import Any, Final, Literal, get_args

from dosdk_temporal._pure.durations import Duration, parse_duration
from dosdk_temporal._pure.option_names import told_plainly
from dosdk_temporal._pure.retry_later import RetryLater
from dosdk_temporal.errors import DefinitionError

__all__ = ["Backoff", "Retry", "as_retry", "names_of"]

Backoff = Literal["exponential", "linear", "fixed"]
OnExhausted = Literal["fail", "hold"]
Classes = type[BaseException] | str | Iterable[type[BaseException] | str]

_MULTIPLIER: Final = 2

_KEYS: Final = {
    "maxAttempts": "max_attempts",
    "backoff": "backoff",
    "initialDelay": "initial_delay",
    "multiplier": "multiplier",
    "maxDelay": "max_delay",
    "onExhausted": "on_exhausted",
}
"""The documented keys, and what they are here."""

_DELAYS: Final = ("initialDelay", "maxDelay")


@dataclass(frozen=True, init=False)
class Retry:
    """How often, and after what delays, a failed action is tried again, and what follows when it still fails.

    Args:
        max_attempts: attempts in all, the first included; None for no limit. Default 3.
        initial_delay: before the second attempt. Default 1 second.
        multiplier: each further delay of an exponential backoff is the last one times this, at least 1. Default 2.
        max_delay: no delay is longer, but for an ``initial_delay`` that is. Default 60 seconds.
        give_up_on: exception classes, or their names, that end the attempts at once; stronger than ``retry_on``.
        retry_on: if given, only these are tried again.
        backoff: ``exponential`` (default), ``linear``: each delay is ``initial_delay`` longer than the last, or ``fixed``.
        jitter: the part of each delay that is left to chance, from 0 (default) to 1 or True: the delay is drawn evenly between
            that much less and the whole. 1 is "full jitter", 0.5 "equal jitter" (Marc Brooker, "Exponential Backoff And Jitter",
            AWS Architecture Blog, 2015).
        on_exhausted: ``fail`` (default) tells the caller of the last error; ``hold`` parks the step for a person, who has it
            tried again, skips it with a value, or lets it fail.

    A name stands for every class of that name, with or without its module, and for all that derive from it. The defaults are
    the documented strategy: 3 attempts, 1 s, doubling.

    Raises:
        DefinitionError: when a value cannot be meant.
    """

    max_attempts: int | None
    initial_delay: timedelta
    multiplier: float
    max_delay: timedelta
    give_up_on: tuple[str, ...]
    retry_on: tuple[str, ...]
    backoff: Backoff
    jitter: float
    on_exhausted: OnExhausted

    @told_plainly("Retry")
    def __init__(
        self,
        max_attempts: int | None = 3,
        initial_delay: Duration = "1s",
        multiplier: float = _MULTIPLIER,
        max_delay: Duration = "60s",
        give_up_on: Classes = (),
        retry_on: Classes = (),
        *,
        backoff: Backoff = "exponential",
        jitter: float = 0,
        on_exhausted: OnExhausted = "fail",
    ) -> None:
        if max_attempts is not None and (not _is_number(max_attempts, int) or max_attempts < 1):
            raise DefinitionError(
                f"max_attempts={max_attempts!r} counts attempts, the first included: 1 or more, or None"
            )
        if not _is_number(multiplier, int, float) or not 1 <= multiplier <= sys.float_info.max:
            raise DefinitionError(f"multiplier={multiplier!r} must be a number of at least 1")
        if backoff in ("linear", "fixed") and multiplier != _MULTIPLIER:
            raise DefinitionError(
                f"multiplier={multiplier!r} is of exponential delays: leave it out where they are {backoff}"
            )
        if not isinstance(jitter, int | float) or not 0 <= jitter <= 1:
            raise DefinitionError(f"jitter={jitter!r} is the part of each delay that is left to chance: 0 to 1")
        values = {
            "max_attempts": max_attempts,
            "initial_delay": parse_duration(initial_delay, what="initial_delay", error=DefinitionError),
            "multiplier": float(multiplier),
            "max_delay": parse_duration(max_delay, what="max_delay", error=DefinitionError),
            "give_up_on": _class_names(give_up_on, "give_up_on"),
            "retry_on": _class_names(retry_on, "retry_on"),
            "backoff": _one_of(backoff, get_args(Backoff), "backoff"),
            "jitter": float(jitter),
            "on_exhausted": _one_of(on_exhausted, get_args(OnExhausted), "on_exhausted"),
        }
        for name, value in values.items():
            object.__setattr__(self, name, value)

    @classmethod
    def forever(cls, **options: Any) -> Retry:
        """A strategy without a limit of attempts; the other options as in the constructor."""
        return cls(max_attempts=None, **options)

    @property
    def holds(self) -> bool:
        """Whether a step that still fails is parked for a person."""
        return self.on_exhausted == "hold"

    def delay_after(self, attempt: int, chance: float = 0) -> timedelta:
        """The pause after a failed attempt.

        Args:
            attempt: its number, from 1.
            chance: from 0 to 1, drawn by whoever pauses; what the jitter takes away is this part of it.
        """
        longest = max(self.initial_delay, self.max_delay)
        try:
            delay = min(self._grown(attempt), longest)
        except OverflowError:
            delay = longest
        return delay * (1 - self.jitter * chance) if self.jitter else delay

    def tries_again(self, attempt: int, error_names: Iterable[str]) -> bool:
        """Whether an attempt of that number, failed with an error of these names, is not the last; see :func:`names_of`."""
        if self.max_attempts is not None and attempt >= self.max_attempts:
            return False
        names = set(error_names)
        if names & set(self.give_up_on):
            return False
        # Who raises RetryLater has said already that another attempt is worth it.
        return not self.retry_on or bool(names & {*self.retry_on, RetryLater.__name__})

    def _grown(self, attempt: int) -> timedelta:
        if self.backoff == "fixed":
            return self.initial_delay
        if self.backoff == "linear":
            return self.initial_delay * attempt
        return self.initial_delay * self.multiplier ** (attempt - 1)

    def to_wire(self) -> dict[str, Any]:
        """This strategy as plain JSON, durations in seconds."""
        return {
            "max_attempts": self.max_attempts,
            "initial_delay": self.initial_delay.total_seconds(),
            "multiplier": self.multiplier,
            "max_delay": self.max_delay.total_seconds(),
            "give_up_on": list(self.give_up_on),
            "retry_on": list(self.retry_on),
            **({"backoff": self.backoff} if self.backoff != "exponential" else {}),
            **({"jitter": self.jitter} if self.jitter else {}),
            **({"on_exhausted": self.on_exhausted} if self.holds else {}),
        }

    @classmethod
    def from_wire(cls, wire: Mapping[str, Any]) -> Retry:
        """The inverse of :meth:`to_wire`; keys of later versions are passed over."""
        return cls(**{field.name: wire[field.name] for field in fields(cls) if field.name in wire})


def as_retry(value: Retry | Mapping[str, Any] | int, *, what: str = "retry") -> Retry:
    """A strategy from a :class:`Retry`, a number of attempts, or the documented dictionary.

    The dictionary is ``{"maxAttempts": 3, "backoff": {"initialDelay": 1000, "multiplier": 2}}``, or with a word for the backoff
    and the delays beside it: ``{"backoff": "linear", "initialDelay": "1s"}``; ``"onExhausted": "hold"`` may stand in both. Its
    bare delays are milliseconds, as documented, and may be text.

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
    given = {**value, **_delays_of(value, what)}
    if not isinstance(given.get("backoff"), str):
        given.pop("backoff", None)
    _refuse_unknown(given, set(_KEYS), what)
    read = {_KEYS[key]: _milliseconds(said) if key in _DELAYS else said for key, said in given.items()}
    return Retry(**read)


def names_of(error: BaseException) -> set[str]:
    """The names by which strategies know an error: of its class and all bases, with their module and without, and its type."""
    told = getattr(error, "type", None)
    classes = type(error).__mro__
    names = {cls.__name__ for cls in classes} | {f"{cls.__module__}.{cls.__qualname__}" for cls in classes}
    return names | ({told} if isinstance(told, str) else set())


def _delays_of(value: Mapping[str, Any], what: str) -> dict[str, Any]:
    """What the mapping of a backoff says; nothing where a word stands for it, or none is given."""
    backoff = value.get("backoff", "exponential")
    if isinstance(backoff, str):
        return {}
    if not isinstance(backoff, Mapping):
        raise DefinitionError(
            f"{what}['backoff'] is a dictionary with initialDelay, multiplier and maxDelay, or one of the words "
            f"{', '.join(get_args(Backoff))}, not {backoff!r}"
        )
    _refuse_unknown(backoff, {"initialDelay", "multiplier", "maxDelay"}, f"{what}['backoff']")
    twice = sorted(set(backoff) & set(value))
    if twice:
        raise DefinitionError(f"{what} says {', '.join(map(repr, twice))} twice: within backoff, and beside it")
    return dict(backoff)


def _milliseconds(value: Any) -> Any:
    return value / 1000 if _is_number(value, int, float) else value


def _is_number(value: object, *kinds: type) -> bool:
    return isinstance(value, kinds) and not isinstance(value, bool)  # True counts nothing, and yet is an int


def _one_of(value: object, words: tuple[str, ...], what: str) -> str:
    if not isinstance(value, str) or value not in words:
        raise DefinitionError(f"{what}={value!r} is none of {', '.join(words)}")
    return value


def _refuse_unknown(mapping: Mapping[str, Any], known: set[str], what: str) -> None:
    unknown = sorted(set(mapping) - known)
    if unknown:
        raise DefinitionError(
            f"{what} does not know {', '.join(map(repr, unknown))}: its keys are {', '.join(sorted(known))}"
        )


def _class_names(classes: Any, what: str) -> tuple[str, ...]:
    names = []
    several = isinstance(classes, Iterable) and not isinstance(classes, str | type | Mapping)
    for item in classes if several else [classes]:
        if isinstance(item, type) and issubclass(item, BaseException):
            names.append(item.__name__)
        elif isinstance(item, str) and item:
            names.append(item)
        else:
            raise DefinitionError(f"{what} takes exception classes or their names, not {item!r}")
    return tuple(names)
