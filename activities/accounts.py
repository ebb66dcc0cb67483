"""Actions on customers' accounts in the product."""

from __future__ import annotations

from typing_extensions import TypedDict

from activities.parts.accounts import open_account
from activities.parts.customers import ensure_customer, update_customer
from activities.parts.fields import Inputs, Text
from activities.parts.success import SEATS, CompanySize, Plan
from dosdk_temporal import ActionContext, action

__all__ = ["AccountMade", "Allocated", "NewAccount", "ResourcesWanted", "allocate_resources", "setup_customer_account"]


class NewAccount(Inputs):
    """Whose account, and what they pay for."""

    customer_id: Text
    plan: Plan


class AccountMade(TypedDict):
    """The account, and whom to write to about it."""

    customerId: str
    customerEmail: str
    companyName: str
    accountUrl: str


@action.create(name="setupCustomerAccount", description="Sets a customer's account up, and keeps the customer's row.")
async def setup_customer_account(inputs: NewAccount, context: ActionContext) -> AccountMade:
    """Set the account up at the service that keeps accounts, then create the customer's row or bring it up to date.

    Raises:
        ActionError: what the service says.
    """
    account = await open_account(inputs.customer_id, inputs.plan, key=context.idempotency_key)
    customer = await ensure_customer(
        inputs.customer_id,
        email=account.customer_email,
        company=account.company_name,
        account_url=account.account_url,
        plan=inputs.plan,
    )
    return {
        "customerId": customer.id,
        "customerEmail": customer.email,
        "companyName": customer.company,
        "accountUrl": customer.account_url,
    }


class ResourcesWanted(Inputs):
    """Who needs room, and how much."""

    customer_id: Text
    plan: Plan
    company_size: CompanySize


class Allocated(TypedDict):
    """How many people may use the product."""

    customerId: str
    seats: int


@action.create(name="allocateResources", description="Gives a customer the seats of its plan and size.")
async def allocate_resources(inputs: ResourcesWanted) -> Allocated:
    """Write the seats into the customer's row.

    Raises:
        ActionError: not retryable, when there is no such customer.
    """
    seats = SEATS[inputs.plan][inputs.company_size]
    customer = await update_customer(inputs.customer_id, {"seats": seats, "company_size": inputs.company_size})
    return {"customerId": customer.id, "seats": seats}
