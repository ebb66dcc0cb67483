"""Inside: what a declared workflow does, as Temporal does it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final, Literal

from temporalio import workflow
from temporalio.common import RawValue

from dosdk_temporal._inside.figures import current_figures
from dosdk_temporal._inside.handler_place import HandlerPlace
from dosdk_temporal._pure.approving import approval_options
from dosdk_temporal._pure.calls import ActionCall, WorkflowCall, action_call, workflow_call
from dosdk_temporal._pure.compensation import Outcome, Undo, outcome_of_result
from dosdk_temporal._pure.declared import DeclaredWorkflow
from dosdk_temporal._pure.facts import CallFacts
from dosdk_temporal._pure.holds import effect_said
from dosdk_temporal._pure.interpreter.asides import owner_of
from dosdk_temporal._pure.interpreter.effects import Asked, FunctionStep, Note, WorkflowStep
from dosdk_temporal._pure.interpreter.portions import Portion
from dosdk_temporal._pure.names import split_version
from dosdk_temporal._pure.notifications import NOTIFIER
from dosdk_temporal._pure.options import NOT_GIVEN, Options
from dosdk_temporal._pure.refused import REFUSED_CALL, RefusedCall
from dosdk_temporal._pure.registry import Registry
from dosdk_temporal._pure.schemas.typed import type_of
from dosdk_temporal._pure.values import encode_input
from dosdk_temporal._wire.outcomes import may_have_happened
from dosdk_temporal._wire.payloads import raw_value
from dosdk_temporal._wire.schedule import DELIVERY, GIVE_WAY
from dosdk_temporal.errors import ActionTimeoutError, DoError, WaitTimeoutError, WorkflowError

__all__ = ["TemporalEffects"]

_REFUSALS: Final = "dosdk.refusals"
"""Marks, in the history, the runs that write down which calls were refused."""

_log = logging.getLogger("dosdk_temporal")


class TemporalEffects:
    """The effects of one run.

    Args:
        declared: what it runs.
        place: where its steps are made.
        registry: of the worker.
    """

    def __init__(self, declared: DeclaredWorkflow, place: HandlerPlace, registry: Registry) -> None:
        self._declared, self._place, self._registry = declared, place, registry
        self._ids: dict[int, tuple[FunctionStep, str]] = {}
        """By a call's identity, the call, and the id under which the record has it."""
        self._skipped: dict[int, tuple[FunctionStep, Outcome | None]] = {}
        """Likewise, of what a person skipped, what is known of its effect."""

    def now(self) -> datetime:
        """The time of this workflow task."""
        return workflow.now()

    async def run_function(self, call: FunctionStep) -> Any:
        """One durable step of the step's id."""
        asked = self._action(call, call.input)
        try:
            result, beside = await self._place.run_step(asked)
        except DoError as error:
            self._recorded(call, error.step)
            raise
        self._recorded(call, result.id.removeprefix(f"{workflow.info().workflow_id}/"))
        if beside.skipped is not None:
            self._skipped[id(call)] = (call, outcome_of_result(beside))
        return result.output

    async def undo(self, call: FunctionStep) -> None:
        """One durable step; the function gets what it names of what is told."""
        action = self._registry.actions.find(call.function)
        given = call.input if action is None else action.signature.named_of(call.input)
        await self._place.run_action(self._action(call, given))

    def has_compensation(self, call: FunctionStep) -> bool:
        """As the worker knows the function."""
        return self._compensation(call) is not None

    async def compensate(self, call: FunctionStep) -> None:
        """One durable step, as for a handler's."""
        by = self._compensation(call)
        assert by is not None  # noqa: S101 - asked before
        name, _ = split_version(call.function)
        await self._place.compensate(Undo(self._id_of(call.undoes), name, by, call.input, call.step))

    def outcome_of(self, call: FunctionStep | WorkflowStep, ended: BaseException | None) -> Outcome | None:
        """As its failure tells, and as was known when a person skipped it or it was held in vain."""
        if ended is None:
            return self._skipped.get(id(call), (call, "completed"))[1]
        if (said := effect_said(ended)) is not None:
            return "unknown" if said == "unknown" else None
        if isinstance(ended, asyncio.CancelledError | ActionTimeoutError | WaitTimeoutError):
            return "unknown"
        action = self._registry.actions.find(getattr(ended, "action", None) or "")
        is_local = action is not None and action.local
        return "unknown" if may_have_happened(ended.__cause__, is_local=is_local) else None

    async def run_workflow(self, call: WorkflowStep) -> Any:
        """A child, to its end."""
        return await self._place.run_workflow(self._workflow(call))

    async def start_workflow(self, call: WorkflowStep) -> str:
        """A child that outlives this run."""
        child = await self._place.start_workflow(self._workflow(call))
        return child.id

    async def sleep(self, step: str, length: timedelta) -> None:
        """A durable timer."""
        del step
        await self._place.sleep(length)

    async def wait_for_event(self, step: str, name: str, match: Mapping[str, Any], timeout: timedelta | None) -> Any:  # noqa: ASYNC109 - durable
        """As a handler waits."""
        del step
        event = await self._place.wait_for_event(name, match, timeout)
        return event.payload

    async def wait_for_approval(self, asked: Asked) -> Mapping[str, Any]:
        """As a handler waits, under the step's id."""
        options = approval_options(
            approvers=asked.approvers or None,
            title=asked.title,
            details=asked.details,
            form=None if asked.form is None else type_of(asked.form),
            timeout=asked.timeout,
            remind_every=asked.remind_every,
            remind_with=NOTIFIER,
        )
        decision = await self._place.wait_for_approval(asked.step, options)
        return {
            "approved": decision.approved,
            "by": decision.by,
            "at": decision.at.isoformat(),
            "comment": decision.comment,
            "form": decision.form,
            "timedOut": decision.timed_out,
        }

    def record_metrics(self, values: Mapping[str, Any]) -> None:
        """Beside those that steps have recorded."""
        current_figures().update(values)

    def note(self, note: Note) -> None:
        """Tell of a compensation that failed; the record has the steps, and what has none is computed from it again."""
        if note.kind == "compensation_failed" and not workflow.unsafe.is_replaying():
            _log.error("step %r of %s could not be undone: %s", note.step, workflow.info().workflow_id, note.detail)

    async def give_way(self) -> None:
        """End this activation, for Temporal takes one of two seconds for a deadlock; a marker in the history is its price."""
        await workflow.execute_local_activity(
            GIVE_WAY,
            raw_value(b"{}", CallFacts(kind="step")),
            result_type=RawValue,
            start_to_close_timeout=DELIVERY.start_to_close,
        )

    def when_retried(self, renew: Callable[[], None]) -> None:
        """As a handler's."""
        self._place.when_retried(renew)

    def is_long(self) -> bool:
        """As the server finds."""
        return self._place.is_continuing_suggested()

    async def run_portion(self, step: str, portion: Portion) -> Mapping[str, Any]:
        """A child run of the same text."""
        owner = f"a portion of {step!r}"
        data = encode_input(portion.to_wire(), owner)
        call = WorkflowCall(
            self._declared.name,
            data,
            self._declared.version,
            definition=self._declared,
            step=f"{step}/{portion.first}",
            portion=True,
        )
        try:
            told: Mapping[str, Any] = await self._place.run_workflow(call)
        except WorkflowError as error:
            raise (error.cause or error) from None
        return told

    def _action(self, call: FunctionStep, given: Any) -> ActionCall:
        options = Options.of(retry=call.retry, timeout=NOT_GIVEN if call.timeout is None else call.timeout)
        try:
            asked = action_call(self._registry, call.function, given, options, None)
        except DoError as error:
            error.action, error.step = call.function, call.step
            self._refused(call, call.function, "action", error)
            raise
        return replace(asked, step=call.step, settles=call.settles, undoes=self._id_of(call.undoes) or None)

    def _compensation(self, call: FunctionStep) -> str | None:
        action = self._registry.actions.find(call.function)
        return None if action is None else action.compensation

    def _recorded(self, call: FunctionStep, step: str | None) -> None:
        """Keep under which id the record has a call that may have to be undone."""
        if call.settles and step is not None:
            self._ids[id(call)] = (call, step)

    def _id_of(self, call: FunctionStep | WorkflowStep | None) -> str:
        """The id under which the record has a call; empty for none."""
        if call is None:
            return ""
        return owner_of(self._ids.get(id(call), (call, call.step))[1])

    def _workflow(self, call: WorkflowStep) -> WorkflowCall:
        try:
            asked = workflow_call(self._registry, call.workflow, call.input)
        except DoError as error:
            error.workflow, error.step = call.workflow, call.step
            self._refused(call, call.workflow, "workflow", error)
            raise
        return replace(asked, step=call.step)

    def _refused(
        self, call: FunctionStep | WorkflowStep, name: str, kind: Literal["action", "workflow"], error: DoError
    ) -> None:
        """Write down what is not called: no other event would tell why the run goes on as it does."""
        if workflow.patched(_REFUSALS):
            error.step = self._place.take_step(call.step)
            refused = RefusedCall(error.step, name, kind, error.type, error.message)
            workflow.upsert_memo({REFUSED_CALL: refused.to_memo()})
