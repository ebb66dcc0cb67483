"""Pure: why Temporal gave up a workflow task, in a plain sentence before its own words."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

__all__ = ["DEADLOCK", "meaning_of", "plain_trouble"]

DEADLOCK: Final = "TMPRL1101"
"""How Temporal marks a handler that does not come to an ``await``."""

_EVENTS: Final = {
    "ActivityTaskScheduled": "a step was scheduled",
    "TimerStarted": "a timer was started",
    "StartChildWorkflowExecutionInitiated": "a child run was started",
    "SignalExternalWorkflowExecutionInitiated": "a signal was sent",
    "MarkerRecorded": "a patch or a local step was recorded",
    "UpsertWorkflowSearchAttributes": "what it waits for was written",
    "WorkflowPropertiesModified": "what it waits for, or its figures, was written",
    "WorkflowExecutionCompleted": "the run completed",
    "WorkflowExecutionFailed": "the run failed",
    "WorkflowExecutionContinuedAsNew": "the run went on as a new one",
}

_COMMANDS: Final = {
    "Activity": "schedules a step",
    "Timer": "starts a timer",
    "Child workflow": "starts a child run",
    "Signal external WF": "sends a signal",
    "Complete workflow": "completes the run",
    "Fail workflow": "fails the run",
    "Cancel workflow": "ends the run as cancelled",
    "Continue as new workflow": "goes on as a new run",
}

_EVENT: Final = r"HistoryEvent\(id: (?P<number>\d+), (?P<event>\w+)\)"
_WHICH: Final = r"[Aa]ctivity|child workflow|Child workflow"


def plain_trouble(message: str) -> str:
    """A message of Temporal's with what it means before it; any other message as it is."""
    meaning = meaning_of(message)
    return message if meaning is None else f"{meaning} (Temporal: {message})"


def meaning_of(message: str) -> str | None:
    """What a message of Temporal's means, for whoever writes handlers; None for one that is not known."""
    for pattern, told in _MEANINGS:
        if found := pattern.search(message):
            return told(found)
    return None


def _recorded(found: re.Match[str]) -> str:
    what = found["event"]
    return f"event {found['number']} says that {_EVENTS.get(what, f'{what} happened')}"


_MEANINGS: Final[tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], str]], ...]] = (
    (
        re.compile(rf"{DEADLOCK}.*?within (?P<seconds>\d+) second"),
        lambda found: (
            f"the handler came to no await within {found['seconds']} s: it has an endless loop, or does long work that "
            "belongs into an action"
        ),
    ),
    (
        re.compile(
            rf"(?:{_WHICH}) (?:id|type) of (?:scheduled event|recorded marker) '(?P<recorded>.*?)' does not match "
            rf"(?:local )?(?:{_WHICH}) (?:id|type) of .*?command '(?P<comes>.*?)'"
        ),
        lambda found: f"{found['recorded']!r} is recorded there, and the code comes to {found['comes']!r}",
    ),
    (
        re.compile(r"Missing associated machine for LocalActivity\("),
        lambda _: "a local step is recorded there, and the code does not come to it",
    ),
    (
        re.compile(rf"No command scheduled for event {_EVENT}"),
        lambda found: f"{_recorded(found)}, and the code does nothing there that leads to it",
    ),
    (
        re.compile(rf"(?P<machine>[A-Z][\w ]*?) machine does not handle this event: {_EVENT}"),
        lambda found: f"{_recorded(found)}, and the code {_COMMANDS.get(found['machine'], 'does something else')} there",
    ),
    (
        re.compile(r"patch marker encountered for change (?P<patch>.+?), but there is no corresponding"),
        lambda found: f"the run has taken the new way of do.patched({found['patch']!r}), and the code does not ask for it there",
    ),
)  # fmt: skip
