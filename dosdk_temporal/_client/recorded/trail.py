"""Outside: what a declared run did, told again over its own record."""

from __future__ import annotations

import asyncio

from dosdk_temporal._client.declared_text import text_of_run
from dosdk_temporal._client.history import time_of
from dosdk_temporal._client.recorded.origin import trigger_of
from dosdk_temporal._client.recorded.record import RunRecord
from dosdk_temporal._client.recorded.turns import read_moments
from dosdk_temporal._client.recorded.values import value_of
from dosdk_temporal._pure.declared import DeclaredWorkflow, declared_of
from dosdk_temporal._pure.interpreter.interpreting import Start
from dosdk_temporal._pure.interpreter.portions import Portion
from dosdk_temporal._pure.interpreter.retracing import Trail, retrace
from dosdk_temporal.errors import InputError

__all__ = ["read_trail"]


async def read_trail(record: RunRecord) -> Trail | None:
    """What became of each step of a run's definition, told by that over the record; None for a handler's run."""
    declared = _declared(record)
    return None if declared is None else await asyncio.to_thread(_trail, record, declared)


def _declared(record: RunRecord) -> DeclaredWorkflow | None:
    """The definition that the run interprets; None for a handler's."""
    text = text_of_run(record.events, record.facts)
    return None if text is None else declared_of(text)


def _trail(record: RunRecord, declared: DeclaredWorkflow) -> Trail:
    """Nothing of a run that was refused."""
    try:
        begun = None if record.is_refused else _begun(record, declared)
    except InputError:
        begun = None
    if begun is None:
        return Trail(declared.definition, (), is_sound=True)
    return retrace(declared.definition, begun, read_moments(record))


def _begun(record: RunRecord, declared: DeclaredWorkflow) -> Start | Portion:
    given = record.started.input.payloads
    if record.facts.portion:
        return Portion.from_wire(value_of(given))
    trigger = trigger_of(record, declared.payload(given[0].data if given else b""))
    goes_on = record.execution.run_id != record.started.original_execution_run_id
    return Start(trigger, record.execution.id, time_of(record.events[0].event_time), goes_on)
