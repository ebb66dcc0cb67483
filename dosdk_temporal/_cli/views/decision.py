"""Outside: what became of a decision, as people see it."""

from __future__ import annotations

from dosdk_temporal._cli.views.times import local_time
from dosdk_temporal._pure.decisions import DecisionAnswer

__all__ = ["decision_line"]


def decision_line(execution_id: str, answer: DecisionAnswer) -> str:
    """Whether it counts, and if not yet, when it will."""
    said = "approved" if answer.approved else "rejected"
    by = f" by {answer.by}" if answer.by else ""
    name = f" {answer.name}" if answer.name else ""
    if answer.state == "decided":
        at = f" at {local_time(answer.at)}" if answer.at else ""
        return f"{execution_id}{name} {said}{by}{at}"
    if answer.state == "kept":
        now = f"it waits for {', '.join(answer.open)} now" if answer.open else "it waits for nothing now"
        return f"{execution_id}{name} {said}{by}: kept until the run asks for it and checked then; {now}"
    return (
        f"{execution_id}{name} {said}{by}: sent; the run is paused or no worker answers, and it counts when it goes on: "
        f"'dosdk status {execution_id}' shows whether"
    )
