"""Inside: what follows a failure for good: the action that ``on_failure=`` names, as a step of its own.

The last attempt of an action says in its failure whom its definition wants told, and so the history says it: a definition
that changes later, or that this worker has not, changes nothing of a run.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable
from contextlib import suppress
from typing import Any, Final, Protocol

from temporalio import workflow
from temporalio.common import RawValue

from dosdk_temporal._inside.worker_side import worker_side
from dosdk_temporal._pure.calls import ActionCall, action_call
from dosdk_temporal._pure.definitions import WorkflowDefinition
from dosdk_temporal._pure.failed_step import failed_step
from dosdk_temporal._pure.failing import FailureHandler, failure_report
from dosdk_temporal._pure.interpreter.asides import ON_FAILURE
from dosdk_temporal._pure.interpreter.together import to_the_end
from dosdk_temporal._pure.options import Options
from dosdk_temporal._pure.trigger import Trigger
from dosdk_temporal._pure.values import decode, plain
from dosdk_temporal._wire.failures import is_cancellation, wanted_on_failure
from dosdk_temporal._wire.texts import text_of

__all__ = ["answered", "run_answered"]

_log = logging.getLogger("dosdk_temporal")

_PATCH: Final = "dosdk.on_failure"
"""Marks, in the history, the runs that tell of their failure: those that failed before their definition asked for it do not."""


class _Asides(Protocol):
    async def run_aside(self, call: ActionCall, step: str) -> RawValue:
        """Run a step about another one; nothing follows of its failure but the error."""


async def answered(place: _Asides, call: ActionCall, step: str | None, running: Awaitable[RawValue]) -> RawValue:
    """Await an action; when it fails for good, its failure handler runs to its end before the error goes on.

    Not when it was cancelled. A cancellation that comes while the handler runs ends it, too.

    Args:
        place: the run.
        call: the action's.
        step: its id; None for an action called by itself.
        running: the action, with what its run does about failures before.
    """
    try:
        return await running
    except Exception as error:
        wanted = wanted_on_failure(error)
        if wanted is not None:
            report = _report(call.name, decode(call.data, Any, "the call"), error, step)
            await _tell(place, FailureHandler.from_wire(wanted), report, f"{step or call.name}{ON_FAILURE}")
        raise


async def run_answered(
    place: _Asides,
    definition: WorkflowDefinition,
    trigger: Trigger,
    running: Awaitable[RawValue],
    unless: tuple[type[Exception], ...],
) -> RawValue:
    """Await a workflow's handler; when the run fails or passes its timeout, its failure handler runs, whatever is cancelled then.

    Not when the run was cancelled.

    Args:
        place: the run.
        definition: the workflow's.
        trigger: what started it.
        running: the handler, with what its run undoes.
        unless: errors that fail the workflow's task, and so not the run.
    """
    try:
        return await running
    except unless:
        raise
    except Exception as error:
        wanted = definition.on_failure
        if wanted is not None and not is_cancellation(error) and workflow.patched(_PATCH):
            payload = plain(trigger.payload, "the run")
            report = _report(definition.name, payload, error, failed_step(error))
            with suppress(asyncio.CancelledError):  # it came when the run had failed, and does not hide why
                await to_the_end(_tell(place, wanted, report, f"{definition.name}{ON_FAILURE}"))
        raise


def _report(name: str, given: Any, error: Exception, step: str | None) -> dict[str, Any]:
    return failure_report(
        name,
        given,
        type=str(getattr(error, "type", None) or type(error).__name__),
        message=text_of(error),
        attempts=getattr(error, "attempts", None),
        execution_id=workflow.info().workflow_id,
        step=step,
    )


async def _tell(place: _Asides, handler: FailureHandler, report: dict[str, Any], step: str) -> None:
    registry = worker_side().registry
    definition = registry.actions.find(handler.action)
    for given in handler.inputs(report):
        named = given if definition is None else definition.signature.named_of(given)
        try:
            await place.run_aside(action_call(registry, handler.action, named, Options(), None), step)
        except Exception as error:  # noqa: BLE001 - whatever it raises: the error that it was to tell of is the one that counts
            if not workflow.unsafe.is_replaying_history_events():
                _log.warning(
                    "action %r, the failure handler of %r, failed in %s: %s",
                    handler.action, report["name"], report["execution_id"], text_of(error),
                )  # fmt: skip
