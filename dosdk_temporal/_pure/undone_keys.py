"""Pure: an idempotency key whose effect was undone: what marks it, and what the key of the next effect is."""

from __future__ import annotations

import hashlib
from typing import Final

from dosdk_temporal._pure.names import MOST_ID_BYTES, RESERVED_PREFIX

__all__ = ["FREED", "UNDONE", "effect_key", "trace_of"]

UNDONE: Final = "undone"
"""The kind, in its facts, of a run that marks an undoing, and is nothing else; a wire name, never to change."""

FREED: Final = "UndoneError"
"""The type of the error with which the mark of an undoing fails, so that the key may run again."""

_TRACE: Final = f"{RESERVED_PREFIX}undone/"


def trace_of(execution_id: str) -> str:
    """The id of the run that is left as the trace of an undoing, where the next run of the key finds it."""
    plain = f"{_TRACE}{execution_id}"
    if len(plain.encode()) <= MOST_ID_BYTES:
        return plain
    return f"{_TRACE}{hashlib.sha256(execution_id.encode()).hexdigest()}"


def effect_key(key: str, undoing: str | None) -> str:
    """What a handler may hand on: the same until the effect is undone, and another one after that.

    Args:
        key: of the first effect: ``{original run id}/{step}``, or the execution id of an idempotency key's run.
        undoing: what tells the last undoing from all others; None where there was none.
    """
    return key if undoing is None else f"{key}/{undoing}"
