"""Inside: what is called by a workflow with an idempotency key: a run of its own, which all callers share.

It is left running when this workflow ends or is cancelled, for the others.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any, Final

from temporalio import workflow
from temporalio.common import RawValue, WorkflowIDReusePolicy

from dosdk_temporal._inside.cancelling import being_cancelled
from dosdk_temporal._pure.calls import ActionCall
from dosdk_temporal._pure.facts import CallFacts
from dosdk_temporal._pure.names import keyed_id
from dosdk_temporal._pure.options import Options
from dosdk_temporal._wire.endings import ended_for_others
from dosdk_temporal._wire.failures import ALREADY_STARTED, Failure, failure_of
from dosdk_temporal._wire.outcomes import was_undone
from dosdk_temporal._wire.payloads import raw_value
from dosdk_temporal._wire.schedule import AWAIT_RUN, DELIVERY, ONE_ACTION, summary_of

__all__ = ["SHARED", "await_run", "run_keyed"]

_LOST_AFTER = timedelta(seconds=15)

SHARED: Final[dict[str, Any]] = {
    "id_reuse_policy": WorkflowIDReusePolicy.ALLOW_DUPLICATE_FAILED_ONLY,
    "parent_close_policy": workflow.ParentClosePolicy.ABANDON,
    "cancellation_type": workflow.ChildWorkflowCancellationType.ABANDON,
}
"""How a child is started that other callers share."""


async def run_keyed(
    call: ActionCall, key: str, step: str, defaults: Options, *, found: Callable[[bool], None] = lambda _: None
) -> RawValue:
    """Start the key's run, or wait for the one there is.

    Args:
        call: what is asked.
        key: one key, one effect.
        step: the step's id.
        defaults: of the workflow's steps.
        found: told whether there is one already.

    Raises:
        FailureError: Temporal's, as from any step.
    """
    execution_id = keyed_id(call.name, key)
    facts = CallFacts(
        kind=ONE_ACTION,
        version=call.version,
        key=execution_id,
        workflow_options=defaults.to_wire(),
        options=call.options.to_wire(),
        digest=call.digest,
        step=step,
        compensate=call.compensate if isinstance(call.compensate, str) else None,
    )
    while True:
        found(False)
        try:
            return await _started(call, execution_id, facts)
        except ALREADY_STARTED:
            found(True)
        try:
            return await await_run(execution_id, call.digest, step)
        except Failure as failure:
            if not was_undone(failure):  # meanwhile, and so it is done anew
                raise


async def _started(call: ActionCall, execution_id: str, facts: CallFacts) -> RawValue:
    try:
        return await workflow.execute_child_workflow(  # type: ignore[no-any-return] # typed by result_type
            call.name,
            raw_value(call.data, facts),
            id=execution_id,
            result_type=RawValue,
            static_summary=summary_of(facts.step or call.name),
            **SHARED,
        )
    except ALREADY_STARTED:
        raise
    except Failure as failure:
        ended = None if being_cancelled() else ended_for_others(failure, execution_id)
        if ended is not None:
            raise failure_of(ended) from None
        raise


async def await_run(execution_id: str, digest: str | None, step: str, *, name: str | None = None) -> RawValue:
    """The result of a run that somebody else started.

    Args:
        execution_id: the run's.
        digest: of the input that it must have begun with; None for any.
        step: the id of the activity that waits.
        name: the workflow's, whose failure is told as such; None for an action's.
    """
    question = json.dumps({"id": execution_id, "digest": digest, "workflow": name}).encode()
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
