"""Pure: where code is running, and what a call means there.

The same ``do.action.run(...)`` is one durable step inside a workflow, one durable execution outside, and an error inside
an action. Each place implements :class:`Place`; the one in force travels in a context variable, and, for threads that an
action starts, on the thread (context variables do not reach raw threads).
"""

from __future__ import annotations

import threading
from contextvars import ContextVar
from datetime import datetime, timedelta
from random import Random
from typing import Any, Literal, Protocol
from uuid import UUID

from dosdk_temporal._pure.calls import ActionCall, ActionResult, WorkflowCall

__all__ = ["CURRENT", "THREAD_MARK", "Place", "current_place"]


class Place(Protocol):
    """Where a call is made."""

    @property
    def kind(self) -> Literal["outside", "workflow", "action"]:
        """Which of the three it is."""

    async def run_action(self, call: ActionCall) -> ActionResult:
        """Run one action to its end."""

    async def run_workflow(self, call: WorkflowCall) -> Any:
        """Run one workflow to its end and give its result."""

    async def start_workflow(self, call: WorkflowCall) -> Any:
        """Start one workflow and give its execution."""

    async def sleep(self, length: timedelta) -> None:
        """Pause."""

    def now(self) -> datetime:
        """The time, in UTC."""

    def uuid(self) -> UUID:
        """A new random UUID."""

    def random(self) -> Random:
        """A source of randomness."""

    def refuse(self, what: str) -> None:
        """Raise where ``what`` may not be done here."""


CURRENT: ContextVar[Place | None] = ContextVar("dosdk_place", default=None)
"""Set by workflows and actions for what they run; None outside both."""

THREAD_MARK = "_dosdk_place"
"""The attribute of a thread that an action started."""


def current_place() -> Place | None:
    """The workflow or action this code belongs to; None outside both."""
    place = CURRENT.get() or getattr(threading.current_thread(), THREAD_MARK, None)
    return place if place is not None and getattr(place, "active", True) else None
