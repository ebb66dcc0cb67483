"""Inside: a workflow as the place of a call: an action is a durable step, a workflow a child."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random
from typing import Any, Final, Literal, NoReturn
from uuid import UUID

from temporalio import workflow
from temporalio.common import Priority, RawValue

from dosdk_temporal._inside.children import ChildExecution
from dosdk_temporal._inside.datastore import DatastoreUse
from dosdk_temporal._inside.emitting import dispatch, event_id
from dosdk_temporal._inside.keyed import run_keyed
from dosdk_temporal._pure.calls import ActionCall, ActionResult, WorkflowCall
from dosdk_temporal._pure.datastore import StoreCall
from dosdk_temporal._pure.events import Emission, EventCall
from dosdk_temporal._pure.facts import CallFacts
from dosdk_temporal._pure.names import StepIds
from dosdk_temporal._pure.options import Options, merge
from dosdk_temporal._pure.values import decode
from dosdk_temporal._wire.datastore import USE_DATASTORE
from dosdk_temporal._wire.events import DISPATCH, emission_of
from dosdk_temporal._wire.failures import error_of, is_cancellation
from dosdk_temporal._wire.payloads import raw_value, result_of
from dosdk_temporal._wire.schedule import DELIVERY, SLEEP, summary_of
from dosdk_temporal.errors import DefinitionError, InputError, NotFoundError, PayloadTooLargeError

__all__ = ["WorkflowPlace"]

_MAX_TASK_BYTES: Final = 3_500_000
"""All inputs scheduled in one workflow task travel in one message, of which Temporal takes 4 MiB; past that it ends the run."""


class WorkflowPlace:
    """Inside a running workflow.

    Args:
        name: the workflow's.
        options: the defaults of its steps.
        ids: of its steps; default plain ones.
    """

    kind: Literal["workflow"] = "workflow"

    def __init__(self, name: str, options: Options, ids: StepIds | None = None) -> None:
        self._name, self._options = name, options
        self._ids = ids or StepIds()
        self._task_bytes: tuple[int, int] = (0, 0)
        self._datastore = DatastoreUse(lambda data: self._count_bytes(ActionCall(USE_DATASTORE, data)))

    async def run_action(self, call: ActionCall) -> ActionResult:
        """One durable step, its id the declared one, else the action's name."""
        step = self._ids.next(call.step or call.name)
        self._count_bytes(call)
        began = workflow.now()
        if call.idempotency_key is not None:
            raw = await self._own(run_keyed(call, call.idempotency_key, step), action=call.name, step=step)
        else:
            key = f"{workflow.info().original_execution_run_id}/{step}"
            raw = await self._schedule(call, step, self._facts("step", call.version, key, call.options))
        data, result = result_of(raw)
        return ActionResult(
            id=f"{workflow.info().workflow_id}/{step}",
            name=call.name,
            status="completed",
            output=decode(data, call.result_type, f"action {call.name!r}"),
            attempts=result.attempts,
            started_at=datetime.fromisoformat(result.started_at) if result.started_at else began,
            closed_at=datetime.fromisoformat(result.closed_at) if result.closed_at else workflow.now(),
        )

    async def run_alone(self, call: ActionCall, facts: CallFacts) -> RawValue:
        """The one action of a run that is nothing else."""
        return await self._schedule(call, self._ids.next(call.name), replace(facts, kind="alone"))

    async def run_workflow(self, call: WorkflowCall) -> Any:
        """A child workflow, to its end; it is cancelled with its parent."""
        handle = await self._start_child(call, workflow.ParentClosePolicy.REQUEST_CANCEL)
        return await handle.result()

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

    async def _schedule(self, call: ActionCall, step: str, facts: CallFacts) -> RawValue:
        own = call.definition.options if call.definition else Options()
        heartbeat = merge(self._options, own, call.options).heartbeat
        local = facts.kind == "step" and call.definition is not None and call.definition.local
        shared: dict[str, Any] = {
            "result_type": RawValue,
            "activity_id": step,
            "summary": summary_of(step) if step != call.name else None,  # the type's name stands there anyway
            "start_to_close_timeout": DELIVERY.start_to_close,
            "retry_policy": DELIVERY.again(),
        }
        arg = raw_value(call.data, facts)
        if local:
            running = workflow.execute_local_activity(call.name, arg, **shared)
        else:
            running = workflow.execute_activity(call.name, arg, heartbeat_timeout=heartbeat, **shared)
        return await self._own(running, action=call.name, step=step)  # type: ignore[no-any-return] # typed by result_type

    async def _start_child(self, call: WorkflowCall, policy: workflow.ParentClosePolicy) -> ChildExecution:
        if call.delay:
            raise InputError("delay= is for starts from outside: in a workflow, await do.sleep(...) first")
        step = self._ids.next(call.step or call.name)
        info = workflow.info()
        facts = call.pinned(self._facts("child", call.version, None, Options()))
        starting = workflow.start_child_workflow(
            call.name,
            raw_value(call.data, facts),
            id=call.id or f"{info.workflow_id}/{step}",
            result_type=RawValue,
            parent_close_policy=policy,
            priority=Priority(priority_key=call.priority),
            static_summary=summary_of(step),
        )
        handle = await self._own(starting, workflow=call.name, step=step)
        return ChildExecution(handle, call, self.signal)

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
