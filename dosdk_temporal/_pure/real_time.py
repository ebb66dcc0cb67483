"""Pure: the clock, chance and ids of code that is not replayed."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from random import Random
from uuid import UUID, uuid4

__all__ = ["RealTime"]


class RealTime:
    """The part of a place that is the same outside workflows and inside actions."""

    async def sleep(self, length: timedelta) -> None:
        """Pause, for real."""
        await asyncio.sleep(length.total_seconds())

    def now(self) -> datetime:
        """The time, in UTC."""
        return datetime.now(UTC)

    def uuid(self) -> UUID:
        """A new random UUID."""
        return uuid4()

    def random(self) -> Random:
        """A source of randomness."""
        return Random()  # noqa: S311 - chance, not secrets
