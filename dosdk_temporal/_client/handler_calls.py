"""Outside: what only a workflow's handler can do: wait for as long as it takes, and go on as a new run."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import AbstractAsyncContextManager
from typing import Any, cast

from dosdk_temporal._pure.approving import approval_options
from dosdk_temporal._pure.awaiting import to_be_awaited
from dosdk_temporal._pure.decisions import Decision
from dosdk_temporal._pure.durations import Duration, parse_duration
from dosdk_temporal._pure.events import Event, match_of
from dosdk_temporal._pure.names import check_id, check_patch
from dosdk_temporal._pure.notifications import NOTIFIER
from dosdk_temporal._pure.option_types import check_flag
from dosdk_temporal._pure.place import HandlerPlace, current_place
from dosdk_temporal._wire.signals import check_signal
from dosdk_temporal.errors import DefinitionError

__all__ = ["HandlerCalls"]


@to_be_awaited("do")
class HandlerCalls:
    """The part of the client that works in workflow handlers only."""

    async def wait_for_approval(
        self,
        name: str,
        *,
        approvers: Iterable[str] | str | None = None,
        title: str = "",
        details: str = "",
        form: Any = None,
        timeout: Duration | None = None,  # noqa: ASYNC109 - durable, unlike asyncio's
        remind_every: Duration | None = None,
        remind_with: str = NOTIFIER,
    ) -> Decision:
        """Wait for a person's decision: hours or days, across crashes and deploys.

        It is found in the inbox (``do.approvals.list``, ``dosdk approvals``), and decided from anywhere by the run's id. A
        decision that came before the wait was reached counts now. Cancelling the await withdraws the question.

        Args:
            name: of the question, like ``manager``; asked again in the same run it is ``manager#2`` in the record.
            approvers: who may decide; None for anybody.
            title: one line for who decides.
            details: Markdown for who decides.
            form: a model, dataclass or TypedDict that an approval must fill in; None for no form.
            timeout: after which nobody decided: ``decision.timed_out``; None for never.
            remind_every: how often the approvers are reminded meanwhile; None for never.
            remind_with: the action that reminds one of them, called with ``{to, subject, body, execution_id, kind}``.

        Raises:
            InputError: when an argument cannot be meant.
            DefinitionError: outside a workflow's handler.
        """
        place = _handler("wait for an approval")
        options = approval_options(
            approvers=approvers,
            title=title,
            details=details,
            form=form,
            timeout=timeout,
            remind_every=remind_every,
            remind_with=remind_with,
        )
        return await place.wait_for_approval(check_id(name, "approval's name"), options)

    async def wait_for_event(
        self,
        name: str,
        *,
        match: Mapping[str, Any] | None = None,
        timeout: Duration | None = None,  # noqa: ASYNC109 - durable, unlike asyncio's
    ) -> Event:
        """Wait for an event: hours or days, across crashes and deploys.

        It sees events emitted since the run started, for as long as they are kept, each once. Cancelling the await ends the
        wait; the event is then there for another.

        Args:
            name: the event's.
            match: paths within the payload, like ``"user.id"``, each with the value it must have; None for any payload.
            timeout: how long to wait; None for as long as it takes.

        Raises:
            WaitTimeoutError: when ``timeout`` passed.
            InputError: when an argument cannot be meant.
            DefinitionError: outside a workflow's handler.
        """
        place = _handler("wait for an event")
        limit = None if timeout is None else parse_duration(timeout, what="timeout")
        return await place.wait_for_event(check_id(name, "event's name"), match_of(match), limit)

    def signals(self, name: str) -> AsyncIterator[Any]:
        """The payloads that are sent to this run under that name, from its start on, each given once.

        ``async for note in do.signals("note")`` never ends by itself; ``await anext(do.signals("note"))`` takes one.

        Raises:
            InputError: when the name cannot be one, or is the SDK's own.
            DefinitionError: outside a workflow's handler.
        """
        return _handler("read signals").signals(check_signal(name))

    def saga(self) -> AbstractAsyncContextManager[None]:
        """A part of the handler that is undone when it raises or is cancelled, for ``async with``; then the error goes on.

        What it has done when it ends without an error stands: it is not undone any more, whatever becomes of the run. Of a
        block within another one the outer one's end decides.

        Raises:
            DefinitionError: outside a workflow's handler.
        """
        return _handler("open a saga").saga()

    def patched(self, id: str) -> bool:  # noqa: A002 - Temporal's word
        """Whether this run is to take the new way of a changed handler.

        True for runs that reach this point for the first time, which is recorded; False for a run that passed it before the
        change, so that its record and the code still agree. Ask by the same id wherever the change shows.

        Args:
            id: of the change, like ``fraud-check``; never used again for another.

        Raises:
            InputError: when it cannot be an id.
            DefinitionError: outside a workflow's handler.
        """
        return _handler("ask for a patch").patched(check_patch(id))

    def deprecate_patch(self, id: str) -> None:  # noqa: A002 - Temporal's word
        """Say that no run is left on the old way of a change, which the handler has no more.

        It stands where ``patched(id)`` stood for as long as runs are kept that recorded it.

        Args:
            id: of the change.

        Raises:
            InputError: when it cannot be an id.
            DefinitionError: outside a workflow's handler.
        """
        _handler("deprecate a patch").deprecate_patch(check_patch(id))

    async def continue_as_new(self, payload: Any = None, *, if_suggested: bool = False) -> None:
        """End this run here and go on as a new one of the same id, with an empty history. Nothing after it is executed.

        For loops without end: a run may have 51,200 events. What came and was not used goes along: early decisions, kept events,
        unread signals. Who waits for the result waits on.

        Args:
            payload: the new run's ``trigger.payload``; the rest of the trigger stays.
            if_suggested: do nothing until the server finds the history long (4,096 events, or 4 MiB).

        Raises:
            PayloadTooLargeError: when all of it is larger than Temporal carries.
            DefinitionError: outside a workflow's handler; or where steps may still have to be undone, of which the next run
                would know nothing.
        """
        check_flag("if_suggested", if_suggested)
        place = _handler("continue as new")
        place.check_settled()
        if not if_suggested or place.is_continuing_suggested():
            place.continue_as_new(payload)


def _handler(what: str) -> HandlerPlace:
    """The handler that the calling code belongs to."""
    place = current_place()
    if place is None:
        raise DefinitionError(f"only a workflow's handler can {what}: here nothing would outlive the program")
    if not hasattr(place, "wait_for_approval"):
        place.refuse(what)
    return cast(HandlerPlace, place)
