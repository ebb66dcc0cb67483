"""An approval chain: the lead decides on every expense, finance on the large ones."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, Field
from typing_extensions import TypedDict

from dosdk_temporal import Decision, Do, Trigger

__all__ = ["Booking", "Expense", "ExpenseOutcome", "approve_expense"]

do = Do()

_LARGE = 1000


class Expense(BaseModel):
    """What somebody wants to spend."""

    submitter: str
    purpose: Annotated[str, Field(min_length=1, max_length=150)]
    amount: Annotated[int, Field(gt=0)]
    lead: str
    finance: list[str]


class Booking(BaseModel):
    """What finance fills in."""

    cost_centre: Annotated[str, Field(pattern=r"^[0-9]{4}$")]


class ExpenseOutcome(TypedDict):
    """``approved``, ``rejected`` or ``expired``, by whom, and where it is booked."""

    status: str
    by: str | None
    costCentre: str | None


@do.workflow.create(
    name="approve-expense",
    description="Asks the lead, and finance for 1000 and more; reminds them daily; tells the submitter.",
    input=Expense,
)
async def approve_expense(trigger: Trigger) -> ExpenseOutcome:
    """Ask in turn; the first no, or three days of silence, ends it."""
    expense: Expense = trigger.payload
    title = f"{expense.amount} for {expense.purpose}"
    decision = await do.wait_for_approval(
        "lead", approvers=[expense.lead], title=title, timeout="3d", remind_every="1d"
    )
    if decision.approved and expense.amount >= _LARGE:
        decision = await do.wait_for_approval(
            "finance", approvers=expense.finance, title=title, form=Booking, timeout="3d", remind_every="1d"
        )
    outcome = _outcome(decision)
    await do.action.run(
        "send-notification",
        {
            "to": expense.submitter,
            "subject": f"{title}: {outcome['status']}",
            "body": decision.comment or f"Decided by {decision.by or 'nobody'}.",
            "execution_id": trigger.id,
            "kind": "decision",
        },
    )
    return outcome


def _outcome(decision: Decision) -> ExpenseOutcome:
    status = "expired" if decision.timed_out else "approved" if decision.approved else "rejected"
    booking: Booking | None = decision.form
    return {"status": status, "by": decision.by, "costCentre": booking.cost_centre if booking else None}
