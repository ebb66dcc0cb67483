"""Inside: a workflow's handler, from its first line to its result."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any, Final

from temporalio import workflow
from temporalio.common import RawValue

from dosdk_temporal._inside.guard import guarded
from dosdk_temporal._pure.awaiting import all_awaited
from dosdk_temporal._pure.definitions import WorkflowDefinition
from dosdk_temporal._pure.facts import ResultFacts
from dosdk_temporal._pure.own_timeout import OwnTimeout
from dosdk_temporal._pure.trigger import Trigger
from dosdk_temporal._pure.values import encode_output
from dosdk_temporal._wire.groups import ungrouped
from dosdk_temporal._wire.payloads import raw_value

__all__ = ["handled"]

_AWAITED: Final = "dosdk.awaited"
"""Marks, in the history, the runs that failed because a call was not awaited: those from before went on to their end."""


async def handled(
    definition: WorkflowDefinition, trigger: Trigger, limit: OwnTimeout, *, unless: tuple[type[Exception], ...]
) -> RawValue:
    """Run a workflow's handler within its timeout, and write its result down.

    What several of its tasks failed with at once is raised as one error.

    Args:
        definition: the workflow's.
        trigger: what started the run.
        limit: of the run's time.
        unless: errors that mean more than any beside them.
    """
    owner = f"workflow {definition.name!r}"
    handler: Callable[[Trigger], Awaitable[Any]] = guarded(definition.handler)
    try:
        with all_awaited(owner, may_refuse=partial(workflow.patched, _AWAITED)):
            result = await limit.bound(handler(trigger))
    except BaseExceptionGroup as group:
        error = ungrouped(group, unless)
    else:
        return raw_value(encode_output(result, owner), ResultFacts(version=definition.version))
    raise error  # out here it keeps its own context
