"""Inside: a workflow as the place of a call: an action is a durable step, a workflow a child."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from random import Random
from typing import Any, Final, Literal, NoReturn
from uuid import UUID

from temporalio import workflow
from temporalio.common import RawValue

from dosdk_temporal._inside.children import ChildExecution
from dosdk_temporal._inside.compensating import Block, Saga
from dosdk_temporal._inside.datastore import DatastoreUse
from dosdk_temporal._inside.emitting import dispatch, event_id
from dosdk_temporal._inside.failing import answered
from dosdk_temporal._inside.figures import current_figures, with_figures
from dosdk_temporal._inside.keyed import SHARED, await_run, run_keyed
from dosdk_temporal._inside.settling import settled
from dosdk_temporal._inside.undone_keys import free_key
from dosdk_temporal._inside.waiting.holding import HoldWaits, held
from dosdk_temporal._inside.worker_side import worker_side
from dosdk_temporal._pure.calls import ActionCall, ActionResult, WorkflowCall
from dosdk_temporal._pure.compensation import COMPENSATING, Undo
from dosdk_temporal._pure.datastore import StoreCall
from dosdk_temporal._pure.events import Emission, EventCall
from dosdk_temporal._pure.facts import CallFacts, ResultFacts
from dosdk_temporal._pure.names import StepIds
from dosdk_temporal._pure.options import Options, merge
from dosdk_temporal._pure.values import decode
from dosdk_temporal._wire.datastore import USE_DATASTORE
from dosdk_temporal._wire.events import DISPATCH, emission_of
from dosdk_temporal._wire.failures import error_of, is_cancellation
from dosdk_temporal._wire.payloads import raw_value, result_of
from dosdk_temporal._wire.priority import to_temporal
from dosdk_temporal._wire.schedule import DELIVERY, SLEEP, summary_of
from dosdk_temporal.errors import ConflictError, DefinitionError, InputError, NotFoundError, PayloadTooLargeError

__all__ = ["WorkflowPlace"]

_MAX_TASK_BYTES: Final = 3_500_000
"""All inputs scheduled in one workflow task travel in one message, of which Temporal takes 4 MiB; past that it ends the run."""

_TRY_CANCEL: Final = workflow.ActivityCancellationType.TRY_CANCEL
_TO_ITS_END: Final = workflow.ActivityCancellationType.WAIT_CANCELLATION_COMPLETED
"""Of a step that is to be undone: not while it may still be at work."""


class WorkflowPlace:
    """Inside a running workflow.

    Args:
        name: the workflow's.
        options: the defaults of its steps.
        ids: of its steps; default plain ones.
        holds: where steps that failed are held for a person; None where nobody can be asked.
    """

    kind: Literal["workflow"] = "workflow"

    def __init__(self, name: str, options: Options, ids: StepIds | None = None, holds: HoldWaits | None = None) -> None:
        self._name, self._options, self._holds = name, options, holds
        self._ids = ids or StepIds()
        self._task_bytes: tuple[int, int] = (0, 0)
        self._datastore = DatastoreUse(lambda data: self._count_bytes(ActionCall(USE_DATASTORE, data)))
        self._saga = Saga(self)

    async def run_action(self, call: ActionCall) -> ActionResult:
        """One durable step, its id the declared one, else the action's name."""
        return (await self.run_step(call))[0]

    async def run_step(self, call: ActionCall) -> tuple[ActionResult, ResultFacts]:
        """See :meth:`run_action`; with what stands beside the result."""
        step = self._ids.next(call.step or call.name)
        self._count_bytes(call)
        began = workflow.now()
        if call.idempotency_key is not None:
            raw = with_figures(
                await self._own(self._keyed(call, call.idempotency_key, step), action=call.name, step=step)
            )
        else:
            running = self._attempts(call, step, self._step_facts(call, step))
            raw = await answered(self, call, step, running)
        data, result = result_of(raw)
        told = ActionResult(
            id=f"{workflow.info().workflow_id}/{step}",
            name=call.name,
            status="completed",
            output=decode(data, call.result_type, f"action {call.name!r}"),
            attempts=result.attempts,
            started_at=datetime.fromisoformat(result.started_at) if result.started_at else began,
            closed_at=datetime.fromisoformat(result.closed_at) if result.closed_at else workflow.now(),
        )
        return told, result

    def take_step(self, name: str) -> str:
        """The id of a step of that name which is not made after all: the record tells why."""
        return self._ids.next(name)

    async def run_alone(self, call: ActionCall, facts: CallFacts) -> RawValue:
        """The one action of a run that is nothing else."""
        running = self._attempts(call, self._ids.next(call.name), replace(facts, kind="alone"))
        return await answered(self, call, None, running)

    async def run_aside(self, call: ActionCall, step: str) -> RawValue:
        """A step about another one: nothing follows of its failure but the error."""
        self._count_bytes(call)
        step = self._ids.next(step)
        return await self._schedule(call, step, self._step_facts(call, step))

    def saga(self) -> Block:
        """A block that is undone when it raises; the outermost one is the run."""
        return Block(self._saga)

    def check_settled(self) -> None:
        """Refuse what ends the run without a failure where steps may still have to be undone."""
        if steps := self._saga.open_steps:
            raise DefinitionError(
                f"workflow {self._name!r} cannot go on as a new run while {', '.join(steps)} may have to be undone: "
                "put that into 'async with do.saga():', at whose end what was done stands"
            )

    async def compensate(self, undo: Undo) -> None:
        """One durable step: what undoes another one."""
        side = worker_side()
        call, step = undo.call(side.registry), self._ids.next(undo.under)
        self._count_bytes(call)
        named = undo.by if isinstance(undo.by, str) else None
        facts = replace(self._step_facts(call, step), kind=COMPENSATING, compensate=named)
        with side.lending(workflow.info().run_id, step, None if named else call.definition):
            await answered(self, call, step, self._attempts(call, step, facts))
        if undo.frees is not None:
            await free_key(undo.action, undo.frees, undo.step)

    async def run_workflow(self, call: WorkflowCall) -> Any:
        """A child workflow, to its end; it is cancelled with its parent."""
        handle = await self._start_child(call, workflow.ParentClosePolicy.REQUEST_CANCEL)
        result = await handle.result()
        if call.portion:  # a part of this very run
            current_figures().update(handle.metrics)
        return result

    async def start_workflow(self, call: WorkflowCall) -> ChildExecution:
        """A child workflow that outlives its parent."""
        return await self._start_child(call, workflow.ParentClosePolicy.ABANDON)

    async def emit(self, call: EventCall) -> Emission:
        """One durable step: the event's dispatch."""
        step = self._ids.next(f"event/{call.name}")
        data = call.to_wire(event_id(call, step))
        self._count_bytes(ActionCall(DISPATCH, data))
        return emission_of(await self._own(dispatch(data, step), step=step), call, is_new=True)

    async def signal(self, execution_id: str, name: str, data: bytes) -> None:
        """Send another run a signal."""
        sending = workflow.get_external_workflow_handle(execution_id).signal(
            name, raw_value(data, CallFacts(kind="signal"))
        )
        await self._own(sending, base=NotFoundError, step=name)

    async def use_datastore(self, call: StoreCall) -> Any:
        """A recorded read, or a write that is written once."""
        return await self._datastore.call(call, self._ids.next(f"datastore/{call.op}/{call.key}"))

    def record_metric(self, name: str, value: Any) -> None:
        """Keep a figure of this run."""
        current_figures().record(name, value)

    async def sleep(self, length: timedelta) -> None:
        """A durable timer."""
        await workflow.sleep(length, summary=SLEEP)

    def now(self) -> datetime:
        """The time of this workflow task, in UTC; the same on replay."""
        return workflow.now()

    def uuid(self) -> UUID:
        """A random UUID; the same on replay."""
        return workflow.uuid4()

    def random(self) -> Random:
        """A source of randomness; the same on replay."""
        return workflow.random()

    def refuse(self, what: str) -> NoReturn:
        """Raise: what asks the server belongs outside the handler."""
        raise DefinitionError(
            f"workflow {self._name!r} cannot {what} in its handler: do it in an action or in client code"
        )

    def _keyed(self, call: ActionCall, key: str, step: str) -> Awaitable[RawValue]:
        """The key's run. Who is cancelled leaves it running for the others, and waits for it where it is to be undone."""
        if callable(call.compensate):
            raise DefinitionError(
                f"compensate= of the call of action {call.name!r} is a function, which the run of its idempotency key does not "
                "find: give an action or its name, or say compensate= where the action is defined"
            )
        undoable = self._saga.begin(call, step, self._step_facts(call, step))
        if undoable is None:
            return run_keyed(call, key, step, self._options)
        running = asyncio.ensure_future(run_keyed(call, key, step, self._options, found=undoable.found))
        return undoable.follow(running, is_shared=True)

    async def _attempts(self, call: ActionCall, step: str, facts: CallFacts) -> RawValue:
        """An activity, and another for each time that a person has it tried again."""
        return await held(lambda: self._schedule(call, step, facts), self._holds, step, call)

    async def _schedule(self, call: ActionCall, step: str, facts: CallFacts) -> RawValue:
        undoable = self._saga.begin(call, step, facts)
        own = call.definition.options if call.definition else Options()
        heartbeat = merge(self._options, own, call.options).heartbeat
        local = facts.kind != "alone" and call.definition is not None and call.definition.local
        shared: dict[str, Any] = {
            "result_type": RawValue,
            "activity_id": step,
            "summary": summary_of(step) if step != call.name else None,  # the type's name stands there anyway
            "start_to_close_timeout": DELIVERY.start_to_close,
            "retry_policy": DELIVERY.again(),
            "cancellation_type": _TO_ITS_END if undoable or call.settles else _TRY_CANCEL,
        }
        arg = raw_value(call.data, facts)
        if local:
            running = workflow.start_local_activity(call.name, arg, **shared)
        else:
            running = workflow.start_activity(call.name, arg, heartbeat_timeout=heartbeat, **shared)
        followed = undoable.follow(running) if undoable else settled(running) if call.settles else running
        return with_figures(await self._own(followed, action=call.name, step=step))

    async def _start_child(self, call: WorkflowCall, policy: workflow.ParentClosePolicy) -> ChildExecution:
        if call.delay:
            raise InputError("delay= is for starts from outside: in a workflow, await do.sleep(...) first")
        step = self._ids.next(call.step or call.name)
        info = workflow.info()
        told = call.pinned(self._facts("child", call.version, None, Options()))
        facts = replace(told, digest=call.digest, step=step)
        shared = {"parent_close_policy": policy} if call.idempotency_key is None else SHARED
        child_id = call.id or f"{info.workflow_id}/{step}"
        starting = workflow.start_child_workflow(
            call.name,
            raw_value(call.data, facts),
            id=child_id,
            result_type=RawValue,
            priority=to_temporal(call.priority),
            static_summary=summary_of(step),
            **shared,
        )
        try:
            handle = await self._own(starting, workflow=call.name, step=step)
        except ConflictError:
            retried = info.run_id != info.original_execution_run_id  # which may have left its own child running
            if call.idempotency_key is None and (call.id is not None or not retried):
                raise
            waiting = partial(await_run, child_id, call.digest, step, name=call.name)
            return ChildExecution(child_id, waiting, call, step, self.signal)
        return ChildExecution(handle.id, lambda: handle, call, step, self.signal)

    def _step_facts(self, call: ActionCall, step: str) -> CallFacts:
        info = workflow.info()
        first = info.original_execution_run_id
        if call.undoes is None:
            return self._facts("step", call.version, f"{first}/{step}", call.options)
        # A step may be done again by a retry, and undone again then.
        facts = self._facts("step", call.version, f"{info.run_id}/{step}", call.options)
        return replace(facts, undoes=call.undoes, undone_key=f"{first}/{call.undoes}")

    def _facts(self, kind: str, version: str | None, key: str | None, options: Options) -> CallFacts:
        return CallFacts(
            kind=kind,
            version=version,
            key=key,
            workflow=self._name,
            workflow_options=self._options.to_wire(),
            options=options.to_wire(),
        )

    def _count_bytes(self, call: ActionCall) -> None:
        task = workflow.info().get_current_history_length()
        before = self._task_bytes[1] if self._task_bytes[0] == task else 0
        total = before + len(call.data)
        if total > _MAX_TASK_BYTES:
            raise PayloadTooLargeError(
                f"the calls made at once, up to that of action {call.name!r}, have {total:,} bytes of input, at most "
                f"{_MAX_TASK_BYTES:,} are carried: make fewer at a time with do.parallel(..., limit=)"
            )
        self._task_bytes = (task, total)

    async def _own(self, running: Awaitable[Any], **facts: Any) -> Any:
        """Await, and raise the caller's error for a failure: the handler's own, or Python's cancellation."""
        try:
            return await running
        except Exception as failure:
            if is_cancellation(failure):
                raise asyncio.CancelledError from failure
            raise error_of(failure, execution_id=workflow.info().workflow_id, **facts) from failure
