"""Outside: what temporalio does not yet know, or tell, of the server it speaks to."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from temporalio.client import WorkflowExecutionStatus, WorkflowHandle

__all__ = ["know_paused_runs", "was_there"]


@lru_cache(maxsize=1)
def know_paused_runs() -> None:
    """Let ``describe`` and ``list`` of temporalio read a paused run (status 8), which they otherwise refuse with ValueError."""
    if any(member.name == "PAUSED" for member in WorkflowExecutionStatus):
        return

    def missing(cls: Any, value: object) -> Any:
        if value != 8:  # noqa: PLR2004 - WORKFLOW_EXECUTION_STATUS_PAUSED of the server's API
            return None
        member = int.__new__(cls, 8)
        member._name_, member._value_ = "PAUSED", 8
        return cls._value2member_map_.setdefault(8, member)

    WorkflowExecutionStatus._missing_ = classmethod(missing)  # type: ignore[assignment]


def was_there(handle: WorkflowHandle[Any, Any]) -> bool:
    """Whether a start began nothing, and the server gave the run that has the id: the handle keeps that answer back."""
    response = handle._start_workflow_response  # noqa: SLF001 - to describe the run instead would not tell whose start began it
    return response is None or not response.started
