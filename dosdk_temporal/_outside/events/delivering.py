"""Outside: an event brought to the runs that wait for it, and the runs that it starts."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final, TypeVar

from pydantic_core import to_json
from temporalio.client import Client
from temporalio.common import WorkflowIDReusePolicy
from temporalio.service import RPCError, RPCStatusCode

from dosdk_temporal._outside.events.subscriptions import Subscription
from dosdk_temporal._pure.facts import CallFacts
from dosdk_temporal._wire.events import EventBody
from dosdk_temporal._wire.failures import ALREADY_STARTED
from dosdk_temporal._wire.payloads import raw_value
from dosdk_temporal._wire.schedule import summary_of
from dosdk_temporal._wire.signals import EVENT
from dosdk_temporal.errors import ServerUnavailableError

__all__ = ["Delivered", "start_all", "wake_all"]

T = TypeVar("T")

_AT_ONCE: Final = 50
"""Calls in flight at once, for an event that very many wait for."""

_FOR_GOOD: Final = {
    RPCStatusCode.INVALID_ARGUMENT,
    RPCStatusCode.FAILED_PRECONDITION,
    RPCStatusCode.PERMISSION_DENIED,
    RPCStatusCode.UNAUTHENTICATED,
    RPCStatusCode.OUT_OF_RANGE,
    RPCStatusCode.UNIMPLEMENTED,
}
"""How the server says that trying again does not help."""


class DeliveryPutOffError(ServerUnavailableError):
    """The server did not take all that an event has to tell; its dispatch comes again, and doubles nothing."""

    retryable = True


@dataclass
class Delivered:
    """What became of some calls.

    Attributes:
        reached: the execution ids of those that the server took.
        gone: whom it does not know: runs that have ended.
        failed: whom it refuses for good, with its reason.
        later: whom it could not reach now, likewise.
    """

    reached: list[str] = field(default_factory=list)
    gone: set[str] = field(default_factory=set)
    failed: dict[str, RPCError] = field(default_factory=dict)
    later: dict[str, RPCError] = field(default_factory=dict)

    def check(self) -> None:
        """Put the whole delivery off, where some of it could not be done now.

        Raises:
            DeliveryPutOffError: naming the first that could not be reached.
        """
        for name, error in self.later.items():
            raise DeliveryPutOffError(f"{name!r} could not be reached ({error.message}); the event is delivered again")


async def start_all(client: Client, subscribed: Iterable[Subscription], event: EventBody) -> Delivered:
    """Start a run of each subscriber, one only however often this is done."""

    async def start(subscription: Subscription) -> str:
        execution_id = f"{subscription.workflow}/{event.id}"
        with suppress(*ALREADY_STARTED):  # by this very event, before
            await client.start_workflow(
                subscription.workflow,
                raw_value(to_json(event.payload), _facts(subscription, event)),
                id=execution_id,
                task_queue=subscription.task_queue,
                id_reuse_policy=WorkflowIDReusePolicy.REJECT_DUPLICATE,
                static_summary=summary_of(f"event {event.name}"),
            )
        return execution_id

    return await _all(start, {subscription.workflow: subscription for subscription in subscribed})


async def wake_all(client: Client, executions: Iterable[str], event: EventBody) -> Delivered:
    """Signal each run; a run that gets an event twice drops the second."""
    body = event.to_wire()

    async def wake(execution_id: str) -> str:
        await client.get_workflow_handle(execution_id).signal(EVENT, body)
        return execution_id

    return await _all(wake, {execution_id: execution_id for execution_id in sorted(executions)})


async def _all(call: Callable[[T], Awaitable[str]], targets: dict[str, T]) -> Delivered:
    gate = asyncio.Semaphore(_AT_ONCE)

    async def one(target: T) -> RPCError | str:
        async with gate:
            try:
                return await call(target)
            except RPCError as error:
                return error

    ended = zip(targets, await asyncio.gather(*map(one, targets.values())), strict=True)
    delivered = Delivered()
    for name, outcome in ended:
        if isinstance(outcome, str):
            delivered.reached.append(outcome)
        elif outcome.status == RPCStatusCode.NOT_FOUND:
            delivered.gone.add(name)
        else:
            (delivered.failed if outcome.status in _FOR_GOOD else delivered.later)[name] = outcome
    return delivered


def _facts(subscription: Subscription, event: EventBody) -> CallFacts:
    # As for a direct start of the workflow: the first version is the one that nobody names.
    version = subscription.version if subscription.version != "1" else None
    told = {"kind": "event", "name": event.name, "id": event.id, "time": event.event().time.isoformat()}
    return CallFacts(version=version, trigger=told)
