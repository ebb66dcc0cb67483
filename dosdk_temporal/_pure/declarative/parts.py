"""Pure: the small parts of a definition."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from dosdk_temporal._pure.retry import Retry, as_retry

__all__ = ["Metric", "Trigger", "retry_of"]


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


def retry_of(form: Mapping[str, Any] | None) -> Retry | None:
    """The strategy of a retry policy's one form; None where nothing is said."""
    if form is None:
        return None
    delays = {key: said for key, said in (form.get("backoff") or {}).items() if said is not None}
    kind = delays.pop("kind", None) or "exponential"
    if kind != "exponential":
        delays.pop("multiplier", None)  # it may stand beside every word, and is of exponential delays alone
    besides = {key: form[key] for key in ("maxAttempts", "onExhausted") if form.get(key)}
    return as_retry({**besides, "backoff": kind, **delays})
