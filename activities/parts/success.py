"""What a customer gets and is to do, by plan, size and industry."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from activities.parts.customers import Customer

__all__ = ["PRICES", "SEATS", "CompanySize", "Plan", "SuccessPlan", "success_plan"]

Plan = Literal["starter", "professional", "enterprise"]
CompanySize = Literal["small", "medium", "large", "enterprise"]

SEATS: Final[Mapping[Plan, Mapping[CompanySize, int]]] = {
    "starter": {"small": 5, "medium": 10, "large": 10, "enterprise": 10},
    "professional": {"small": 10, "medium": 50, "large": 200, "enterprise": 200},
    "enterprise": {"small": 50, "medium": 250, "large": 1000, "enterprise": 5000},
}
"""How many people may use the product: the plan's promise, up to what a company of that size needs."""

PRICES: Final[Mapping[str, int]] = {"starter": 50, "professional": 500, "enterprise": 5000}
"""Of a month, in the currency that the price list is in."""

_DAYS: Final[Mapping[CompanySize, int]] = {"small": 7, "medium": 14, "large": 30, "enterprise": 60}
"""From sign-up to first value, when all goes well: the more people, the longer."""

_BY_INDUSTRY: Final[Mapping[str, str]] = {
    "education": "Agree on how pupils' data are kept",
    "finance": "Agree on how long records are kept",
    "healthcare": "Sign the agreement on patients' data",
}
_BY_PLAN: Final[Mapping[Plan, tuple[str, ...]]] = {
    "starter": (),
    "professional": ("Connect your calendar and mail",),
    "enterprise": ("Connect single sign-on", "Name an administrator for each department"),
}


@dataclass(frozen=True)
class SuccessPlan:
    """What a customer is to do, and how long it should take.

    Attributes:
        status: ``needs_assistance`` where somebody should look after the customer and nobody does yet.
        next_steps: in their order.
        days: from sign-up to first value.
    """

    status: Literal["in_progress", "needs_assistance"]
    next_steps: tuple[str, ...]
    days: int


def success_plan(customer: Customer, *, industry: str, size: CompanySize, plan: Plan) -> SuccessPlan:
    """The plan for a customer, from what is known and done so far.

    Args:
        customer: as it stands in the database.
        industry: of the customer; one that nothing special is known of adds nothing.
        size: of the customer.
        plan: that it pays for.
    """
    seats = f"Invite your colleagues: you have {customer.seats} seats" if customer.seats else "Ask us for your seats"
    steps = [f"Log in at {customer.account_url}", seats, *_BY_PLAN[plan]]
    if known := _BY_INDUSTRY.get(industry.lower()):
        steps.append(known)
    deserves_manager = "enterprise" in (plan, size)
    if customer.manager:
        steps.append(f"Meet {customer.manager}, who looks after you")
    # Who is looked after gets there sooner; who should be and is not, later.
    days = _DAYS[size] * 3 // 4 if customer.manager else _DAYS[size]
    alone = deserves_manager and not customer.manager
    return SuccessPlan("needs_assistance" if alone else "in_progress", tuple(steps), days)
