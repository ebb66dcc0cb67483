"""Outside: links: making one for a decision or an event, and redeeming it, once."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final
from uuid import uuid4

from temporalio.client import WorkflowExecution

from dosdk_temporal._client.connection import Connection, translated
from dosdk_temporal._client.deciding import decide
from dosdk_temporal._client.history import past_waits
from dosdk_temporal._pure.decisions import DecisionAnswer, new_request
from dosdk_temporal._pure.durations import Duration
from dosdk_temporal._pure.events import DEFAULT_KEEP, Emission, event_call
from dosdk_temporal._pure.link_keys import LinkKeys
from dosdk_temporal._pure.links import DecisionLink, EventLink, Link, expiry, open_link, sign_link
from dosdk_temporal._pure.names import check_asked_id, check_id
from dosdk_temporal._pure.secret_values import sending
from dosdk_temporal._pure.values import plain
from dosdk_temporal._pure.waits import Wait, read_waits
from dosdk_temporal.errors import ApprovalError, InputError, LinkError

if TYPE_CHECKING:
    from dosdk_temporal._client.do import Do

__all__ = ["Redemption", "decision_link", "event_link", "redeem"]

_CLOCKS_APART: Final = timedelta(hours=1)
"""Between the clock by which a link expires, the redeemer's, and the server's, by which an event's id is remembered."""


@dataclass(frozen=True)
class Redemption:
    """What whoever redeems a link says beside it.

    Attributes:
        approved: the answer; None where the link has it.
        comment: theirs.
        form: what they filled in; None for nothing.
        execution_id: the run that they mean; None for whichever the link is for.
    """

    approved: bool | None
    comment: str
    form: Any
    execution_id: str | None


async def decision_link(
    do: Do, execution_id: str, name: str, approved: bool | None, by: str | None, expires: Duration
) -> str:
    """The token for one decision.

    Raises:
        ApprovalError: when the run has ended, or waits now and would not take a decision by them.
        NotFoundError: when there is no such run.
    """
    keys, until = LinkKeys.read(os.environ), expiry(expires, do.now())
    check_id(name, "approval's name")
    if by is not None:
        check_id(by, "by")
    if approved is not None and not isinstance(approved, bool):
        raise InputError(f"approved={approved!r} is True or False, or None where whoever redeems the link says")
    connection = await do.connection()
    run = await _run(connection, check_asked_id(execution_id, "execution id"))
    if run.close_time is not None:
        raise ApprovalError(f"the run {run.id!r} has ended: nothing is waited for any more", execution_id=run.id)
    wait = _open_wait(read_waits(await run.memo()), name)
    if wait is not None:
        _check_approver(wait, by)
        name = wait.name  # this question, and not the next of that name
    carries = DecisionLink(run.id, _chain(run), name, approved, by)
    return sign_link(Link(str(uuid4()), connection.settings.namespace, until, carries), keys)


def event_link(do: Do, name: str, payload: Any, expires: Duration) -> str:
    """The token for one event."""
    link_id, until = str(uuid4()), expiry(expires, do.now())
    with sending(lambda: False):  # whoever has the link can read it
        event_call(name, payload, link_id)  # so that it can be emitted
        carries = EventLink(name, plain({} if payload is None else payload, f"event {name!r}"))
    return sign_link(Link(link_id, do.settings.namespace, until, carries), LinkKeys.read(os.environ))


async def redeem(do: Do, token: str, said: Redemption) -> DecisionAnswer | Emission:
    """Check a token and deliver what it carries."""
    keys = LinkKeys.read(os.environ)
    link = open_link(token, keys, namespace=do.settings.namespace, now=do.now())
    if isinstance(link.carries, EventLink):
        return await _emit(do, link, link.carries, said)
    return await _decide(do, link, link.carries, said)


async def _emit(do: Do, link: Link, event: EventLink, said: Redemption) -> Emission:
    if said != Redemption(None, "", None, None):
        raise InputError("this link tells of an event: it takes no answer, comment, form or run")
    # A second redeeming is a duplicate for as long as the event is kept, which must be for as long as the link is taken.
    keep = max(DEFAULT_KEEP, link.expires - do.now() + _CLOCKS_APART)
    emission = await do.place().emit(event_call(event.name, event.payload, link.id, keep))
    if emission.duplicate:
        raise _used(f"the event {event.name!r} was emitted by it")
    return emission


async def _decide(do: Do, link: Link, asked: DecisionLink, said: Redemption) -> DecisionAnswer:
    request = new_request(asked.name, _answer(asked, said), asked.by, said.comment, said.form)
    if said.execution_id not in {None, asked.execution_id}:
        raise LinkError(f"this link is not for the run {said.execution_id!r}", reason="other run")
    connection = await do.connection()
    run = await _run(connection, asked.execution_id)
    if _chain(run) != asked.chain:
        raise LinkError(f"this link is for an earlier run of {asked.execution_id!r}", reason="other run")
    try:
        return await decide(do.connection, asked.execution_id, replace(request, link=link.id), chain=asked.chain)
    except LinkError:
        raise
    except ApprovalError:
        # A run that has ended tells no more which links it took; its record does.
        handle = connection.client.get_workflow_handle(run.id)
        if any(told.get("link") == link.id for told in await past_waits(connection, handle)):
            raise _used(f"{asked.name!r} was decided by it") from None
        raise


def _answer(asked: DecisionLink, said: Redemption) -> bool:
    if asked.approved is None and not isinstance(said.approved, bool):
        raise InputError("this link leaves the answer to whoever redeems it: say approved=True or approved=False")
    if asked.approved is not None and said.approved not in {None, asked.approved}:
        raise InputError(f"this link {'approves' if asked.approved else 'rejects'}: it cannot do the opposite")
    return bool(said.approved if asked.approved is None else asked.approved)


def _used(how: str) -> LinkError:
    return LinkError(f"this link has been used already: {how}", reason="used")


def _open_wait(waits: Iterable[Wait], name: str) -> Wait | None:
    """The approval that a decision of that name would go to now; None while there is none."""
    named = [w for w in waits if w.kind == "approval" and name in {w.name, re.sub(r"#\d+$", "", w.name)}]
    meant = [wait for wait in named if wait.name == name] or named
    if len(meant) > 1:
        raise ApprovalError(f"{', '.join(w.name for w in meant)} are waited for now: say which one the link is for")
    return next(iter(meant), None)


def _check_approver(wait: Wait, by: str | None) -> None:
    if wait.approvers and by not in wait.approvers:
        raise ApprovalError(
            f"a link for {wait.name!r} must say by= which of its approvers it decides: {', '.join(wait.approvers)}"
        )


async def _run(connection: Connection, execution_id: str) -> WorkflowExecution:
    with translated(connection.settings):
        return await connection.client.get_workflow_handle(execution_id).describe()


def _chain(run: WorkflowExecution) -> str:
    return str(run.raw_info.first_run_id)
