"""Looking after customers: who does it, and what they are to do first."""

from __future__ import annotations

from typing import Literal

from typing_extensions import TypedDict

from activities.parts.customers import customers_by_manager, get_customer, onboarded_share, update_customer
from activities.parts.fields import Inputs, Text
from activities.parts.managers import chosen_manager, managers
from activities.parts.success import CompanySize, Plan, success_plan
from dosdk_temporal import action, client

__all__ = [
    "CustomerToPlan",
    "ManagerAssigned",
    "Planned",
    "Unmanaged",
    "assign_account_manager",
    "generate_customer_success_plan",
]


class Unmanaged(Inputs):
    """Who needs a manager."""

    customer_id: Text
    industry: Text
    plan: Plan


class ManagerAssigned(TypedDict):
    """The customer's manager: the same one however often one is assigned."""

    email: str
    accountManager: str


@action.create(
    name="assignAccountManager", description="Gives a customer to the manager who knows its industry and has fewest."
)
async def assign_account_manager(inputs: Unmanaged) -> ManagerAssigned:
    """Choose a manager, unless the customer has one.

    Raises:
        ActionError: not retryable, when there is no such customer, or the managers cannot be read.
    """
    known = managers()
    chosen = chosen_manager(known, inputs.industry, await customers_by_manager())
    customer = await update_customer(inputs.customer_id, {"manager": chosen.email}, unless="manager")
    email = customer.manager or chosen.email
    # Who has left the list is still the customer's manager, and known by the address alone.
    return {"email": email, "accountManager": next((one.name for one in known if one.email == email), email)}


class CustomerToPlan(Inputs):
    """Whose first steps."""

    customer_id: Text
    industry: Text
    company_size: CompanySize
    plan: Plan


class Planned(TypedDict):
    """How far the customer is, what comes next, and in how many days it should be worth it."""

    onboardingStatus: Literal["in_progress", "needs_assistance"]
    nextSteps: list[str]
    estimatedTimeToValue: int


@action.create(name="generateCustomerSuccessPlan", description="Plans a customer's first steps, and keeps the plan.")
async def generate_customer_success_plan(inputs: CustomerToPlan) -> Planned:
    """Make the plan of what is known and done so far, and write it into the customer's row.

    The run's figure ``onboardingCompletionRate`` is how many of a hundred customers have a plan now.

    Raises:
        ActionError: not retryable, when there is no such customer.
    """
    customer = await get_customer(inputs.customer_id)
    made = success_plan(customer, industry=inputs.industry, size=inputs.company_size, plan=inputs.plan)
    planned: Planned = {
        "onboardingStatus": made.status,
        "nextSteps": list(made.next_steps),
        "estimatedTimeToValue": made.days,
    }
    await update_customer(inputs.customer_id, {"industry": inputs.industry, "success_plan": planned})
    client.record_metric("onboardingCompletionRate", await onboarded_share())
    return planned
