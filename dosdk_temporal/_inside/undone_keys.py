"""Inside: an idempotency key whose effect was undone is free again, and every later effect has another key of its own.

Two runs say so, both children of the run that undid it: a trace under an id of its own, by which the key's next run knows
that it is another effect; then a mark under the key's own id, which fails at once, and after which that id may be used again.
"""

from __future__ import annotations

from collections.abc import Awaitable
from contextlib import suppress
from typing import Any, Final

from temporalio import workflow
from temporalio.common import RawValue, WorkflowIDReusePolicy

from dosdk_temporal._inside.keyed import SHARED
from dosdk_temporal._pure.facts import CallFacts, ResultFacts
from dosdk_temporal._pure.undone_keys import FREED, UNDONE, trace_of
from dosdk_temporal._wire.failures import ALREADY_STARTED, Failure, failure_of
from dosdk_temporal._wire.payloads import raw_value
from dosdk_temporal._wire.schedule import summary_of
from dosdk_temporal.errors import ActionError

__all__ = ["free_key", "leave_trace", "mark_undone"]

_PATCH: Final = "dosdk.undone_keys"
"""Marks, in the history, the runs that free the keys of what they undo: those that had undone it before do not."""


async def free_key(action: str, execution_id: str, step: str) -> None:
    """After what the key's run did was undone: let the key run again.

    Args:
        action: that was called with the key.
        execution_id: of the key's run.
        step: of this run, that was undone.
    """
    await leave_trace(action, execution_id, step)
    await _marked(action, execution_id, step)


async def leave_trace(action: str, execution_id: str, step: str) -> None:
    """Let the next run of the key know that its effect is another one; see :func:`free_key`."""
    await _marked(action, trace_of(execution_id), step)


def mark_undone() -> RawValue:
    """What a run does that marks an undoing.

    Raises:
        Failure: where it is the mark that frees the key.
    """
    info = workflow.info()
    by = info.parent.workflow_id if info.parent else "another run"
    if info.workflow_id.startswith(trace_of("")):
        return raw_value(b"null", ResultFacts())
    told = (
        f"what {info.workflow_id!r} had done was undone by {by!r}: its key is free, and the next call with it runs anew"
    )
    raise failure_of(ActionError(told, type=FREED, retryable=False), undone=True, execution_id=info.workflow_id)


async def _marked(action: str, execution_id: str, step: str) -> None:
    if not workflow.patched(_PATCH):
        return
    running: Awaitable[Any] = workflow.execute_child_workflow(
        action,
        raw_value(b"{}", CallFacts(kind=UNDONE, undoes=step)),
        id=execution_id,
        result_type=RawValue,
        static_summary=summary_of(f"{step} was undone"),
        **{**SHARED, "id_reuse_policy": WorkflowIDReusePolicy.ALLOW_DUPLICATE},
    )
    # It fails, for that is what it is for; and where somebody has the key's run retried, that one tells what it has done.
    with suppress(Failure, *ALREADY_STARTED):
        await running
