"""Inside: a child workflow that a handler has started."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from temporalio import workflow

from dosdk_temporal._pure.calls import WorkflowCall
from dosdk_temporal._pure.decisions import DecisionAnswer, DecisionRequest, new_request
from dosdk_temporal._pure.values import decode, encode_input
from dosdk_temporal._wire.failures import is_cancellation, workflow_error
from dosdk_temporal._wire.payloads import result_of
from dosdk_temporal._wire.signals import APPROVE, REJECT, check_signal

__all__ = ["ChildExecution"]

Send = Callable[[str, str, bytes], Awaitable[None]]
"""Sends a run a signal: its id, the signal's name and its JSON."""


class ChildExecution:
    """A child workflow.

    Attributes:
        id: its execution id.
    """

    def __init__(self, handle: workflow.ChildWorkflowHandle[Any, Any], call: WorkflowCall, send: Send) -> None:
        self.id = handle.id
        self._handle, self._call, self._send = handle, call, send

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
            raw = await self._handle
        except asyncio.CancelledError:
            raise
        except Exception as failure:
            if is_cancellation(failure) and _being_cancelled():
                raise asyncio.CancelledError from failure
            raise workflow_error(failure, self._call.name, self.id) from failure
        data, _ = result_of(raw)
        return decode(data, self._call.result_type, f"workflow {self._call.name!r}")


def _being_cancelled() -> bool:
    """Whether it is this workflow that is cancelled, not only its child."""
    task = asyncio.current_task()
    return task is not None and bool(task.cancelling())
