"""Pure: what an explanation of a run is made of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from dosdk_temporal._pure.due_work import Due, Silence, is_forsaken
from dosdk_temporal._pure.polling import QueueSight
from dosdk_temporal._pure.status import ExecutionStatus

__all__ = ["Standing", "TaskTrouble"]


@dataclass(frozen=True)
class TaskTrouble:
    """A workflow task that fails again and again: the run goes on once code comes with which it does not.

    Attributes:
        message: why it failed, as recorded.
        attempts: how often it has been tried.
        misfits: whether the code does not fit what is recorded, as after a deploy that changed the order of steps.
    """

    message: str
    attempts: int
    misfits: bool


@dataclass(frozen=True)
class Standing:
    """Where a run stands.

    Attributes:
        status: the run's, with its audit trail.
        queue: the task queue whose workers carry it; of a run that has ended, no more than its name.
        failed_step: the step that a retry would do again; None where the run would go on from its end.
        trouble: None where its workflow tasks do not fail.
        runs: the steps that are runs of their own, and the ids of these.
        due: what of it lies there for a worker.
        silences: of the workers that have its steps.
        undone_by: the run that undid what the run of its key had done, of a run that only marks this; None for any other.
    """

    status: ExecutionStatus
    queue: QueueSight
    failed_step: str | None = None
    trouble: TaskTrouble | None = None
    runs: Mapping[str, str] = field(default_factory=dict)
    due: tuple[Due, ...] = ()
    silences: tuple[Silence, ...] = ()
    undone_by: str | None = None

    @property
    def is_unserved(self) -> bool:
        """Whether nobody is there to carry the run on, as far as the server knows."""
        return not self.queue.is_served or is_forsaken(self.due, self.queue)
