"""The companies that use the product, as rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select, update

from activities.parts.database import customers, insert_once, transaction, uninterrupted
from dosdk_temporal.errors import ActionError

__all__ = [
    "Customer",
    "customers_by_manager",
    "customers_on",
    "ensure_customer",
    "get_customer",
    "onboarded_share",
    "update_customer",
]


@dataclass(frozen=True)
class Customer:
    """A company that uses the product.

    Attributes:
        id: as other systems know it: ``cust_…``.
        email: of whoever is responsible there.
        company: its name.
        account_url: where its people log in.
        plan: what it pays for.
        company_size: how large it says it is; None while nobody has asked.
        industry: likewise.
        seats: how many people may use the product; None while nothing is allocated.
        manager: the address of who looks after it here; None while nobody does.
        success_plan: what it is to do next; None while there is none.
    """

    id: str
    email: str
    company: str
    account_url: str
    plan: str
    company_size: str | None = None
    industry: str | None = None
    seats: int | None = None
    manager: str | None = None
    success_plan: dict[str, Any] | None = None


_COLUMNS = [customers.c[name] for name in Customer.__dataclass_fields__]


@uninterrupted
async def ensure_customer(customer_id: str, *, email: str, company: str, account_url: str, plan: str) -> Customer:
    """The customer of that id, created where there is none, with these facts; what else is known of it stays."""
    facts = {"email": email, "company": company, "account_url": account_url, "plan": plan}
    async with transaction() as connection:
        insert = insert_once(connection, customers, {"id": customer_id, **facts})
        statement = insert.on_conflict_do_update(index_elements=[customers.c.id], set_=facts)
        return Customer(*(await connection.execute(statement.returning(*_COLUMNS))).one())


async def get_customer(customer_id: str) -> Customer:
    """The customer of that id.

    Raises:
        ActionError: not retryable, when there is none.
    """
    found = await _select(customer_id)
    if found is None:
        raise _unknown(customer_id)
    return found


@uninterrupted
async def update_customer(customer_id: str, facts: Mapping[str, Any], *, unless: str | None = None) -> Customer:
    """The customer of that id with these facts.

    Args:
        customer_id: whose.
        facts: by the attributes of :class:`Customer`.
        unless: an attribute; where it says something already, all stays as it is.

    Raises:
        ActionError: not retryable, when there is none.
    """
    changed = [customers.c.id == customer_id, *([customers.c[unless].is_(None)] if unless else [])]
    async with transaction() as connection:
        await connection.execute(update(customers).where(*changed).values(**facts))
        row = (await connection.execute(select(*_COLUMNS).where(customers.c.id == customer_id))).one_or_none()
    if row is None:
        raise _unknown(customer_id)
    return Customer(*row)


@uninterrupted
async def customers_on(plan: str) -> list[Customer]:
    """The customers of that plan, by id."""
    async with transaction() as connection:
        rows = await connection.execute(select(*_COLUMNS).where(customers.c.plan == plan).order_by(customers.c.id))
        return [Customer(*row) for row in rows]


@uninterrupted
async def customers_by_manager() -> Mapping[str, int]:
    """How many customers each manager looks after."""
    looked_after = customers.c.manager
    async with transaction() as connection:
        rows = await connection.execute(
            select(looked_after, func.count()).where(looked_after.is_not(None)).group_by(looked_after)
        )
        return {row[0]: row[1] for row in rows}


@uninterrupted
async def onboarded_share() -> float:
    """How many of a hundred customers have a success plan: the end of their onboarding."""
    async with transaction() as connection:
        counted = select(func.count(), func.count(customers.c.success_plan)).select_from(customers)
        everybody, onboarded = (await connection.execute(counted)).one()
        return round(100 * onboarded / everybody, 1) if everybody else 0.0


@uninterrupted
async def _select(customer_id: str) -> Customer | None:
    async with transaction() as connection:
        row = (await connection.execute(select(*_COLUMNS).where(customers.c.id == customer_id))).one_or_none()
        return Customer(*row) if row else None


def _unknown(customer_id: str) -> ActionError:
    return ActionError(
        f"there is no customer {customer_id!r}: setupCustomerAccount makes the account of one", retryable=False
    )
