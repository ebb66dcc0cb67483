"""Wire: how the server delivers an action's attempts. Retries and time-outs are the worker's: the server delivers again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from temporalio.common import RetryPolicy

__all__ = ["AWAIT_RUN", "DEFINITION", "DELIVERY", "GIVE_WAY", "ONE_ACTION", "SLEEP", "Delivery", "summary_of"]

_SUMMARY_BYTES: Final = 180
"""Temporal takes 400, counting the JSON with its escapes and metadata."""

AWAIT_RUN: Final = "dosdk.await_run"
"""The SDK's own activity that waits for a run which somebody else started."""

DEFINITION: Final = "dosdk.definition"
"""The SDK's own activity that gives a declared workflow's text to a run that was started without it."""

GIVE_WAY: Final = "dosdk.give_way"
"""The SDK's own activity that does nothing: scheduling it ends an activation."""

ONE_ACTION: Final = "action"
"""The kind, in its facts, of a run that is one action called by itself."""


SLEEP: Final = "sleep"
"""The summary of a timer that a handler asked for, which tells it from the SDK's own."""


@dataclass(frozen=True)
class Delivery:
    """What every scheduling of an activity says.

    Attributes:
        start_to_close: the server's limit of one attempt, beyond any that a worker sets; a dead worker is noticed by its
            heartbeat.
        pause: until an attempt that died with its worker is delivered again.
    """

    start_to_close: timedelta = timedelta(days=3650)
    pause: timedelta = timedelta(seconds=1)

    def again(self) -> RetryPolicy:
        """Without end: the worker says when the last attempt was the last."""
        return RetryPolicy(initial_interval=self.pause, backoff_coefficient=1)


DELIVERY: Final = Delivery()


def summary_of(text: str) -> str | None:
    """A text as one short line for Temporal's Web UI; None for none."""
    return " ".join(text.split()).encode()[:_SUMMARY_BYTES].decode(errors="ignore") or None
