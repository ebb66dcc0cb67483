"""Inside: every workflow of a registry, as one dynamic Temporal workflow.

Dynamic, so that what is registered after the worker's start is served too, and an unknown name can be answered. The name
that was started is the run's type, in the Web UI too.
"""

from __future__ import annotations

import asyncio
import logging
import traceback
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final

import structlog
from temporalio import workflow
from temporalio.common import RawValue

from dosdk_temporal._inside.compensating import undone_when_it_fails
from dosdk_temporal._inside.continuing import began_at
from dosdk_temporal._inside.failing import run_answered
from dosdk_temporal._inside.figures import keeping_figures
from dosdk_temporal._inside.handler_place import HandlerPlace
from dosdk_temporal._inside.handling import handled
from dosdk_temporal._inside.interpreting.pinned import pinned, what_is_missing
from dosdk_temporal._inside.interpreting.running import run_declared, run_portion
from dosdk_temporal._inside.notifications import told_of
from dosdk_temporal._inside.one_action import run_one_action
from dosdk_temporal._inside.undone_keys import mark_undone
from dosdk_temporal._inside.versioning import build_behaviour
from dosdk_temporal._inside.waiting import Waiting
from dosdk_temporal._inside.waiting.approval import check_decision
from dosdk_temporal._inside.waiting.retried import goes_on
from dosdk_temporal._inside.worker_side import WorkerSide, worker_side
from dosdk_temporal._pure.declared import DeclaredWorkflow
from dosdk_temporal._pure.definitions import WorkflowDefinition
from dosdk_temporal._pure.facts import CallFacts
from dosdk_temporal._pure.own_timeout import OwnTimeout
from dosdk_temporal._pure.place import CURRENT
from dosdk_temporal._pure.places import where_raised
from dosdk_temporal._pure.trigger import Trigger
from dosdk_temporal._pure.undone_keys import UNDONE
from dosdk_temporal._pure.versions import advice
from dosdk_temporal._wire.failures import Failure, failure_of, type_of
from dosdk_temporal._wire.payloads import call_of, facts_of
from dosdk_temporal._wire.schedule import ONE_ACTION
from dosdk_temporal._wire.scheduled import scheduled_by
from dosdk_temporal._wire.signals import APPROVE, DECIDE, REJECT, RESOLVE
from dosdk_temporal._wire.texts import cause_of, text_of
from dosdk_temporal._wire.versions import GIVEN_UP
from dosdk_temporal.errors import ApprovalError, DefinitionError, DoError, InputError, NotFoundError

__all__ = ["DoWorkflow"]


_log = logging.getLogger("dosdk_temporal")


class NotHereYetError(Exception):
    """Fails the workflow task, not the run: the server offers it again, perhaps to a worker that knows the name."""


_FAIL_THE_TASK: Final = (NotHereYetError, workflow.NondeterminismError)
"""What fails a workflow's task, and so not its run."""


