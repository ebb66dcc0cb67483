"""Wire: the names by which decisions and events reach a run; never to change."""

from __future__ import annotations

from typing import Final

from dosdk_temporal._pure.names import check_name
from dosdk_temporal.errors import DefinitionError, InputError

__all__ = ["APPROVE", "DECIDE", "EVENT", "LARGEST_DECISION", "REJECT", "RESOLVE", "RETRIED", "check_signal"]

APPROVE: Final = "approve"
REJECT: Final = "reject"
"""Plain signals, because those are what Temporal's Web UI and command line send."""

RESOLVE: Final = "dosdk.resolve"
"""The signal that resolves a held step; a plain ``resolve`` may be a handler's own."""

DECIDE: Final = "decide"
"""The update: it answers whether what a person says counts."""

LARGEST_DECISION: Final = 100_000
"""Bytes of JSON that a decision may have, its form included."""

EVENT: Final = "dosdk.event"
"""The signal that wakes a wait."""

RETRIED: Final = "dosdk.retried"
"""The signal by which a retry tells the run what it goes on from."""


def check_signal(name: object) -> str:
    """The name, if a program may send and await a signal of that name.

    Raises:
        InputError: when it is no name, or one of the SDK's own.
    """
    try:
        text = check_name(name, "signal")
    except DefinitionError as error:
        raise InputError(str(error)) from None
    if text in {APPROVE, REJECT}:
        raise InputError(f"the signal {text!r} is a decision: send it with approve() or reject()")
    return text
