"""Pure: where code is running, and what a call means there.

The same ``do.action.run(...)`` is one durable step inside a workflow, one durable execution outside, and an error inside
an action. Each place implements :class:`Place`; the one in force travels in a context variable, and, for threads that an
action starts, on the thread (context variables do not reach raw threads).
"""

from __future__ import annotations

import threading
from collections.abc import AsyncIterator, Mapping
from contextlib import AbstractAsyncContextManager
from contextvars import ContextVar
from datetime import datetime, timedelta
from random import Random
from typing import Any, Literal, NoReturn, Protocol
from uuid import UUID

from dosdk_temporal._pure.approving import ApprovalOptions
from dosdk_temporal._pure.calls import ActionCall, ActionResult, WorkflowCall
from dosdk_temporal._pure.datastore import StoreCall
from dosdk_temporal._pure.decisions import Decision
from dosdk_temporal._pure.events import Emission, Event, EventCall

__all__ = ["CURRENT", "THREAD_MARK", "HandlerPlace", "Place", "current_place"]


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

    async def emit(self, call: EventCall) -> Emission:
        """Emit one event."""

    async def signal(self, execution_id: str, name: str, data: bytes) -> None:
        """Send a run a signal."""

    async def use_datastore(self, call: StoreCall) -> Any:
        """Carry out one call of the Datastore."""

    def record_metric(self, name: str, value: Any) -> None:
        """Keep a figure of the run."""

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


class HandlerPlace(Place, Protocol):
    """A workflow's handler: what has a record can wait for as long as it takes."""

    async def wait_for_approval(self, name: str, options: ApprovalOptions) -> Decision:
        """Wait for a person's decision."""

    async def wait_for_event(self, name: str, match: Mapping[str, Any], timeout: timedelta | None) -> Event:  # noqa: ASYNC109
        """Wait for an event."""

    def signals(self, name: str) -> AsyncIterator[Any]:
        """The signals of that name, from the start of the run."""

    def saga(self) -> AbstractAsyncContextManager[None]:
        """A block that is undone when it raises."""

    def check_settled(self) -> None:
        """Refuse where steps may still have to be undone."""

    def patched(self, id: str) -> bool:  # noqa: A002 - Temporal's word
        """Whether this run takes the new way of a change."""

    def deprecate_patch(self, id: str) -> None:  # noqa: A002 - Temporal's word
        """Let the old way of a change be gone."""

    def continue_as_new(self, payload: Any) -> NoReturn:
        """End this run and start the next with that payload."""

    def is_continuing_suggested(self) -> bool:
        """Whether the server finds the history long."""


CURRENT: ContextVar[Place | None] = ContextVar("dosdk_place", default=None)
"""Set by workflows and actions for what they run; None outside both."""

THREAD_MARK = "_dosdk_place"
"""The attribute of a thread that an action started."""


def current_place() -> Place | None:
    """The workflow or action this code belongs to; None outside both."""
    place = CURRENT.get() or getattr(threading.current_thread(), THREAD_MARK, None)
    return place if place is not None and getattr(place, "active", True) else None
