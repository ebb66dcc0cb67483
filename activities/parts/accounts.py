"""Customers' accounts in the product, by the service that keeps them."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationError
from pydantic.alias_generators import to_camel

from activities.parts import web
from activities.parts.fields import Email, Text
from activities.parts.notices import tell_once
from dosdk_temporal.errors import ActionError

__all__ = ["Account", "open_account"]

_VARIABLE: Final = "DO_ACCOUNTS_URL"
_SERVICE: Final = f"the accounts service ({_VARIABLE})"
_NOWHERE: Final = "customers.invalid"
"""A domain that is reserved for being nobody's: what goes there reaches no one."""


class Account(BaseModel):
    """A customer's account, as the service answers."""

    model_config = ConfigDict(alias_generator=to_camel, validate_by_name=True, frozen=True)

    customer_email: Email
    company_name: Text
    account_url: Annotated[str, StringConstraints(pattern=r"^https?://\S+$")]


async def open_account(customer_id: str, plan: str, *, key: str) -> Account:
    """Set the account up at the service of ``DO_ACCOUNTS_URL``; where there is none, one is derived from the customer's id.

    The service gets ``{"customerId", "plan"}`` and answers ``{"customerEmail", "companyName", "accountUrl"}``.

    Args:
        customer_id: whose.
        plan: what they pay for.
        key: the idempotency key: asked twice under one key, the service can know it.

    Raises:
        ActionError: when the service refuses, cannot be reached, or answers something else.
    """
    url = os.environ.get(_VARIABLE)
    if not url:
        tell_once(
            "accounts",
            f"Accounts are set up nowhere: {_VARIABLE} is not set. Addresses at {_NOWHERE} are made up instead; set "
            f"{_VARIABLE} to the address of the service that keeps the accounts.",
        )
        return _derived(customer_id)
    answer = await web.post(_SERVICE, url, {"customerId": customer_id, "plan": plan}, key=key)
    try:
        return Account.model_validate(answer if isinstance(answer, Mapping) else {})
    except ValidationError as error:
        wrong = ", ".join(str(fault["loc"][0]) for fault in error.errors())
        raise ActionError(f"{_SERVICE} answered without what an account needs: {wrong}", retryable=False) from None


def _derived(customer_id: str) -> Account:
    # An id may hold what no address may.
    name = "".join(letter if letter.isascii() and letter.isalnum() else "-" for letter in customer_id)
    return Account(
        customer_email=f"{name}@{_NOWHERE}",
        company_name=f"Customer {customer_id}",
        account_url=f"https://{_NOWHERE}/{name}",
    )
