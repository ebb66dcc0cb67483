"""Outside: activities of the SDK's own: plain JSON in, plain JSON out, tried again for as long as what they need is away."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any, Final

from pydantic_core import to_json
from temporalio import activity
from temporalio.common import RawValue

from dosdk_temporal._pure.facts import ResultFacts
from dosdk_temporal._wire.failures import failure_of
from dosdk_temporal._wire.payloads import raw_value
from dosdk_temporal.errors import DoError

__all__ = ["OwnActivity", "own_activity"]

OwnActivity = Callable[[bytes], Awaitable[RawValue]]
"""From the input's JSON to the result; raises Temporal failures."""

_LONGEST_PAUSE: Final = timedelta(seconds=10)


def own_activity(work: Callable[[dict[str, Any]], Awaitable[Any]]) -> OwnActivity:
    """An activity that does this work.

    Args:
        work: from the input to the result. An error of it that is retryable is tried again without end, with pauses from
            half a second to ten, but for a local activity; any other ends the activity with that error.
    """

    async def answer(data: bytes) -> RawValue:
        try:
            result = await work(json.loads(data))
        except Exception as error:  # noqa: BLE001 - whatever it is, the caller is told
            raise failure_of(error, retry_after=_pause(error)) from None
        return raw_value(to_json(result), ResultFacts(attempts=activity.info().attempt))

    return answer


def _pause(error: Exception) -> timedelta | None:
    """Until the next attempt; None for none."""
    info = activity.info()
    # A failure that names its pause is tried again whatever a local activity's policy says, and holds the run's task up.
    if info.is_local or not (isinstance(error, DoError) and error.retryable):
        return None
    return min(timedelta(seconds=0.5 * 1.5 ** min(info.attempt - 1, 20)), _LONGEST_PAUSE)
