"""Inside: a child workflow that a handler has started."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from temporalio.common import RawValue

from dosdk_temporal._inside.cancelling import being_cancelled
from dosdk_temporal._pure.awaiting import to_be_awaited
from dosdk_temporal._pure.calls import WorkflowCall
from dosdk_temporal._pure.decisions import DecisionAnswer, DecisionRequest, new_request
from dosdk_temporal._pure.failed_step import came_of_call
from dosdk_temporal._pure.resolutions import Resolution, ResolutionAnswer, new_resolution
from dosdk_temporal._pure.values import decode, encode_input
from dosdk_temporal._wire.endings import workflow_error
from dosdk_temporal._wire.failures import is_cancellation
from dosdk_temporal._wire.payloads import result_of
from dosdk_temporal._wire.signals import APPROVE, REJECT, RESOLVE, check_signal

__all__ = ["ChildExecution"]

Send = Callable[[str, str, bytes], Awaitable[None]]
"""Sends a run a signal: its id, the signal's name and its JSON."""


@to_be_awaited("execution")
class ChildExecution:
    """A child workflow, or the run that an idempotency key stands for.

    Args:
        execution_id: its own.
        outcome: waits for its result.
        call: by which it was started.
        step: of its parent, that the call is.
        send: sends it a signal.

    Attributes:
        id: its execution id.
        metrics: the figures that its result brings; none before that.
    """

    def __init__(
        self, execution_id: str, outcome: Callable[[], Awaitable[RawValue]], call: WorkflowCall, step: str, send: Send
    ) -> None:
        self.id = execution_id
        self._outcome, self._call, self._step, self._send = outcome, call, step, send
        self.metrics: Mapping[str, Any] = {}

    def __repr__(self) -> str:
        return f"<child execution {self.id!r} of workflow {self._call.name!r}>"

    async def signal(self, name: str, payload: Any = None) -> None:
        """Send it a signal; see ``Execution.signal``."""
        await self._send(self.id, name, encode_input(payload, f"signal {check_signal(name)!r}"))

    async def approve(
        self, name: str | None = None, *, by: str | None = None, comment: str = "", form: Any = None
    ) -> DecisionAnswer:
        """Approve what it waits for. The answer is ``sent``: whether it counts, the child's record tells."""
        return await self._decide(new_request(name, True, by, comment, form))

    async def reject(
        self, name: str | None = None, *, by: str | None = None, comment: str = "", form: Any = None
    ) -> DecisionAnswer:
        """Reject what it waits for; see :meth:`approve`."""
        return await self._decide(new_request(name, False, by, comment, form))

    async def resolve(
        self, step: str | None, resolution: Resolution, *, value: Any = None, by: str | None = None, comment: str = ""
    ) -> ResolutionAnswer:
        """Say what becomes of a step that it holds; see :meth:`approve`."""
        request = new_resolution(resolution, step, value, by, comment)
        await self._send(self.id, RESOLVE, encode_input(request.to_wire(), "the resolution"))
        return ResolutionAnswer("sent", request.name, request.resolution, request.by)

    async def _decide(self, request: DecisionRequest) -> DecisionAnswer:
        signal = APPROVE if request.approved else REJECT
        await self._send(self.id, signal, encode_input(request.to_wire(), "the decision"))
        return DecisionAnswer("sent", request.name, request.approved, request.by)

    async def result(self) -> Any:
        """Its result.

        Raises:
            WorkflowError: when it did not complete.
            asyncio.CancelledError: when this workflow is cancelled.
        """
        try:
            raw = await self._outcome()
        except asyncio.CancelledError:
            raise
        except Exception as failure:
            if is_cancellation(failure) and being_cancelled():
                raise asyncio.CancelledError from failure
            raise came_of_call(workflow_error(failure, self._call.name, self.id), self._step) from failure
        data, facts = result_of(raw)
        self.metrics = facts.metrics
        return decode(data, self._call.result_type, f"workflow {self._call.name!r}")
