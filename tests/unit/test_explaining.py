"""The sentences that say where a run stands, and the commands that help."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from dosdk_temporal._pure.due_work import Due, Silence
from dosdk_temporal._pure.explaining import explanation_of
from dosdk_temporal._pure.polling import ANSWERED, Poll, QueueSight, Sign
from dosdk_temporal._pure.standing import Standing, TaskTrouble
from dosdk_temporal._pure.status import ErrorStatus, ExecutionStatus, StepStatus
from dosdk_temporal._pure.waits import Wait

NOON = datetime(2027, 1, 1, 12, tzinfo=UTC)
LATER = NOON.replace(hour=15)
BEGUN = "Workflow 'fulfil' has been going on since 2027-01-01 12:00:00 UTC."
RUN = ExecutionStatus("order 7", "r", "fulfil", "1", "running", NOON)
HELD = Wait("decision", "charge", NOON, title="ValueError: declined.")
TWO = (Wait("event", "link.clicked#2", NOON, LATER), Wait("timer", "sleep", NOON, LATER))
MISFIT = (
    "The code that runs now does not fit what the run has recorded. It goes on by itself once a worker has code that "
    "fits: the code that began it, or a change that asks do.patched(id)."
)
STEP = StepStatus("charge", "charge-card", "action", "running", 2, NOON)
CHILD = StepStatus("pack", "pack", "workflow", "running", None, NOON)
DESERTED = QueueSight("orders", LATER)
SERVED = QueueSight("orders", LATER, signs=(Sign("1@host", LATER, ANSWERED),))
GONE = QueueSight("orders", LATER, polls=(Poll("1@host", "workflow", NOON - ANSWERED / 2),))
ASKED = QueueSight("orders", LATER, polls=(Poll("1@host", "workflow", LATER - timedelta(seconds=3)),))
SOON = NOON + timedelta(seconds=20)
ENDED = replace(RUN, closed_at=LATER)


@pytest.mark.parametrize(
    ("status", "sentences", "commands"),
    [
        (RUN, [BEGUN, "It is between two steps: its worker decides what comes next."], []),
        (
            replace(RUN, steps=(STEP, replace(STEP, id="pack", name="pack", state="pending"))),
            [
                BEGUN,
                "Step 'charge' (charge-card) runs since 2027-01-01 12:00:00 UTC, attempt 2.",
                "Step 'pack' (pack) waits for a worker since 2027-01-01 12:00:00 UTC.",
            ],
            [],
        ),
        (
            replace(RUN, state="waiting", waiting_for=TWO),
            [
                BEGUN,
                "It waits for the event 'link.clicked#2', since 2027-01-01 12:00:00 UTC, until 2027-01-01 15:00:00 UTC.",
                "It sleeps until 2027-01-01 15:00:00 UTC, since 2027-01-01 12:00:00 UTC.",
            ],
            ["dosdk emit link.clicked --payload JSON"],
        ),
        (
            replace(RUN, state="waiting", waiting_for=(Wait("approval", "the manager", NOON),)),
            [BEGUN, "It waits for the approval 'the manager', which anybody may give, since 2027-01-01 12:00:00 UTC."],
            ["dosdk approve 'order 7' 'the manager' --by YOU", "dosdk reject 'order 7' 'the manager' --by YOU"],
        ),
        (
            replace(RUN, state="held", waiting_for=(HELD,), steps=(STEP,)),
            [BEGUN, "Step 'charge' is held for a person since 2027-01-01 12:00:00 UTC: ValueError: declined."],
            [f"dosdk resolve 'order 7' charge {choice} --by YOU" for choice in ("--retry", "--skip VALUE", "--fail")],
        ),
        (
            replace(ENDED, state="timed_out", error=ErrorStatus("WorkflowError", "it did not complete within 3 s")),
            [
                "Workflow 'fulfil' ended at 2027-01-01 15:00:00 UTC: it did not complete within 3 s.",
                "A retry gives it the whole time anew.",
                "When its cause is gone, a retry goes on where it ended; what completed before stands.",
            ],
            ["dosdk retry 'order 7'"],
        ),
        (
            replace(ENDED, state="timed_out"),
            [
                "Workflow 'fulfil' ended at 2027-01-01 15:00:00 UTC: it took longer than the server allows.",
                "That time counts from its start, and is over: start it anew.",
            ],
            [],
        ),
        (
            replace(ENDED, state="cancelled"),
            [
                "Workflow 'fulfil' was cancelled, and ended at 2027-01-01 15:00:00 UTC.",
                "When its cause is gone, a retry goes on where it ended; what completed before stands.",
            ],
            ["dosdk retry 'order 7'"],
        ),
        (
            replace(
                ENDED,
                state="failed",
                error=ErrorStatus("ValueError", "declined", "pack", "pack", 1),
                steps=(replace(STEP, state="compensated"), replace(STEP, id="ship", state="compensation_failed")),
            ),
            [
                "Workflow 'fulfil' failed at 2027-01-01 15:00:00 UTC in step 'pack' after 1 attempt: ValueError: declined.",
                "What could not be undone: 'ship'. See to it by hand.",
                "What was undone: 'charge'. A retry begins with the first of them, or before it.",
            ],
            ["dosdk retry 'order 7' --from charge"],
        ),
    ],
)  # fmt: skip
def test_each_state_has_its_words(status: ExecutionStatus, sentences: list[str], commands: list[str]) -> None:
    """What a run waits for, does or ended with is said in whole sentences, with the commands that help and no others."""
    told = explanation_of(Standing(status, SERVED))
    assert (told.id, told.state, list(told.sentences), list(told.commands)) == (
        "order 7",
        status.state,
        sentences,
        commands,
    )
    assert str(told) == "\n".join([*sentences, *(f"  {command}" for command in commands)])


@pytest.mark.parametrize(
    ("facts", "last", "commands"),
    [
        (
            {"queue": DESERTED},
            "No worker has asked task queue 'orders' for work in the last minute: nothing moves until one does.",
            ["dosdk worker MODULE --task-queue orders"],
        ),
        (
            {"queue": GONE, "due": (Due(None, NOON),)},
            "It has waited for a worker to go on since 2027-01-01 12:00:00 UTC.",
            ["dosdk worker MODULE --task-queue orders"],
        ),
        (
            {"queue": SERVED, "due": (Due(None, NOON),)},
            "It has waited for a worker to go on since 2027-01-01 12:00:00 UTC.",
            [],
        ),
        (
            {"queue": ASKED, "due": (Due(None, NOON),)},
            "Task queue 'orders' was last asked for work 3 s ago: its workers are busy, of another build, or have just gone.",
            [],
        ),
        (
            {"queue": SERVED, "trouble": TaskTrouble("no worker has a workflow named 'fulfil'", 3, misfits=False)},
            "It goes on by itself once a worker can do it.",
            [],
        ),
        (
            {"queue": SERVED, "trouble": TaskTrouble("[TMPRL1100] of event 5", 1, misfits=True), "failed_step": "charge"},
            MISFIT,
            ["dosdk retry 'order 7' --from charge"],
        ),
    ],
)  # fmt: skip
def test_why_a_run_does_not_move(facts: dict[str, Any], last: str, commands: list[str]) -> None:
    """Nobody serves it, or its workflow task fails: the reason is said, and what helps."""
    told = explanation_of(Standing(RUN, **facts))
    assert (told.sentences[0], told.sentences[-1], list(told.commands)) == (BEGUN, last, commands)


def test_what_a_step_that_is_a_run_waits_for_is_told_elsewhere() -> None:
    """A child, or the run of an idempotency key, may be held or wait for a person: the explanation leads there."""
    told = explanation_of(Standing(replace(RUN, steps=(CHILD,)), SERVED, runs={"pack": "pack/key 1"}))
    assert told.sentences[1:] == (
        "Step 'pack' (pack) runs since 2027-01-01 12:00:00 UTC. It is a run of its own, 'pack/key 1', which tells more.",
    )
    assert told.commands == ("dosdk explain 'pack/key 1'",)


def test_who_waits_for_a_person_is_not_told_of_workers_first() -> None:
    """That nobody serves a run which waits for a person is said last: it matters once the person has decided."""
    asking = replace(RUN, state="waiting", waiting_for=(Wait("approval", "manager", NOON),))
    told = explanation_of(Standing(asking, DESERTED))
    assert told.sentences == (
        BEGUN,
        "It waits for the approval 'manager', which anybody may give, since 2027-01-01 12:00:00 UTC.",
        "What comes then waits for a worker: no worker has asked task queue 'orders' for work in the last minute.",
    )
    assert told.commands[-1] == "dosdk worker MODULE --task-queue orders"


def test_what_lies_there_is_told_with_its_step() -> None:
    """A step that nobody took, one whose worker was lost and that nobody took again, and one whose worker is silent."""
    lost = ErrorStatus("ActionTimeoutError", "the worker that ran the action was lost", "pack")
    steps = (
        replace(STEP, id="mail", name="mail", state="pending"),
        replace(STEP, id="pack", name="pack", state="pending", error=lost),
        STEP,
    )
    status = replace(RUN, steps=steps, waiting_for=(Wait("retry", "pack", NOON, SOON),))
    silence = Silence.of("charge", NOON, ANSWERED / 4, NOON + ANSWERED / 5)
    assert silence is not None
    due = (Due("mail", SOON), Due("pack", SOON))
    told = explanation_of(Standing(status, GONE, due=due, silences=(silence,)))
    assert told.sentences == (
        BEGUN,
        "No worker is asking task queue 'orders' for work (the last one did 180 min ago): nothing moves until one does.",
        (
            "Step 'pack' has waited for a worker since 2027-01-01 12:00:20 UTC, attempt 2. "
            "Its last attempt failed with ActionTimeoutError: the worker that ran the action was lost."
        ),
        "Step 'mail' (mail) waits for a worker since 2027-01-01 12:00:20 UTC.",
        (
            "Step 'charge' (charge-card) runs since 2027-01-01 12:00:00 UTC, attempt 2. Its worker was last heard of at "
            "2027-01-01 12:00:00 UTC: if it stays silent, another is given the step at 2027-01-01 12:00:15 UTC."
        ),
    )


@pytest.mark.parametrize(
    ("quiet", "limit", "is_silent"), [(9, 15, False), (11, 15, True), (16, 15, False), (3, 4, False)]
)
def test_which_silence_means_anything(quiet: int, limit: int, is_silent: bool) -> None:
    """Two signs of life that are overdue do; where the time-out is over, the server has told already."""
    now = NOON + timedelta(seconds=quiet)
    assert (Silence.of("charge", NOON, timedelta(seconds=limit), now) is not None) == is_silent
