"""Outside: what the server knows of a task queue's workers, and telling a caller that there are none."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from datetime import UTC, datetime

import temporalio.api.enums.v1 as enums
import temporalio.api.taskqueue.v1 as task_queues
import temporalio.api.worker.v1 as workers
import temporalio.api.workflowservice.v1 as service
from temporalio.service import RPCError

from dosdk_temporal._client.connection import Connection, translated
from dosdk_temporal._client.history import time_of
from dosdk_temporal._client.listing import quoted
from dosdk_temporal._client.vigil import FIRST, Vigil
from dosdk_temporal._pure.polling import AGAIN, ANSWERED, Poll, QueueSight, Sign, Work

__all__ = ["Now", "begin_vigil", "look_at", "tell_when_nobody_asks", "utc_now", "watched"]

_log = logging.getLogger("dosdk_temporal")

Now = Callable[[], datetime]


def utc_now() -> datetime:
    """The time."""
    return datetime.now(UTC)


async def look_at(connection: Connection, task_queue: str, now: Now = utc_now, *, work: bool = False) -> QueueSight:
    """A task queue as the server shows it now.

    Args:
        connection: to the server.
        task_queue: its name.
        now: gives the time, by which the server's times are judged.
        work: whether to look for work that lies there, too; the server counts it once in 5 seconds.

    Raises:
        ServerUnavailableError: when the server does not answer.
    """
    if task_queue in connection.served:
        return QueueSight(task_queue, now(), signs=(Sign("this process", now(), ANSWERED),))
    with translated(connection.settings):
        workflows, actions, signs = await asyncio.gather(
            _describe(connection, task_queue, enums.TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW, work),
            _describe(connection, task_queue, enums.TaskQueueType.TASK_QUEUE_TYPE_ACTIVITY, work),
            _signs(connection, task_queue),
        )
    seen = now()
    told: dict[Work, service.DescribeTaskQueueResponse] = {"workflow": workflows, "action": actions}
    polls = [Poll(p.identity, kind, time_of(p.last_access_time)) for kind, found in told.items() for p in found.pollers]
    untaken = {
        kind: utc_now() - found.stats.approximate_backlog_age.ToTimedelta()
        for kind, found in told.items()
        if found.stats.approximate_backlog_count
    }
    return QueueSight(task_queue, seen, tuple(polls), tuple(signs), untaken)


async def tell_when_nobody_asks(connection: Connection) -> None:
    """Warn whoever starts something that it will wait, as no worker serves the task queue: once, until one has been there.

    That a worker is there is taken for true for a minute, as the server would know no better.
    """
    queue = connection.settings.task_queue
    vigil = _vigil(connection, queue)

    def is_settled() -> bool:
        known = time.monotonic() - connection.polled_at < ANSWERED.total_seconds()
        return queue in connection.served or vigil.has_told or known

    if is_settled():
        return
    async with vigil.looking:
        if is_settled():  # of many that start at once, one looks
            return
        sight = await look_at(connection, queue)
        if sight.is_served:
            connection.polled_at = time.monotonic()
        else:
            vigil.tell(sight)


def watched(connection: Connection) -> Vigil:
    """For ``with``, around a wait for what the client's task queue does: where that lasts and nobody asks for it, warn once.

    All waits of one connection share the looks; one that is over within seconds costs none.
    """
    return _vigil(connection, connection.settings.task_queue)


def begin_vigil(connection: Connection, queue: str, *, first: float = FIRST, now: Now = utc_now) -> Vigil:
    """The vigil of a task queue, from now on, for all who wait on this connection.

    Args:
        connection: whose.
        queue: the task queue.
        first: seconds of a wait until its first look.
        now: gives the time, by which the server's times are judged.
    """
    where = f" at {connection.settings.address}"

    def warn(sight: QueueSight) -> None:
        waits = "what is started waits for one: start it with 'dosdk worker MODULE'"
        _log.warning("%s; %s", sight.nobody_asks(where), waits)

    def tell_again() -> None:
        logging.getLogger(AGAIN).info("a worker asks task queue %r%s for work again", queue, where)

    vigil = Vigil(lambda: look_at(connection, queue, now, work=True), warn, tell_again, first=first)
    connection.vigils[queue] = vigil
    return vigil


def _vigil(connection: Connection, queue: str) -> Vigil:
    return connection.vigils.get(queue) or begin_vigil(connection, queue)


async def _describe(
    connection: Connection, task_queue: str, kind: enums.TaskQueueType.ValueType, work: bool
) -> service.DescribeTaskQueueResponse:
    return await connection.client.workflow_service.describe_task_queue(
        service.DescribeTaskQueueRequest(
            namespace=connection.settings.namespace,
            task_queue=task_queues.TaskQueue(name=task_queue),
            task_queue_type=kind,
            report_stats=work,
        )
    )


async def _signs(connection: Connection, task_queue: str) -> list[Sign]:
    request = service.ListWorkersRequest(
        namespace=connection.settings.namespace, query=f"TaskQueue = '{quoted(task_queue)}'"
    )
    signs: list[Sign] = []
    try:
        while True:
            found = await connection.client.workflow_service.list_workers(request)
            signs += (_sign(worker.worker_heartbeat) for worker in found.workers_info)
            request.next_page_token = found.next_page_token
            if not found.next_page_token:
                return signs
    except RPCError as error:
        # A server may be older than this list, or keep it to itself: then a worker is known by its polls alone.
        _log.debug("the server does not list the workers of task queue %r: %s", task_queue, error.message)
        return signs


def _sign(told: workers.WorkerHeartbeat) -> Sign:
    every = told.elapsed_since_last_heartbeat.ToTimedelta() or None
    stops = told.status != enums.WorkerStatus.WORKER_STATUS_RUNNING
    return Sign(told.worker_identity, time_of(told.heartbeat_time), every, stops)
