"""What Temporal's words for a workflow task that failed mean."""

from __future__ import annotations

import pytest

from dosdk_temporal._pure.task_trouble import plain_trouble


@pytest.mark.parametrize(
    ("message", "meaning"),
    [
        (
            "[TMPRL1101] Potential deadlock detected: workflow didn't yield within 2 second(s).",
            "the handler came to no await within 2 s: it has an endless loop, or does long work that belongs into an action",
        ),
        (
            "[TMPRL1100] Activity id of scheduled event 'pack' does not match activity id of activity command 'bag'",
            "'pack' is recorded there, and the code comes to 'bag'",
        ),
        (
            "Activity type of scheduled event 'charge' does not match activity type of activity command 'refund'",
            "'charge' is recorded there, and the code comes to 'refund'",
        ),
        (
            "Activity id of recorded marker 'note' does not match activity id of local activity command 'post'",
            "'note' is recorded there, and the code comes to 'post'",
        ),
        (
            "Child workflow id of scheduled event 'a/1' does not match child workflow id of command 'b/1'",
            "'a/1' is recorded there, and the code comes to 'b/1'",
        ),
        (
            "Child workflow type of scheduled event 'a' does not match child workflow type of command 'b'",
            "'a' is recorded there, and the code comes to 'b'",
        ),
        (
            "Missing associated machine for LocalActivity(1)",
            "a local step is recorded there, and the code does not come to it",
        ),
        (
            "No command scheduled for event HistoryEvent(id: 5, ActivityTaskScheduled)",
            "event 5 says that a step was scheduled, and the code does nothing there that leads to it",
        ),
        (
            "Timer machine does not handle this event: HistoryEvent(id: 8, ActivityTaskScheduled)",
            "event 8 says that a step was scheduled, and the code starts a timer there",
        ),
        (
            "Complete workflow machine does not handle this event: HistoryEvent(id: 28, ActivityTaskScheduled)",
            "event 28 says that a step was scheduled, and the code completes the run there",
        ),
        (
            "Nexus operation machine does not handle this event: HistoryEvent(id: 8, NexusOperationScheduled)",
            "event 8 says that NexusOperationScheduled happened, and the code does something else there",
        ),
        (
            "Non-deprecated patch marker encountered for change fraud-check, but there is no corresponding change command!",
            "the run has taken the new way of do.patched('fraud-check'), and the code does not ask for it there",
        ),
    ],
)
def test_what_a_message_means(message: str, meaning: str) -> None:
    """A sentence says what was expected and what came; Temporal's own words follow it."""
    assert plain_trouble(message) == f"{meaning} (Temporal: {message})"


@pytest.mark.parametrize("message", ["", "no luck", "[TMPRL1100] something new"])
def test_what_is_not_known_stays(message: str) -> None:
    """A message that is not known is as it was."""
    assert plain_trouble(message) == message
