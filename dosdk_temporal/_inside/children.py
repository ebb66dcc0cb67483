"""Inside: a child workflow that a handler has started."""

from __future__ import annotations

import asyncio
from typing import Any

from temporalio import workflow

from dosdk_temporal._pure.calls import WorkflowCall
from dosdk_temporal._pure.values import decode
from dosdk_temporal._wire.failures import is_cancellation, workflow_error
from dosdk_temporal._wire.payloads import result_of

__all__ = ["ChildExecution"]


class ChildExecution:
    """A child workflow.

    Attributes:
        id: its execution id.
    """

    def __init__(self, handle: workflow.ChildWorkflowHandle[Any, Any], call: WorkflowCall) -> None:
        self.id = handle.id
        self._handle, self._call = handle, call

    def __repr__(self) -> str:
        return f"<child execution {self.id!r} of workflow {self._call.name!r}>"

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
