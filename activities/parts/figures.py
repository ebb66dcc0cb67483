"""A customer's figures of the last quarter: what it paid, how much it uses the product, and how satisfied it is."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Final, Literal

from pydantic import TypeAdapter, ValidationError

from activities.parts import web
from activities.parts.customers import Customer
from activities.parts.notices import tell_once
from activities.parts.success import PRICES
from dosdk_temporal.errors import ActionError

__all__ = ["Figure", "Figures", "collect_figures", "recommendations"]

Figure = Literal["revenue", "usage", "satisfaction"]
Figures = dict[Figure, float | None]
"""By name; None for one that is not known. ``usage`` is people, ``satisfaction`` is from 0 to 10."""

_VARIABLE: Final = "DO_METRICS_URL"
_SERVICE: Final = f"the metrics service ({_VARIABLE})"
_MONTHS: Final = 3
_ANSWER: Final[TypeAdapter[dict[str, float | None]]] = TypeAdapter(dict[str, float | None])

_UNHAPPY: Final = 7
"""Below this a customer's satisfaction is a reason to call."""


async def collect_figures(customer: Customer, wanted: Sequence[Figure], *, key: str) -> Figures:
    """The figures that are wanted, from the service of ``DO_METRICS_URL``; where there is none, from the price list alone.

    The service gets ``{"customerId", "metrics"}`` and answers with numbers by name.

    Args:
        customer: whose.
        wanted: which.
        key: the idempotency key.

    Raises:
        ActionError: when the service refuses, cannot be reached, or answers something else.
    """
    url = os.environ.get(_VARIABLE)
    if not url:
        tell_once(
            "metrics",
            f"No figures are collected: {_VARIABLE} is not set. Revenue is taken from the price list, and usage and "
            f"satisfaction are unknown; set {_VARIABLE} to the address of the service that measures them.",
        )
        price = PRICES.get(customer.plan)
        return {name: price * _MONTHS if price and name == "revenue" else None for name in wanted}
    answer = await web.post(_SERVICE, url, {"customerId": customer.id, "metrics": list(wanted)}, key=key)
    try:
        figures = _ANSWER.validate_python(answer)
    except ValidationError:
        raise ActionError(f"{_SERVICE} answered something that is not numbers by name", retryable=False) from None
    return {name: figures.get(name) for name in wanted}


def recommendations(customer: Customer, figures: Figures) -> list[str]:
    """What a manager should do about a customer, the most urgent first; figures that were not collected say nothing."""
    found = []
    satisfaction, usage, seats = figures.get("satisfaction"), figures.get("usage"), customer.seats
    if satisfaction is not None and satisfaction < _UNHAPPY:
        found.append(f"Call {customer.company} this week: satisfaction is {satisfaction:g} of 10.")
    if usage is not None and seats:
        if usage * 2 < seats:
            found.append(f"Offer training: {usage:g} of {seats} seats are used.")
        elif usage * 10 >= seats * 9:
            found.append(f"Offer more seats: {usage:g} of {seats} are used.")
    if "satisfaction" in figures and satisfaction is None:
        found.append(f"Ask {customer.company} how satisfied they are.")
    if not customer.manager:
        found.append("Name an account manager.")
    return found
