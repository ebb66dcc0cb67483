"""Inside: a run that is one action: called by itself, or with an idempotency key."""

from __future__ import annotations

from dataclasses import replace

from temporalio import workflow
from temporalio.common import RawValue

from dosdk_temporal._inside.place import WorkflowPlace
from dosdk_temporal._inside.undone_keys import leave_trace
from dosdk_temporal._inside.waiting.holding import HoldWaits
from dosdk_temporal._pure.calls import ActionCall
from dosdk_temporal._pure.compensation import Undo
from dosdk_temporal._pure.facts import CallFacts
from dosdk_temporal._pure.options import Options
from dosdk_temporal._pure.registry import Registry

__all__ = ["run_one_action"]


async def run_one_action(data: bytes, facts: CallFacts, registry: Registry, holds: HoldWaits) -> RawValue:
    """Run the action that the run's type names.

    Args:
        data: its input's JSON.
        facts: beside it.
        registry: of the worker.
        holds: where it is held for a person.
    """
    name = workflow.info().workflow_type
    definition = registry.actions.find(name, facts.version)
    options = Options.from_wire(facts.options)
    call = ActionCall(name, data, facts.version, options, definition=definition, compensate=facts.compensate)
    place = _OneAction(name, holds, has_key=facts.key is not None)
    async with place.saga():
        return await place.run_alone(call, facts)


class _OneAction(WorkflowPlace):
    """Inside such a run.

    Args:
        name: the action's.
        holds: where it is held for a person.
        has_key: whether it was called with a key.
    """

    def __init__(self, name: str, holds: HoldWaits, *, has_key: bool) -> None:
        super().__init__(name, Options(), holds=holds)
        self._has_key = has_key

    async def compensate(self, undo: Undo) -> None:
        """As of any step; the next run of the key is another effect then."""
        await super().compensate(undo)
        if self._has_key:
            await leave_trace(self._name, workflow.info().workflow_id, undo.step)

    def _step_facts(self, call: ActionCall, step: str) -> CallFacts:
        facts = super()._step_facts(call, step)
        undoes = self._has_key and call.undoes is not None
        return replace(facts, undone_key=workflow.info().workflow_id) if undoes else facts