@workflow.defn(dynamic=True, sandboxed=False)
class DoWorkflow:
    """One run of a workflow of the registry, or of one action called by itself."""

    @workflow.init
    def __init__(self, args: Sequence[RawValue]) -> None:
        self._waiting = Waiting()
        self._facts = facts_of(args)
        self._waiting.restore(self._facts.carried)  # before anything that was sent meanwhile is taken

    @workflow.dynamic_config
    def config(self) -> workflow.DynamicWorkflowConfig:
        """Say whether the run stays with the build that began it."""
        behaviour = build_behaviour(worker_side(), self._facts)
        return workflow.DynamicWorkflowConfig(versioning_behavior=behaviour)

    @workflow.signal(name=APPROVE, description="Approve what waits: {name, by, comment, form}, each may be left out.")
    def approve(self, *args: Any) -> None:
        """Take an approval from whoever cannot send an update: the Temporal UI and command line."""
        self._waiting.approvals.take(_first(args), approved=True)

    @workflow.signal(name=REJECT, description="Reject what waits: {name, by, comment, form}, each may be left out.")
    def reject(self, *args: Any) -> None:
        """Take a rejection from whoever cannot send an update."""
        self._waiting.approvals.take(_first(args), approved=False)

    @workflow.signal(
        name=RESOLVE, description="Resolve a held step: {resolution: retry|skip|fail, name, value, by, comment}."
    )
    def resolve(self, *args: Any) -> None:
        """Take what is to be done with a held step from whoever cannot send an update."""
        self._waiting.holds.take(_first(args))

    @workflow.signal(dynamic=True)
    def signal(self, name: str, args: Sequence[RawValue]) -> None:
        """Take any other signal: events, and what handlers read by ``do.signals``."""
        self._waiting.signal(name, args)

    @workflow.update(
        name=DECIDE,
        description="Decide what waits: {approved, name, by, comment, form}, or {resolution, name, value, by, comment}.",
    )
    def decide(self, *args: Any) -> dict[str, Any]:
        """Take a decision, and answer whether it counts. Refused here and not by a validator, it stays in the record."""
        try:
            return self._waiting.decide(_first(args), workflow.current_update_info()).to_wire()
        except ApprovalError as error:
            info = workflow.info()
            raise failure_of(error, workflow=info.workflow_type, execution_id=info.workflow_id) from None

    @decide.validator
    def check_decision(self, *args: Any) -> None:
        """Refuse what must not be stored; every other refusal is the handler's, so that the record has it."""
        try:
            check_decision(_first(args))
        except ApprovalError as error:
            raise failure_of(error) from None

    @workflow.run
    async def run(self, args: Sequence[RawValue]) -> RawValue:
        """Run the handler; every error in it fails the run with that error."""
        info = workflow.info()
        side = worker_side()
        structlog.contextvars.bind_contextvars(workflow=info.workflow_type, execution=info.workflow_id, run=info.run_id)
        try:
            facts = facts_of(args)
            begun = await pinned(facts, side)
            whom = begun.notifications(facts) if isinstance(begun, DeclaredWorkflow) else facts.notifications
            with keeping_figures(facts, side, unless=_FAIL_THE_TASK):
                return await told_of(self._run(args, side, begun), whom, facts, side, unless=_FAIL_THE_TASK)
        except (Failure, *_FAIL_THE_TASK):
            raise
        except Exception as error:  # noqa: BLE001 - whatever a handler raises fails its run, and says so
            known = _explained(error)
            _say_where(known, error)
            raise failure_of(known, workflow=info.workflow_type, execution_id=info.workflow_id) from cause_of(error)

    async def _run(
        self, args: Sequence[RawValue], side: WorkerSide, definition: DeclaredWorkflow | WorkflowDefinition | None
    ) -> RawValue:
        info = workflow.info()
        try:
            data, facts = call_of(args)
            if facts.kind == ONE_ACTION:
                return await run_one_action(data, facts, side.registry, self._waiting.holds)
            if facts.kind == UNDONE:
                return mark_undone()
            if definition is None:
                raise _unknown(side, facts)
            if isinstance(definition, DeclaredWorkflow):
                if facts.portion:
                    return await run_portion(definition, data, facts, self._waiting, side)
                if missing := what_is_missing(definition, side.registry):
                    raise _missing(side, missing)
            trigger = _trigger(definition, data, facts)
        except (InputError, NotFoundError) as error:
            raise failure_of(error, refused=True, workflow=info.workflow_type, execution_id=info.workflow_id) from None
        if isinstance(definition, DeclaredWorkflow):
            return await run_declared(definition, trigger, facts, self._waiting, side)
        return await self._run_handler(definition, trigger, facts)

    async def _run_handler(self, definition: WorkflowDefinition, trigger: Trigger, facts: CallFacts) -> RawValue:
        ongoing = replace(facts, trigger=trigger.facts(), carried={"began": began_at(facts).isoformat()})
        place = HandlerPlace(definition.name, definition.options, self._waiting, ongoing)
        CURRENT.set(place)
        handling = handled(definition, trigger, self._timeout(definition, facts), unless=_FAIL_THE_TASK)
        running = undone_when_it_fails(place, handling)
        return await run_answered(place, definition, trigger, running, unless=_FAIL_THE_TASK)

    def _timeout(self, definition: WorkflowDefinition, facts: CallFacts) -> OwnTimeout:
        length = None if definition.timeout is None else timedelta(seconds=definition.timeout)
        timeout = OwnTimeout(definition.name, length, began_at(facts), workflow.now, goes_on=goes_on())
        self._waiting.retried.renews(timeout.renew)
        return timeout


def _first(args: Sequence[Any]) -> Any:
    """What was sent, however many inputs somebody sent."""
    return args[0] if args else None


def _trigger(definition: WorkflowDefinition | DeclaredWorkflow, data: bytes, facts: CallFacts) -> Trigger:
    info, payload = workflow.info(), definition.payload(data)
    told = {**facts.trigger, **scheduled_by(info.typed_search_attributes)}
    return Trigger(
        payload=payload,
        kind=told.get("kind", "direct"),
        name=told.get("name"),
        id=told.get("id", info.workflow_id),
        time=datetime.fromisoformat(told["time"]) if "time" in told else info.workflow_start_time,
    )


def _unknown(side: WorkerSide, facts: CallFacts) -> Exception:
    info = workflow.info()
    version = f" in version {facts.version}" if facts.version else ""
    told = advice(side.registry.workflows, info.workflow_type, "define it in a module that the worker loads")
    return _missing(side, f"has a workflow named {info.workflow_type!r}{version}: {told}")


def _missing(side: WorkerSide, what: str) -> Exception:
    info = workflow.info()
    message = f"no worker of task queue {info.task_queue!r} {what}"
    # A run under way is never failed for a version that a deploy has dropped: it waits until that is back. One that has
    # failed says so in its record: it may have steps to come, which tell of its failure.
    may_fail = workflow.unsafe.is_replaying() or side.gives_up_on(info.run_id)
    return NotFoundError(message) if may_fail and workflow.patched(GIVEN_UP) else NotHereYetError(message)


def _explained(error: Exception) -> Exception:
    """The error in the words of who wrote the handler."""
    if isinstance(error, NotImplementedError):
        frame = traceback.extract_tb(error.__traceback__)[-1]
        # The event loop of a workflow has timers and tasks, and nothing else.
        if frame.filename == asyncio.events.__file__:
            return DefinitionError(
                f"the handler did I/O or used a thread ({frame.name}): a workflow only decides; "
                "use an action: await do.action.run(...)"
            )
    if isinstance(error, AttributeError | TypeError) and text_of(error).startswith("'coroutine' object "):
        return DefinitionError(
            f"the handler uses what a call gives without awaiting it ({error}, at {where_raised(error)}): "
            "write 'await' before the call"
        )
    return error


def _say_where(known: Exception, error: Exception) -> None:
    """Say in the log where a bug is: its run's failure has the error alone. Of the SDK's errors a step tells more."""
    if not isinstance(error, DoError) and not workflow.unsafe.is_replaying_history_events():
        name, at = workflow.info().workflow_type, where_raised(error) or "no line known"
        _log.warning("workflow %r failed: %s: %s (%s)", name, type_of(known), text_of(known), at)
