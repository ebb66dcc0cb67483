"""Actions on billing."""

from __future__ import annotations

from typing_extensions import TypedDict

from activities.parts.billing import ensure_billing_account
from activities.parts.fields import Email, Inputs
from dosdk_temporal import action

__all__ = ["BilledUser", "NewBillingAccount", "setup_billing_account"]


class BilledUser(Inputs):
    """Whom to bill."""

    email: Email


class NewBillingAccount(TypedDict):
    """The account; the same one however often it is set up."""

    success: bool
    accountId: str
    plan: str


@action.create(name="setup-billing-account", description="Sets up billing for an e-mail address: whole, or not at all.")
async def setup_billing_account(inputs: BilledUser) -> NewBillingAccount:
    """Set up the account, or find the one that the address has already."""
    account = await ensure_billing_account(inputs.email)
    return {"success": True, "accountId": account.id, "plan": account.plan}
