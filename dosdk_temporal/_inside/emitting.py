"""Inside: emitting an event from a workflow: one durable step."""

from __future__ import annotations

from collections.abc import Awaitable
from uuid import NAMESPACE_OID, uuid5

from temporalio import workflow
from temporalio.common import RawValue

from dosdk_temporal._pure.events import EventCall
from dosdk_temporal._pure.facts import CallFacts
from dosdk_temporal._wire.events import DISPATCH, LOST_AFTER
from dosdk_temporal._wire.payloads import raw_value
from dosdk_temporal._wire.schedule import DELIVERY, summary_of

__all__ = ["dispatch", "event_id"]


def event_id(call: EventCall, step: str) -> str:
    """The event's id; one that was not given is the step's own: the same when the step is run again, new in a new run."""
    return call.id or str(uuid5(NAMESPACE_OID, f"{workflow.info().original_execution_run_id}/{step}"))


def dispatch(data: bytes, step: str) -> Awaitable[RawValue]:
    """Schedule the dispatch.

    Args:
        data: the event as it travels.
        step: the step's id.
    """
    return workflow.execute_activity(
        DISPATCH,
        raw_value(data, CallFacts(kind="step")),
        result_type=RawValue,
        activity_id=step,
        summary=summary_of(step),
        start_to_close_timeout=DELIVERY.start_to_close,
        heartbeat_timeout=LOST_AFTER,
        retry_policy=DELIVERY.again(),
    )
