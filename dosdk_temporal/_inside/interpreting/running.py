"""Inside: one run of a declared workflow, or of a portion of a loop of one."""

from __future__ import annotations

import json
from typing import Final

from temporalio import workflow
from temporalio.common import RawValue

from dosdk_temporal._inside.continuing import began_at
from dosdk_temporal._inside.figures import current_figures
from dosdk_temporal._inside.handler_place import HandlerPlace
from dosdk_temporal._inside.interpreting.effects import TemporalEffects
from dosdk_temporal._inside.waiting import Waiting
from dosdk_temporal._inside.waiting.retried import goes_on
from dosdk_temporal._inside.worker_side import WorkerSide
from dosdk_temporal._pure.declared import DeclaredWorkflow
from dosdk_temporal._pure.facts import CallFacts, ResultFacts
from dosdk_temporal._pure.interpreter.interpreting import Start, interpret, interpret_portion
from dosdk_temporal._pure.interpreter.portions import Portion
from dosdk_temporal._pure.trigger import Trigger
from dosdk_temporal._pure.values import encode_output
from dosdk_temporal._wire.payloads import raw_value

__all__ = ["LABELS", "run_declared", "run_portion"]

LABELS: Final = "labels"
"""The memo's key of a definition's labels; a wire name, never to change."""

_LABELLED: Final = "dosdk.labels"
"""Marks, in the history, the runs that write their labels."""


async def run_declared(
    declared: DeclaredWorkflow, trigger: Trigger, facts: CallFacts, waiting: Waiting, side: WorkerSide
) -> RawValue:
    """Interpret the run's own text.

    Args:
        declared: that text.
        trigger: what started the run.
        facts: the run's.
        waiting: what reaches it.
        side: of its worker.
    """
    start = Start(trigger, workflow.info().workflow_id, began_at(facts), goes_on())
    _label(declared)
    output = await interpret(declared.definition, _effects(declared, facts, waiting, side), start)
    return raw_value(encode_output(output, declared.owner), ResultFacts(version=declared.version))


async def run_portion(
    declared: DeclaredWorkflow, data: bytes, facts: CallFacts, waiting: Waiting, side: WorkerSide
) -> RawValue:
    """Do what another run of the same text handed on: a portion of a loop; ``data`` says which."""
    effects = _effects(declared, facts, waiting, side)
    told = await interpret_portion(declared.definition, effects, Portion.from_wire(json.loads(data)))
    facts_beside = ResultFacts(version=declared.version, metrics=current_figures().values)
    return raw_value(encode_output(told, declared.owner), facts_beside)


def _label(declared: DeclaredWorkflow) -> None:
    """Write the definition's labels where the Web UI and other clients see them; runs from before that did not."""
    if declared.definition.labels and workflow.patched(_LABELLED):
        workflow.upsert_memo({LABELS: dict(declared.definition.labels)})


def _effects(declared: DeclaredWorkflow, facts: CallFacts, waiting: Waiting, side: WorkerSide) -> TemporalEffects:
    place = HandlerPlace(declared.name, declared.options, waiting, facts)
    return TemporalEffects(declared, place, side.registry)
