"""Outside: a number of orders at once, as one piece of work."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from uuid import uuid4

from benchmarks.order import Order

__all__ = ["orders"]


async def orders(run: Callable[[Order], Awaitable[object]], count: int, ledger: Path | None = None) -> None:
    """Run so many orders at once, to their end."""
    made = [Order(id=str(uuid4()), amount=100, ledger=ledger) for _ in range(count)]
    await asyncio.gather(*(run(order) for order in made))
