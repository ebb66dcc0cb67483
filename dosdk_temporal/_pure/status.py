"""Pure: what is known of an execution."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from dosdk_temporal._pure.audit import AuditEntry
from dosdk_temporal._pure.metrics import ExecutionMetrics
from dosdk_temporal._pure.trigger import Trigger
from dosdk_temporal._pure.waits import Wait

__all__ = ["ErrorStatus", "ExecutionStatus", "Progress", "StepStatus"]

State = Literal["running", "waiting", "held", "paused", "completed", "failed", "cancelled", "timed_out", "terminated"]
StepKind = Literal["action", "local", "workflow", "approval", "event", "timer"]
StepState = Literal[
    "pending",
    "running",
    "waiting",
    "completed",
    "failed",
    "skipped",
    "fallback",
    "compensated",
    "compensation_failed",
]


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
        name: the action's or child workflow's; of a wait that of the approval, the event or the timer.
        kind: ``action``, ``local`` or ``workflow``, for what it calls; ``approval``, ``event`` or ``timer``, for a wait.
        state: where it stands.
        attempts: made so far; None where that is not known, and for a wait.
        started_at: when it was scheduled.
        closed_at: when it ended; None while it has not.
        error: the last one; None where there was none.
    """

    id: str
    name: str
    kind: StepKind
    state: StepState
    attempts: int | None
    started_at: datetime
    closed_at: datetime | None = None
    error: ErrorStatus | None = None

    @property
    def is_wait(self) -> bool:
        """Whether it waits, and calls nothing."""
        return self.kind in {"approval", "event", "timer"}


@dataclass(frozen=True)
class Progress:
    """How far a run has come.

    Attributes:
        done: steps that are over: of a definition its own, those that were skipped among them; of a handler those it has made.
        total: the definition's steps; None for a handler, which decides as it goes.
    """

    done: int
    total: int | None = None


@dataclass(frozen=True)
class ExecutionStatus:
    """One run, from what the server recorded.

    Attributes:
        id: the execution id.
        run_id: Temporal's id of this very run.
        name: the workflow's.
        version: of the workflow, where the caller asked for one or the result tells.
        state: where the run stands; ``waiting`` while it waits for a person or an event, ``held`` while a step that failed
            waits for a person.
        started_at: when it was started.
        closed_at: when it ended; None while it runs.
        steps: in the order they began; empty in lists.
        input: as given.
        output: None until it has completed.
        error: what ended it; None where nothing did.
        waiting_for: what it waits for now; in lists without timers and retries.
        trigger: what started it, its payload as given; None in lists.
        parent: the id of the run that started it as its child; None for none.
        children: the ids of the runs that it started as its own, in order; empty in lists.
        progress: how far it has come; None in lists.
        metrics: its figures; None unless asked for.
        audit_trail: what happened, entry by entry; None unless asked for.
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
    trigger: Trigger | None = None
    parent: str | None = None
    children: tuple[str, ...] = ()
    progress: Progress | None = None
    metrics: ExecutionMetrics | None = None
    audit_trail: tuple[AuditEntry, ...] | None = None
