"""Outside: the work that every variant does: one order, six actions, each with a pydantic model in and one out."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

from pydantic import BaseModel

__all__ = ["ACTIONS", "Order", "Receipt", "charge", "label", "notify", "pack", "reserve", "ship"]


class Order(BaseModel):
    """What every action takes.

    Attributes:
        id: the order's.
        amount: in cents.
        ledger: a file that every action appends a line to; None for none.
    """

    id: str
    amount: int
    ledger: Path | None = None


class Receipt(BaseModel):
    """What every action gives."""

    order: str
    step: str
    amount: int


async def reserve(inputs: Order) -> Receipt:
    """The first of six."""
    return _done(inputs, "reserve")


async def charge(inputs: Order) -> Receipt:
    """The second."""
    return _done(inputs, "charge")


async def pack(inputs: Order) -> Receipt:
    """The third."""
    return _done(inputs, "pack")


async def label(inputs: Order) -> Receipt:
    """The fourth."""
    return _done(inputs, "label")


async def ship(inputs: Order) -> Receipt:
    """The fifth."""
    return _done(inputs, "ship")


async def notify(inputs: Order) -> Receipt:
    """The last."""
    return _done(inputs, "notify")


ACTIONS: Final = (reserve, charge, pack, label, ship, notify)


def _done(order: Order, step: str) -> Receipt:
    if order.ledger is not None:
        _append(order.ledger, f"{order.id} {step}\n")
    return Receipt(order=order.id, step=step, amount=order.amount)


def _append(ledger: Path, line: str) -> None:
    # One write to a file opened with O_APPEND is one line, whoever else writes: the count needs no lock.
    file = os.open(ledger, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(file, line.encode())
    finally:
        os.close(file)
