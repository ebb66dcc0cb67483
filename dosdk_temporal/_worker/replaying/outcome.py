"""Outside: what became of a replay."""

from __future__ import annotations

from dataclasses import dataclass

from temporalio.client import WorkflowHistory

__all__ = ["Parting", "Recorded", "Replayed"]


@dataclass(frozen=True)
class Recorded:
    """A history to replay.

    Attributes:
        history: Temporal's.
        workflow: the workflow's name.
        file: where it was read from; None for the server.
    """

    history: WorkflowHistory
    workflow: str
    file: str | None = None


@dataclass(frozen=True)
class Parting:
    """Where a run's record and the code part.

    Attributes:
        event_id: of the recorded event that the code does not lead to; None where Temporal does not tell.
        event: that event in words; empty where it is not known.
        line: where the code is then, ``file:line``, or several; None where no line of the project's is left.
        code: what the code does there instead, in words.
        message: why, in a plain sentence, and Temporal's own words.
    """

    event_id: int | None
    event: str
    line: str | None
    code: str
    message: str

    def __str__(self) -> str:
        recorded = f"event {self.event_id}, {self.event}" if self.event_id is not None else "its record"
        return f"{recorded}; at {self.line or 'no line of its own'} the code {self.code} ({self.message})"


@dataclass(frozen=True)
class Replayed:
    """One run, replayed.

    Attributes:
        execution_id: of the run.
        run_id: Temporal's id of this very run.
        workflow: the workflow's name.
        file: where its history was read from; None for the server.
        parting: where the record and the code part; None where they agree.
    """

    execution_id: str
    run_id: str
    workflow: str
    file: str | None
    parting: Parting | None

    def __str__(self) -> str:
        return f"workflow {self.workflow!r}, {self.execution_id}: {self.parting or 'agrees'}"
