"""Inside: an action with an idempotency key, called by a workflow: a run of its own, which all callers share."""

from __future__ import annotations

import json
from datetime import timedelta

from temporalio import workflow
from temporalio.common import RawValue, WorkflowIDReusePolicy

from dosdk_temporal._pure.calls import ActionCall
from dosdk_temporal._pure.facts import CallFacts
from dosdk_temporal._pure.names import keyed_id
from dosdk_temporal._wire.failures import ALREADY_STARTED
from dosdk_temporal._wire.payloads import raw_value
from dosdk_temporal._wire.schedule import AWAIT_RUN, DELIVERY, ONE_ACTION, summary_of

__all__ = ["run_keyed"]

_LOST_AFTER = timedelta(seconds=15)


async def run_keyed(call: ActionCall, key: str, step: str) -> RawValue:
    """Start the key's run, or wait for the one there is. It is left running when this workflow ends.

    Raises:
        FailureError: Temporal's, as from any step.
    """
    execution_id = keyed_id(call.name, key)
    facts = CallFacts(
        kind=ONE_ACTION, version=call.version, key=execution_id, options=call.options.to_wire(), digest=call.digest
    )
    try:
        return await workflow.execute_child_workflow(  # type: ignore[no-any-return] # typed by result_type
            call.name,
            raw_value(call.data, facts),
            id=execution_id,
            result_type=RawValue,
            id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE_FAILED_ONLY,
            parent_close_policy=workflow.ParentClosePolicy.ABANDON,
            static_summary=summary_of(step),
        )
    except ALREADY_STARTED:
        question = json.dumps({"id": execution_id, "digest": call.digest}).encode()
        return await workflow.execute_activity(  # type: ignore[no-any-return] # typed by result_type
            AWAIT_RUN,
            raw_value(question, CallFacts(kind="step")),
            activity_id=step,
            result_type=RawValue,
            summary=summary_of(execution_id),
            start_to_close_timeout=DELIVERY.start_to_close,
            heartbeat_timeout=_LOST_AFTER,
            retry_policy=DELIVERY.again(),
        )
