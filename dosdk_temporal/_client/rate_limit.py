"""Outside: how many actions a second the server gives out of a task queue, however many workers ask."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from temporalio.api.enums.v1 import TaskQueueType
from temporalio.api.taskqueue.v1 import RateLimit, TaskQueue
from temporalio.api.workflowservice.v1 import DescribeTaskQueueRequest, UpdateTaskQueueConfigRequest
from temporalio.service import RPCError, RPCStatusCode

from dosdk_temporal._client.connection import Connection, translated
from dosdk_temporal.errors import InputError

if TYPE_CHECKING:
    from dosdk_temporal._client.preparing import Prepared

__all__ = ["parse_rate", "prepare_rate"]

_ACTIONS = TaskQueueType.TASK_QUEUE_TYPE_ACTIVITY
"""The server limits no workflow tasks."""


def parse_rate(text: str) -> float | None:
    """``"20"`` as 20 a second, ``"off"`` as None, no limit.

    Raises:
        InputError: for anything else, and for nothing at all a second.
    """
    if text.strip().lower() == "off":
        return None
    try:
        rate = float(text)
    except ValueError:
        rate = math.nan
    if not 0 < rate < math.inf:
        raise InputError(
            f"the rate limit {text!r} is no number of actions a second: write one above 0, or off for no limit"
        )
    return rate


async def prepare_rate(connection: Connection, rate: float | None, done: Prepared) -> None:
    """See that the client's task queue has that limit.

    Args:
        connection: to the server.
        rate: actions a second; None for no limit.
        done: is told what was done, or what does without.
    """
    queue = connection.settings.task_queue
    told = f"task queue {queue}: {'no limit of' if rate is None else f'at most {rate:g}'} actions a second"
    with translated(connection.settings, "task queue"):
        try:
            if await _read(connection, queue) == rate:
                done.kept.append(told)
                return
            await connection.client.workflow_service.update_task_queue_config(_request(connection, queue, rate))
        except RPCError as error:
            if error.status not in {RPCStatusCode.UNIMPLEMENTED, RPCStatusCode.PERMISSION_DENIED}:
                raise
            done.without.append(
                f"task queue {queue} cannot be limited ({error.message}): as many actions run as its workers take, "
                "which 'dosdk worker --max-actions' and max_concurrent= bound for each"
            )
            return
    done.changed.append(told)


async def _read(connection: Connection, queue: str) -> float | None:
    request = DescribeTaskQueueRequest(
        namespace=connection.client.namespace,
        task_queue=TaskQueue(name=queue),
        task_queue_type=_ACTIONS,
        report_config=True,
    )
    config = (await connection.client.workflow_service.describe_task_queue(request)).config.queue_rate_limit
    # What it says is of single precision.
    return float(f"{config.rate_limit.requests_per_second:.6g}") if config.HasField("rate_limit") else None


def _request(connection: Connection, queue: str, rate: float | None) -> UpdateTaskQueueConfigRequest:
    limit = None if rate is None else RateLimit(requests_per_second=rate)
    return UpdateTaskQueueConfigRequest(
        namespace=connection.client.namespace,
        identity=connection.client.identity,
        task_queue=queue,
        task_queue_type=_ACTIONS,
        update_queue_rate_limit=UpdateTaskQueueConfigRequest.RateLimitUpdate(rate_limit=limit, reason="dosdk setup"),
    )
