"""Outside: ``do.approvals``: the inbox, and deciding what is in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import uuid4

from dosdk_temporal._pure.decisions import DecisionAnswer, DecisionRequest, read_request
from dosdk_temporal._pure.names import check_id
from dosdk_temporal._pure.place import current_place
from dosdk_temporal._pure.values import plain
from dosdk_temporal.errors import InputError

if TYPE_CHECKING:
    from dosdk_temporal._client.do import Do
    from dosdk_temporal._client.inbox import PendingApproval

__all__ = ["Approvals", "new_request"]


class Approvals:
    """``do.approvals``: what waits for people, in all workflows of the namespace."""

    def __init__(self, do: Do) -> None:
        self._do = do

    async def list(
        self, *, assignee: str | None = None, workflow: str | None = None, overdue: bool = False, limit: int = 1000
    ) -> list[PendingApproval]:
        """What waits for a decision now, the longest waiting first; it may lag by a second. One query; no worker is asked.

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

        return await decide(self._do.connection, check_id(execution_id, "execution id"), new_request(name, approved, by, comment, form))


def new_request(name: str | None, approved: bool, by: str | None, comment: str, form: Any) -> DecisionRequest:  # noqa: FBT001
    """An attempt to decide, with an id of its own.

    Raises:
        ApprovalError: when an argument cannot be meant.
    """
    filled = None if form is None else plain(form, "the decision's form")
    return read_request(
        {"name": name, "approved": approved, "by": by, "comment": comment, "form": filled, "id": str(uuid4())}
    )
