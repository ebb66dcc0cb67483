"""Outside: what the key of an effect is: another one after each time that the effect was undone."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Final

from temporalio import activity
from temporalio.service import RPCError, RPCStatusCode

from dosdk_temporal._outside.record import Record
from dosdk_temporal._outside.transactions.recorded import GivenUpError
from dosdk_temporal._outside.undone_before import undone_before
from dosdk_temporal._pure.compensation import COMPENSATING
from dosdk_temporal._pure.definitions import ActionDefinition
from dosdk_temporal._pure.facts import CallFacts
from dosdk_temporal._pure.undone_keys import effect_key, trace_of
from dosdk_temporal._wire.failures import failure_of
from dosdk_temporal.errors import ServerUnavailableError

__all__ = ["with_effect_key"]

_AGAIN: Final = timedelta(seconds=1)
"""Until the attempt is delivered again, where the server does not answer."""


async def with_effect_key(facts: CallFacts, definition: ActionDefinition, record: Record) -> CallFacts:
    """The facts of the attempt that is under way, with the key of its effect.

    Args:
        facts: as the run gave them.
        definition: of the action; one that takes neither ``context`` nor ``tx`` has no use for the key.
        record: of the attempts.

    Raises:
        ActionFailure: when the attempt comes late, or the server does not answer, which counts as no attempt.
    """
    signature = definition.signature
    try:
        if facts.kind == COMPENSATING:
            return facts if facts.undone_key is None else replace(facts, undone_key=await _key_of(facts.undone_key))
        if facts.key is not None and (signature.takes_context or signature.takes_tx):
            return replace(facts, key=await _key_of(facts.key))
    except GivenUpError as error:
        raise failure_of(error, action=definition.name) from None
    except RPCError as error:
        record.uncounted += 1
        record.beat()
        told = ServerUnavailableError(f"whether it was undone before is not known yet: {error}")
        raise failure_of(told, retry_after=_AGAIN, action=definition.name) from None
    return facts


async def _key_of(key: str) -> str:
    """The key that follows from the one that the run knows: that of a step, ``{original run id}/{step}``, or of all the run."""
    info = activity.info()
    execution_id, run_id = info.workflow_id, info.workflow_run_id
    if execution_id is None or run_id is None:
        return key
    if key == execution_id:
        return await _of_keyed_run(execution_id)
    first, _, step = key.partition("/")
    if first == run_id:
        return key
    return effect_key(key, await undone_before(activity.client(), execution_id, run_id, step))


async def _of_keyed_run(execution_id: str) -> str:
    """That the run is still open afterwards says that what was found is about those before it, and not about itself."""
    client, run_id = activity.client(), activity.info().workflow_run_id
    found = effect_key(execution_id, await _last_undoing(execution_id))
    run = await client.get_workflow_handle(execution_id, run_id=run_id).describe()
    if run.close_time is not None:
        raise GivenUpError("this attempt comes late: its run has ended, so nothing is done any more")
    return found


async def _last_undoing(execution_id: str) -> str | None:
    try:
        return (await activity.client().get_workflow_handle(trace_of(execution_id)).describe()).run_id
    except RPCError as error:
        if error.status == RPCStatusCode.NOT_FOUND:
            return None
        raise
