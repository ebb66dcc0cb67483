"""The documented schedule: a business review on the first day of each quarter. ``python -m workflows.schedules`` sees to it.

It is a program of its own, and not something that a worker's start does: who runs a worker need not want reviews sent.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from dosdk_temporal import Do
from dosdk_temporal.errors import DoError

if TYPE_CHECKING:
    from dosdk_temporal import Schedule

__all__ = ["QUARTERLY", "schedule_reviews"]

QUARTERLY: Final[Mapping[str, Any]] = {
    "cronExpression": "0 0 1 1,4,7,10 *",  # First day of each quarter
    "input": {
        "customerSegment": "enterprise",
        "includeMetrics": ["revenue", "usage", "satisfaction"],
        "generateRecommendations": True,
    },
    "notifications": {
        "onStart": ["account-managers@example.com"],
        "onComplete": ["customer-success@example.com", "sales-leadership@example.com"],
    },
}


async def schedule_reviews(do: Do) -> Schedule:
    """See that there is the schedule; the same one again changes nothing.

    Raises:
        ServerUnavailableError: when no server answers.
    """
    return await do.workflows.schedule("quarterlyBusinessReview", QUARTERLY)


async def _main() -> None:
    async with Do() as do:
        schedule = await schedule_reviews(do)
        times = ", ".join(str(time) for time in await schedule.next_times(4))
        print(f"schedule {schedule.id!r}: {schedule.outcome}; next at {times}")  # noqa: T201 - a program speaks so


if __name__ == "__main__":
    try:
        asyncio.run(_main())
    except DoError as error:
        sys.exit(f"error: {error}")
