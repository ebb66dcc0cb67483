"""Pure: the small parts of a definition."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from dosdk_temporal._pure.retry import Retry, as_retry

__all__ = ["Metric", "RetryPolicy", "Trigger"]

Backoff = Literal["exponential", "linear", "fixed"]

_DELAYS: Final = ("initialDelay", "multiplier", "maxDelay")


@dataclass(frozen=True)
class RetryPolicy:
    """When a step is tried again.

    Attributes:
        retry: the strategy; its multiplier is 1 where delays are fixed or grow by themselves.
        backoff: how delays grow; ``linear`` ones are ``retry.initial_delay`` longer each time.
    """

    retry: Retry
    backoff: Backoff = "exponential"

    @classmethod
    def of(cls, form: Mapping[str, Any] | None) -> RetryPolicy | None:
        """The strategy of its one form; None where nothing is said."""
        if form is None:
            return None
        delays = form.get("backoff") or {}
        kind: Backoff = delays.get("kind") or "exponential"
        written = {key: delays[key] for key in _DELAYS if delays.get(key) is not None}
        if kind != "exponential":
            written["multiplier"] = 1
        attempts = {"maxAttempts": form["maxAttempts"]} if form.get("maxAttempts") else {}
        return cls(as_retry({**attempts, "backoff": written}), kind)


@dataclass(frozen=True)
class Metric:
    """A declared figure.

    Attributes:
        name: by which it is recorded and shown.
        description: for people.
        value: a template, computed at the end; None where steps record it.
    """

    name: str
    description: str = ""
    value: Any = None

    @classmethod
    def of(cls, form: Mapping[str, Any]) -> Metric:
        """The metric of its one form."""
        return cls(form.get("name") or "", form.get("description") or "", form.get("value"))


@dataclass(frozen=True)
class Trigger:
    """What starts a workflow besides calls.

    Attributes:
        event: the event's name; None for a schedule.
        schedule: a cron expression; None for an event.
        timezone: of the schedule.
        filter: an expression; only events for which it holds start a run.
    """

    event: str | None = None
    schedule: str | None = None
    timezone: str | None = None
    filter: str | None = None

    @classmethod
    def of(cls, form: Mapping[str, Any] | None) -> Trigger | None:
        """The trigger of its one form; None where there is none."""
        return cls(**form) if form else None
