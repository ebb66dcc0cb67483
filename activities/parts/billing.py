"""Billing accounts, as rows."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Final

from sqlalchemy import select

from activities.parts.database import billing_accounts, insert_once, transaction, uninterrupted, users

__all__ = ["BillingAccount", "ensure_billing_account"]

_FIRST_PLAN: Final = "free"


@dataclass(frozen=True)
class BillingAccount:
    """Who is billed for what.

    Attributes:
        id: ``bill_…``.
        email: where invoices go; no two accounts share one.
        user_id: the user with that address when the account was made; None where there was none.
        plan: what is billed.
    """

    id: str
    email: str
    user_id: str | None
    plan: str


@uninterrupted
async def ensure_billing_account(email: str) -> BillingAccount:
    """The billing account of that address, created where there is none: whole, or not at all."""
    account = billing_accounts.c
    user_id = select(users.c.id).where(users.c.email == email).scalar_subquery()
    row = {"id": f"bill_{secrets.token_hex(12)}", "email": email, "user_id": user_id, "plan": _FIRST_PLAN}
    async with transaction() as connection:
        await connection.execute(
            insert_once(connection, billing_accounts, row).on_conflict_do_nothing(index_elements=[account.email])
        )
        stored = select(account.id, account.email, account.user_id, account.plan).where(account.email == email)
        return BillingAccount(*(await connection.execute(stored)).one())
