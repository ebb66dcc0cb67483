"""Outside: ``do.approvals``: the inbox, deciding what is in it, and links that decide."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dosdk_temporal._client.sending import sent_by
from dosdk_temporal._pure.awaiting import to_be_awaited
from dosdk_temporal._pure.decisions import DecisionAnswer, new_request
from dosdk_temporal._pure.durations import Duration
from dosdk_temporal._pure.names import check_asked_id, check_id
from dosdk_temporal._pure.option_types import check_flag
from dosdk_temporal._pure.place import current_place
from dosdk_temporal._pure.resolutions import Resolution, ResolutionAnswer, new_resolution
from dosdk_temporal.errors import InputError

if TYPE_CHECKING:
    from dosdk_temporal._client.do import Do
    from dosdk_temporal._client.inbox import PendingApproval
    from dosdk_temporal._pure.events import Emission

__all__ = ["Approvals"]


@to_be_awaited("do.approvals")
class Approvals:
    """``do.approvals``: what waits for people, in all workflows of the namespace."""

    def __init__(self, do: Do) -> None:
        self._do = do

    async def list(
        self, *, assignee: str | None = None, workflow: str | None = None, overdue: bool = False, limit: int = 1000
    ) -> list[PendingApproval]:
        """What waits for a person now, the longest waiting first; it may lag by a second. One query; no worker is asked.

        These are approvals, and steps that are held: their ``kind`` is ``decision``, and anybody may resolve them.

        Args:
            assignee: only what they may decide; None for all.
            workflow: only what that workflow asks; None for all.
            overdue: only what has passed its time, because no worker runs that could end it.
            limit: how many at most.

        Raises:
            InputError: when the limit cannot be one.
            ServerUnavailableError: when no server answers.
        """
        from dosdk_temporal._client.inbox import Filter, list_approvals  # noqa: PLC0415 - temporalio, only when needed

        if isinstance(limit, bool) or not isinstance(limit, int) or limit < 1:
            raise InputError(f"limit={limit!r} is a number from 1")
        check_flag("overdue", overdue, InputError)
        for argument, given in (("assignee", assignee), ("workflow", workflow)):
            if given is not None:
                check_id(given, argument)
        place = current_place()
        if place is not None and place.kind == "workflow":
            place.refuse("list approvals")
        return await list_approvals(await self._do.connection(), Filter(assignee, workflow, overdue, limit))

    async def decide(
        self,
        execution_id: str,
        name: str | None = None,
        *,
        approved: bool,
        by: str | None = None,
        comment: str = "",
        form: Any = None,
    ) -> DecisionAnswer:
        """Decide what a run waits for. Sent twice, it counts once and gets the first answer.

        Args:
            execution_id: the run's.
            name: of the approval; None where the run waits for one only. A name that is not waited for yet is kept.
            approved: the answer.
            by: who decides, as they say; needed where approvers are named.
            comment: for the record and the handler.
            form: what the approval asks to be filled in: a mapping or model.

        Raises:
            ApprovalError: when it is refused, with the reason: decided, timed out, not an approver, the form, the run has ended.
            NotFoundError: when there is no such run.
            ActionNestingError: in an action.
        """
        from dosdk_temporal._client.deciding import decide  # noqa: PLC0415 - temporalio, only when needed

        with sent_by(self._do):
            request = new_request(name, approved, by, comment, form)
            return await decide(self._do.connection, check_asked_id(execution_id, "execution id"), request)

    async def resolve(
        self,
        execution_id: str,
        step: str | None,
        resolution: Resolution,
        *,
        value: Any = None,
        by: str | None = None,
        comment: str = "",
    ) -> ResolutionAnswer:
        """Say what becomes of a step that is held (``Retry(on_exhausted="hold")``). Sent twice, it counts once.

        Args:
            execution_id: the run's.
            step: the step's id; None where the run holds one only.
            resolution: ``retry`` makes a fresh set of attempts, ``skip`` goes on with a value as the step's output, ``fail`` lets
                the step's error go on.
            value: of a skip: plain JSON that fits what the action gives; default None.
            by: who says so.
            comment: for the record.

        Raises:
            ApprovalError: when it is refused, with the reason: the step is not held, or no more, the value does not fit, the run
                has ended.
            NotFoundError: when there is no such run.
            ActionNestingError: in an action.
        """
        from dosdk_temporal._client.deciding import resolve  # noqa: PLC0415 - temporalio, only when needed

        with sent_by(self._do):
            request = new_resolution(resolution, step, value, by, comment)
            return await resolve(self._do.connection, check_asked_id(execution_id, "execution id"), request)

    async def link(
        self,
        execution_id: str | None = None,
        name: str | None = None,
        *,
        approved: bool | None = None,
        by: str | None = None,
        event: str | None = None,
        payload: Any = None,
        expires: Duration = "7d",
    ) -> str:
        """Make a link's token: for one decision, ``link(execution_id, name)``, or for one event, ``link(event="link.clicked")``.

        Whoever has it can redeem it, once, also before the run waits: give it to nobody else, and write it into no log. It is
        signed and not encrypted: whoever has it can read what it says. It needs ``DO_LINK_KEYS``, keys of at least 32 bytes,
        separated by commas: the first signs, all verify. Allowed in actions, which are what sends mail.

        Args:
            execution_id: of the run that asks; only this run and those that continue it are meant.
            name: of the approval; it need not be waited for yet.
            approved: the answer; None where whoever redeems it says.
            by: who decides by it; needed where approvers are named.
            event: the name of the event that it tells of, instead of a decision.
            payload: the event's; plain JSON, models, dataclasses.
            expires: after which it is refused.

        Returns:
            URL-safe text of at most 4,000 characters.

        Raises:
            InputError: when an argument cannot be meant.
            ApprovalError: when the run has ended, or waits now and takes no decision by them.
            NotFoundError: when there is no such run.
            DefinitionError: without keys or PyJWT (``dosdk-temporal[links]``), and in a workflow, whose history would hold it.
        """
        from dosdk_temporal._client.links import decision_link, event_link  # noqa: PLC0415 - temporalio, only when needed

        place = current_place()
        if place is not None and place.kind == "workflow":
            place.refuse("make a link, which its history would show")
        if event is not None and (execution_id, name, approved, by) == (None, None, None, None):
            return event_link(self._do, event, payload, expires)
        if event is None and payload is None and execution_id is not None and name is not None:
            asked = check_asked_id(execution_id, "execution id")
            return await decision_link(self._do, asked, name, approved, by, expires)
        raise InputError(
            "a link is for a decision, link(execution_id, name), or for an event, link(event=..., payload=...)"
        )

    async def redeem(
        self,
        token: str,
        *,
        approved: bool | None = None,
        comment: str = "",
        form: Any = None,
        execution_id: str | None = None,
    ) -> DecisionAnswer | Emission:
        """Check a link's token and deliver what it carries, once. What is refused does not use it up.

        Cancelled, it may have been delivered.

        Args:
            token: that :meth:`link` gave.
            approved: the answer, where the link leaves it open.
            comment: for the record and the handler.
            form: what the approval asks to be filled in: a mapping or model.
            execution_id: the run that is meant, where the caller knows; a link for another is refused.

        Returns:
            What became of the decision, or of the event.

        Raises:
            LinkError: its ``reason`` is ``forged``, ``expired``, ``used`` or ``other run``.
            ApprovalError: as :meth:`decide`.
            NotFoundError: when the run is kept no more.
            InputError: when an argument does not fit the link, or the event's payload what it starts.
            ActionNestingError: in an action.
            DefinitionError: without keys or PyJWT, and in a workflow.
        """
        from dosdk_temporal._client.links import Redemption, redeem  # noqa: PLC0415 - temporalio, only when needed

        place = current_place()
        if place is not None:
            place.refuse("redeem a link")
        with sent_by(self._do):
            return await redeem(self._do, token, Redemption(approved, comment, form, execution_id))
