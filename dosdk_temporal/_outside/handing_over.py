"""Outside: an action that was started by its name alone, and that needs a run around it: it goes on as that run."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace

from pydantic_core import to_json
from temporalio import activity
from temporalio.common import RawValue, WorkflowIDConflictPolicy, WorkflowIDReusePolicy

from dosdk_temporal._pure.facts import CallFacts, ResultFacts
from dosdk_temporal._pure.names import ALONE_PREFIX
from dosdk_temporal._wire.failures import ALREADY_STARTED
from dosdk_temporal._wire.payloads import raw_value
from dosdk_temporal._wire.schedule import ONE_ACTION

__all__ = ["hand_over"]


async def hand_over(data: bytes, facts: CallFacts) -> RawValue:
    """Start the run that is this action, and answer with its id; delivered twice, there is one run.

    The caller waits for that run, not the worker: an attempt that waited would hold a place which the run's own needs.

    Args:
        data: the action's input.
        facts: beside it.
    """
    info = activity.info()
    alone = info.activity_id.startswith(ALONE_PREFIX)  # other tools choose other ids, which a run may have
    execution_id = info.activity_id if alone else f"{ALONE_PREFIX}{info.activity_run_id}"
    with suppress(*ALREADY_STARTED):  # by an earlier delivery, whose answer was lost
        await activity.client().start_workflow(
            info.activity_type,
            raw_value(data, replace(facts, kind=ONE_ACTION)),
            id=execution_id,
            task_queue=info.task_queue,
            id_reuse_policy=WorkflowIDReusePolicy.REJECT_DUPLICATE,
            id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
        )
    return raw_value(to_json({"execution_id": execution_id}), ResultFacts(handed_over=execution_id))
