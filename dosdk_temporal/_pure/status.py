"""Pure: what is known of an execution."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from dosdk_temporal._pure.waits import Wait

__all__ = ["ErrorStatus", "ExecutionStatus", "StepStatus"]

State = Literal["running", "waiting", "held", "paused", "completed", "failed", "cancelled", "timed_out", "terminated"]
StepState = Literal["pending", "running", "waiting", "completed", "failed", "skipped", "fallback", "compensated"]


@dataclass(frozen=True)
class ErrorStatus:
    """An error as recorded.

    Attributes:
        type: the class's name at its origin.
        message: the handler's own.
        step: where it happened; None outside steps.
        action: whose it was; None where it was no action's.
        attempts: how many were made; None where that is not known.
    """

    type: str
    message: str
    step: str | None = None
    action: str | None = None
    attempts: int | None = None


@dataclass(frozen=True)
class StepStatus:
    """One step of a run.

    Attributes:
        id: unique within the run.
        name: the action's or child workflow's.
        kind: ``action``, ``local`` or ``workflow``.
        state: where it stands.
        attempts: made so far; None where that is not known.
        started_at: when it was scheduled.
        closed_at: when it ended; None while it has not.
        error: the last one; None where there was none.
    """

    id: str
    name: str
    kind: Literal["action", "local", "workflow"]
    state: StepState
    attempts: int | None
    started_at: datetime
    closed_at: datetime | None = None
    error: ErrorStatus | None = None


@dataclass(frozen=True)
class ExecutionStatus:
    """One run, from what the server recorded.

    Attributes:
        id: the execution id.
        run_id: Temporal's id of this very run.
        name: the workflow's.
        version: of the workflow, where the caller asked for one or the result tells.
        state: where the run stands; ``waiting`` while it waits for a person or an event.
        started_at: when it was started.
        closed_at: when it ended; None while it runs.
        steps: in the order they began; empty in lists.
        input: as given.
        output: None until it has completed.
        error: what ended it; None where nothing did.
        waiting_for: what it waits for now; in lists without timers and retries.
    """

    id: str
    run_id: str
    name: str
    version: str | None
    state: State
    started_at: datetime
    closed_at: datetime | None = None
    steps: tuple[StepStatus, ...] = field(default=())
    input: Any = None
    output: Any = None
    error: ErrorStatus | None = None
    waiting_for: tuple[Wait, ...] = ()
