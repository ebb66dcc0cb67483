"""The approval chain, across its days, on a real server."""

from __future__ import annotations

from typing import Any

import pytest

from activities import read_outbox
from dosdk_temporal import ApprovalError, InputError, NotFoundError
from dosdk_temporal.testing import TestDo
from tests.business.outbox import outbox

SMALL = {
    "submitter": "sam@acme.example",
    "purpose": "a chair",
    "amount": 400,
    "lead": "lea@acme.example",
    "finance": ["fin@acme.example", "una@acme.example"],
}
LARGE = {**SMALL, "amount": 4000, "purpose": "a desk"}


async def test_the_lead_decides_on_a_small_one(serving: TestDo) -> None:
    """The lead's yes is enough for a small expense, and the submitter is told the comment."""
    run = await serving.workflows.start("approve-expense", SMALL)
    await run.approve("lead", by="lea@acme.example", comment="Sit well.")
    assert await run.result() == {"status": "approved", "by": "lea@acme.example", "costCentre": None}
    (told,) = read_outbox()
    assert (told.to, told.subject, told.body) == ("sam@acme.example", "400 for a chair: approved", "Sit well.")


async def test_finance_decides_on_a_large_one_with_its_form(serving: TestDo) -> None:
    """After the lead one of finance decides, who must fill in where it is booked; others may not."""
    run = await serving.workflows.start("approve-expense", LARGE)
    await run.approve("lead", by="lea@acme.example")
    with pytest.raises(ApprovalError, match="cost_centre: is required"):
        await run.approve("finance", by="una@acme.example")
    with pytest.raises(ApprovalError, match="is not among the approvers"):
        await run.approve("finance", by="lea@acme.example", form={"cost_centre": "0815"})
    await run.approve("finance", by="una@acme.example", form={"cost_centre": "0815"})
    assert await run.result() == {"status": "approved", "by": "una@acme.example", "costCentre": "0815"}


async def test_a_no_ends_the_chain(serving: TestDo) -> None:
    """Where the lead says no, finance is not asked."""
    run = await serving.workflows.start("approve-expense", LARGE)
    await run.reject("lead", by="lea@acme.example")
    assert await run.result() == {"status": "rejected", "by": "lea@acme.example", "costCentre": None}
    assert outbox() == [("sam@acme.example", "4000 for a desk: rejected")]


async def test_three_days_of_silence(serving: TestDo, time_skipper: Any) -> None:
    """The lead is reminded daily; after three days the expense has expired and the submitter knows."""
    outcome = await serving.workflows.execute("approve-expense", SMALL)
    reminder = ("lea@acme.example", "Reminder: 400 for a chair waits for your decision")
    assert outcome == {"status": "expired", "by": None, "costCentre": None}
    assert outbox() == [reminder, reminder, ("sam@acme.example", "400 for a chair: expired")]


@pytest.mark.parametrize(("field", "value"), [("amount", 0), ("purpose", ""), ("finance", "fin")])
async def test_what_is_no_expense_starts_nothing(serving: TestDo, field: str, value: Any) -> None:
    """An expense that does not fit is refused at the caller, naming the field."""
    with pytest.raises(InputError, match=field):
        await serving.workflows.start("approve-expense", {**SMALL, field: value}, id="no-expense")
    with pytest.raises(NotFoundError):
        await serving.workflows.get_status("no-expense")
