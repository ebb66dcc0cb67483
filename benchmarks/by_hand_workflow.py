"""Inside: the work of ``order`` as a workflow written on temporalio.

A module of its own, and as small as it can be: the default sandbox executes it again for every run, and a larger one
would make the comparison easier than it is.
"""

from __future__ import annotations

from datetime import timedelta

from temporalio import workflow
from temporalio.common import RetryPolicy

with workflow.unsafe.imports_passed_through():
    from benchmarks.order import ACTIONS, Order

__all__ = ["SixActions"]

_RETRY = RetryPolicy(
    initial_interval=timedelta(seconds=1),
    backoff_coefficient=2,
    maximum_interval=timedelta(seconds=60),
    maximum_attempts=3,
)
"""The SDK's defaults, said by hand."""


@workflow.defn(name="six-actions")
class SixActions:
    """One order."""

    @workflow.run
    async def run(self, order: Order) -> int:
        """Six actions, one after the other."""
        paid = 0
        for step in ACTIONS:
            receipt = await workflow.execute_activity(
                step,
                order,
                start_to_close_timeout=timedelta(seconds=60),
                heartbeat_timeout=timedelta(seconds=15),
                retry_policy=_RETRY,
            )
            paid += receipt.amount
        return paid
