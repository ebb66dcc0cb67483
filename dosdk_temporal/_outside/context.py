"""Outside: what a handler may ask about its own attempt."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import structlog

__all__ = ["ActionContext"]


@dataclass(frozen=True)
class ActionContext:
    """The attempt that is running; a handler that declares ``context: ActionContext`` gets it.

    Attributes:
        execution_id: of the workflow, or of the action called alone.
        action: the action's name.
        attempt: its number, from 1.
        idempotency_key: the same in every attempt of this step and different in every other; hand it to services that take one.
        step: the step's id within its workflow; None where the action was called alone.
        heartbeat_details: what the last attempt that had any gave to :meth:`heartbeat`; None where none did.
        log: a structlog logger, bound to the execution, step and attempt.
    """

    execution_id: str
    action: str
    attempt: int
    idempotency_key: str
    step: str | None = None
    heartbeat_details: Any = None
    log: structlog.stdlib.BoundLogger = field(default_factory=structlog.stdlib.get_logger, repr=False, compare=False)
    _beat: Callable[[Any], None] = field(default=lambda _: None, repr=False, compare=False)

    def heartbeat(self, details: Any = None) -> None:
        """Say how far the work is; the next attempt reads it as ``heartbeat_details``. The SDK itself says it is alive.

        Args:
            details: plain JSON; a copy is sent.
        """
        self._beat(details)
