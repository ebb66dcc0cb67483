"""Outside: what became of a decision, as people see it."""

from __future__ import annotations

from typing import Final

from dosdk_temporal._cli.views.times import local_time
from dosdk_temporal._pure.decisions import DecisionAnswer
from dosdk_temporal._pure.resolutions import ResolutionAnswer

__all__ = ["decision_line", "resolution_line"]

_RESOLVED: Final = {"retry": "is tried again", "skip": "is skipped", "fail": "is let fail"}


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
    return f"{execution_id}{name} {said}{by}: {_sent(execution_id)}"


def resolution_line(execution_id: str, answer: ResolutionAnswer) -> str:
    """What becomes of a step that was held."""
    by = f" by {answer.by}" if answer.by else ""
    line = f"{execution_id} {answer.name or 'the held step'} {_RESOLVED[answer.resolution]}{by}"
    if answer.state == "sent":
        return f"{line}: {_sent(execution_id)}"
    return f"{line} at {local_time(answer.at)}" if answer.at else line


def _sent(execution_id: str) -> str:
    return (
        "sent; the run is paused or no worker answers, and it counts when it goes on: "
        f"'dosdk status {execution_id}' shows whether"
    )
