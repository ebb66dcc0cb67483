"""A whole project in one file, run as ``__main__``: models, an ORM table, an HTTP client, actions, a workflow, its worker."""

from __future__ import annotations

import asyncio
import sys
from datetime import datetime, timedelta

import httpx
from pydantic import BaseModel
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from dosdk_temporal import Do

print("module runs")

do = Do(address=sys.argv[1], task_queue=sys.argv[2])
http = httpx.AsyncClient()


class Base(DeclarativeBase):
    """What the tables share."""


class Customer(Base):
    """A table: making it twice would raise."""

    __tablename__ = "customers"
    id: Mapped[int] = mapped_column(primary_key=True)


class Order(BaseModel):
    """A model with a date."""

    customer: int
    due: datetime


@do.action.create(name="ship")
async def ship(order: Order) -> Order:
    """Ship it a day late."""
    return order.model_copy(update={"due": order.due + timedelta(days=1)})


def late(order: Order, due: datetime) -> bool:
    """A helper of the handler."""
    return isinstance(order.due, datetime) and order.due > due


@do.workflow.create(name="fulfil", input=Order)
async def fulfil(trigger) -> list:  # type: ignore[no-untyped-def,type-arg] # noqa: ANN001 - as a newcomer writes it
    """Ship, and tell what was seen."""
    order: Order = trigger.payload
    shipped = await ship.execute(order)
    table = Customer(id=order.customer)
    return [type(shipped) is Order, late(shipped, order.due), isinstance(order, Order), table.id, http.is_closed]


async def main() -> None:
    """Serve and run."""
    async with do.worker(max_cached_workflows=0):
        print(await do.workflows.execute("fulfil", Order(customer=7, due=datetime(2026, 1, 1))))  # noqa: DTZ001


if __name__ == "__main__":
    asyncio.run(main())
