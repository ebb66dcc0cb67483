"""Inside: waiting for a person's decision."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from temporalio import workflow

from dosdk_temporal._inside.waiting.board import Board
from dosdk_temporal._pure.approvals import Approval, Approvals
from dosdk_temporal._pure.approving import ApprovalOptions
from dosdk_temporal._pure.decisions import Decision, DecisionAnswer, DecisionRequest, read_request
from dosdk_temporal._pure.forms import form_schema
from dosdk_temporal._pure.values import encode_input
from dosdk_temporal._pure.waits import Wait
from dosdk_temporal._wire.signals import LARGEST_DECISION
from dosdk_temporal.errors import ApprovalError, InputError, PayloadTooLargeError

__all__ = ["ApprovalWaits", "check_decision"]

Remind = Callable[[Wait, str], Awaitable[None]]
"""Reminds the approvers of a wait, by the action of that name; raises nothing."""


@dataclass
class ApprovalWaits:
    """The approvals of one run, and the decisions that reach it.

    Attributes:
        board: where open ones are written.
        book: which decision counts.
    """

    board: Board
    book: Approvals

    async def wait(self, name: str, options: ApprovalOptions, remind: Remind) -> Decision:
        """Wait until somebody decides, or the time is over."""
        approval = self._ask(name, options)
        if approval.decision is not None:
            self.board.note(_outcome(approval))
            return approval.decision
        reminders: asyncio.Future[None] | None = None

        def over() -> dict[str, Any]:
            approval.abandoned = approval.decision is None
            if reminders is not None:
                reminders.cancel()
            return _outcome(approval)

        with self.board.showing(approval.wait, over):
            if options.remind_every:
                reminders = asyncio.ensure_future(_remind(approval.wait, options, remind))
            try:
                await workflow.wait_condition(
                    lambda: approval.decision is not None,
                    timeout=options.timeout,
                    timeout_summary=f"approval {approval.wait.name}",
                )
            except TimeoutError:
                if approval.decision is None:  # a decision may have come in the moment of the time-out
                    approval.time_out(workflow.now())
        assert approval.decision is not None  # noqa: S101 - decided or timed out; anything else was raised
        return approval.decision

    def decide(
        self, body: Any, *, approved: bool | None = None, update: workflow.UpdateInfo | None = None
    ) -> DecisionAnswer:
        """Let a decision count that has reached this run.

        Raises:
            ApprovalError: when it is refused; the message says why.
        """
        check_decision(body)
        if update is not None and isinstance(body, dict):
            body = {"id": update.id, **body}
        request = read_request(body, approved)
        return self.book.decide(request, workflow.now())

    def take(self, body: Any, *, approved: bool) -> None:
        """Let a decision count that came as a signal: a refusal has nobody to go to but the record."""
        try:
            self.decide(body, approved=approved)
        except ApprovalError as error:
            self.board.refused("approval", body, error)

    def _ask(self, name: str, options: ApprovalOptions) -> Approval:
        now = workflow.now()
        wait = Wait(
            kind="approval",
            name=self.book.next_name(name),
            since=now,
            until=now + options.timeout if options.timeout is not None else None,
            approvers=options.approvers,
            title=options.title,
            details=options.details,
            form=form_schema(options.form),
        )
        approval = Approval(name, wait, options.form)
        for request, error in self.book.ask(approval):
            self.board.refused("approval", request.to_wire(), error)
        return approval


def check_decision(body: Any) -> None:
    """Refuse what nobody could store, or pass on.

    Raises:
        ApprovalError: when it is too large, or cannot be written as JSON: what came as JSON may hold a NaN.
    """
    try:
        size = len(encode_input(body, "a decision"))
    except (InputError, PayloadTooLargeError) as error:
        raise ApprovalError(str(error)) from None
    if size > LARGEST_DECISION:
        raise ApprovalError(f"a decision has at most {LARGEST_DECISION:,} bytes, not {size:,}: its form is too large")


async def _remind(wait: Wait, options: ApprovalOptions, remind: Remind) -> None:
    every: timedelta = options.remind_every or timedelta.max
    while True:
        await workflow.sleep(every, summary=f"reminder {wait.name}")
        await remind(wait, options.remind_with)


def _outcome(approval: Approval) -> dict[str, Any]:
    told = {"kind": "approval", "name": approval.wait.name}
    if approval.decision is None:
        return {**told, "state": "abandoned"}
    if approval.decision.timed_out:
        return {**told, "state": "timed_out"}
    decision, request = approval.decision, approval.request or DecisionRequest(None, approved=False)
    filled = {"form": request.form_digest} if request.form is not None else {}
    return {
        **told,
        **filled,
        "state": "approved" if decision.approved else "rejected",
        "by": decision.by,
        "at": decision.at.isoformat(),
        "link": request.link,
    }
