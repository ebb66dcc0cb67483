"""Outside: a workflow handler that does not come to an ``await``, as an endless loop: which run it is, and where its code is."""

from __future__ import annotations

import shlex
import traceback
from dataclasses import dataclass

from temporalio.worker import WorkflowInstance
from temporalio.workflow import Info

from dosdk_temporal._pure.places import is_own
from dosdk_temporal._pure.task_trouble import DEADLOCK, meaning_of

__all__ = ["Stuck"]


@dataclass(frozen=True)
class Stuck:
    """A run that cannot go on.

    Attributes:
        reason: why, in words.
        at: the line of the team's code, ``file:line``; None where none is known.
        run: which it is; None where Temporal does not tell.
    """

    reason: str
    at: str | None
    run: Info | None

    @classmethod
    def of(cls, error: BaseException | None) -> Stuck | None:
        """What Temporal's error tells, whose traceback is the handler's; None for any other error."""
        if error is None or DEADLOCK not in str(error):
            return None
        frames = list(traceback.walk_tb(error.__traceback__))
        lines = [f"{frame.f_code.co_filename}:{line}" for frame, line in frames if is_own(frame.f_code.co_filename)]
        selves = (frame.f_locals.get("self") for frame, _ in frames if not is_own(frame.f_code.co_filename))
        run = next((one.get_info() for one in selves if isinstance(one, WorkflowInstance)), None)
        return cls(meaning_of(str(error)) or str(error), lines[0] if lines else None, run)

    @property
    def advice(self) -> str:
        """What to do."""
        run_id = shlex.quote(self.run.workflow_id) if self.run else "ID"
        return f"start a worker with better code, and it goes on by itself, or end it with 'dosdk terminate {run_id}'"

    def __str__(self) -> str:
        which = f"workflow {self.run.workflow_type!r}, run {self.run.workflow_id!r}" if self.run else "a workflow"
        at = f" at {self.at}" if self.at else ""
        return f"{which}, is stuck{at}: {self.reason}; {self.advice}"
