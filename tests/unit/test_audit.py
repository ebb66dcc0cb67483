"""The trail of a run: what its events say, entry by entry."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from dosdk_temporal._client.recorded.audit import audit_trail
from dosdk_temporal._client.recorded.figures import metrics_of
from dosdk_temporal._client.recorded.statuses import step_statuses
from dosdk_temporal._client.recorded.steps import read_steps
from dosdk_temporal._pure.audit import AuditEntry, in_order
from dosdk_temporal._pure.facts import CallFacts, ResultFacts
from dosdk_temporal._pure.metrics import ExecutionMetrics, StepMetrics
from tests.unit.histories import START, History, attempts

DECLINED = {"type": "Declined", "message": "no"}


def at(seconds: float) -> Any:
    """A time of a history."""
    return START + timedelta(seconds=seconds)


def trail_of(history: History) -> tuple[AuditEntry, ...]:
    """The whole trail of a handler's run."""
    record = history.record()
    return audit_trail(record, history.status(output="done", input={"x": 1}), read_steps(record), None)


def test_a_step_tells_its_attempts() -> None:
    """Each failed attempt that the last one carries is an entry between the step's start and its end."""
    history = History({"x": 1})
    scheduled = history.schedule("charge", "charge-card", {"amount": 3})
    tried = list(attempts(at(1.1), "no", "no"))
    history.complete(scheduled, "paid", ResultFacts("2", 3, at(1.6).isoformat(), at(1.7).isoformat(), tried))
    history.close("done")
    step: dict[str, Any] = {"step": "charge", "action": "charge-card"}
    assert trail_of(history) == (
        AuditEntry(at(0), "run_started", version="2", input={"x": 1}, actor="ann@host", detail="direct"),
        AuditEntry(at(1), "step_started", **step, input={"amount": 3}),
        AuditEntry(at(1.2), "attempt_failed", **step, version="2", attempt=1, error=DECLINED),
        AuditEntry(at(1.4), "attempt_failed", **step, version="2", attempt=2, error=DECLINED),
        AuditEntry(at(3), "step_completed", **step, version="2", attempt=3, output="paid"),
        AuditEntry(at(4), "run_closed", version="2", output="done", detail="completed"),
    )


def test_an_attempt_that_died_is_a_gap() -> None:
    """An attempt that told nobody of itself is missing among the numbers, and no entry is made up for it."""
    history = History()
    scheduled = history.schedule("charge", "charge")
    (_, second) = attempts(at(1.1), "no", "no")
    history.fail(scheduled, "no", [second], "charge")
    told = [(entry.event, entry.attempt) for entry in trail_of(history)]
    assert told == [("run_started", None), ("step_started", None), ("attempt_failed", 2), ("step_failed", 1)]


def test_clocks_that_disagree_change_no_order() -> None:
    """An attempt whose worker's clock is an hour off stands within its step."""
    for off in (-3_600, 3_600):
        history = History()
        scheduled = history.schedule("charge", "charge")
        history.complete(scheduled, 1, ResultFacts("1", 2, trail=list(attempts(at(off), "no"))))
        times = [(entry.event, entry.time) for entry in trail_of(history)]
        when = at(1) if off < 0 else at(3)
        assert times[1:] == [("step_started", at(1)), ("attempt_failed", when), ("step_completed", at(3))]


def test_what_stands_in_and_what_undoes_belong_to_their_step() -> None:
    """A fallback and compensations are entries of the step they are for, named by the action that did it."""
    history = History()
    history.fail(history.schedule("call", "call"), "no", list(attempts(at(1), "no")), "call")
    history.complete(history.schedule("call:fallback", "send-link"), "sent", ResultFacts("1", 1))
    undoing = CallFacts(kind="compensation", undoes="call")
    history.complete(history.schedule("call:compensate", "call:compensate", facts=undoing), None, ResultFacts("1", 1))
    again = history.schedule("call:compensate#2", "call:compensate", facts=undoing)
    history.fail(again, "stuck", list(attempts(at(10), "stuck")), "call:compensate#2")
    told = [(entry.event, entry.step, entry.action, entry.detail) for entry in trail_of(history)]
    assert told[1:] == [
        ("step_started", "call", "call", ""),
        ("attempt_failed", "call", "call", ""),
        ("step_failed", "call", "call", ""),
        ("step_started", "call", "send-link", "stands in"),
        ("fallback_used", "call", "send-link", ""),
        ("step_started", "call", "call:compensate", "undoes the step"),
        ("step_compensated", "call", "call:compensate", ""),
        ("step_started", "call", "call:compensate", "undoes the step"),
        ("attempt_failed", "call", "call:compensate", ""),
        ("compensation_failed", "call", "call:compensate", ""),
    ]
    assert [(step.id, step.state) for step in step_statuses(read_steps(history.record()), (), None, {})] == [
        ("call", "compensation_failed"),
        ("call:compensate", "completed"),
        ("call:compensate#2", "failed"),
    ]


def test_what_operators_do_is_told() -> None:
    """Requests to cancel, pauses, resets and signals are entries of operators; what another run sends is received."""
    history = History()
    history.add("workflow_execution_signaled", signal_name="note", identity="bob@host")
    sent = history.add("workflow_execution_signaled", signal_name="note")
    sent.external_workflow_execution.workflow_id = "other"
    history.add("workflow_execution_paused", identity="bob@host", reason="looking")
    history.add("workflow_execution_unpaused", identity="bob@host")
    reset = history.add("workflow_task_failed", cause=20, base_run_id="r0", identity="bob@host")
    reset.failure.message = "again"
    history.add("workflow_execution_cancel_requested", identity="bob@host", cause="enough")
    history.add("workflow_execution_terminated", identity="bob@host", reason="stuck")
    told = [(entry.event, entry.actor, entry.detail) for entry in trail_of(history)]
    assert told[1:] == [
        ("operator", "bob@host", "signal note"),
        ("event_received", "other", "signal note"),
        ("operator", "bob@host", "paused: looking"),
        ("operator", "bob@host", "resumed"),
        ("operator", "bob@host", "reset from run r0: again"),
        ("operator", "bob@host", "cancel requested: enough"),
        ("run_closed", "bob@host", "running: stuck"),
    ]


def test_a_history_of_somebody_else_is_read() -> None:
    """Payloads that are no JSON, or that have no facts, are shown as they are."""
    history = History()
    attributes = history.add("activity_task_scheduled", activity_id="7")
    attributes.activity_type.name = "legacy"
    attributes.input.payloads.add(metadata={"encoding": b"binary/plain"}, data=b"abc")
    history.add("activity_task_canceled", scheduled_event_id=2)
    told = [(entry.event, entry.input, entry.detail) for entry in trail_of(history)]
    assert told[1:] == [
        ("step_started", "<3 bytes encoded as binary/plain>", ""),
        ("step_failed", None, "cancelled"),
    ]


STEPS = st.lists(st.tuples(st.sampled_from(["ok", "fail", "open"]), st.integers(0, 4)), max_size=12)


@given(STEPS)
def test_the_trail_agrees_with_the_status(made: list[tuple[str, int]]) -> None:
    """Of any steps, overlapping or not: an end for each that ended as its state says, its attempts before it, all in order."""
    history = History()
    scheduled = [history.schedule(f"s{number}", "work") for number in range(len(made))]
    for number, ((how, failed), event_id) in enumerate(zip(made, scheduled, strict=True)):
        tried = list(attempts(history.now, *["no"] * failed))
        if how == "ok":
            history.complete(event_id, number, ResultFacts("1", failed + 1, trail=tried))
        elif how == "fail":
            history.fail(event_id, "no", tried, f"s{number}")
    trail = trail_of(history)
    assert list(trail) == list(in_order(trail))
    assert [entry.time for entry in trail] == sorted(entry.time for entry in trail)
    ends = {"completed": ["step_completed"], "failed": ["step_failed"], "pending": []}
    for (how, failed), step in zip(made, step_statuses(read_steps(history.record()), (), None, {}), strict=True):
        own = [entry.event for entry in trail if entry.step == step.id]
        told = failed if how != "open" else 0
        assert own == ["step_started", *["attempt_failed"] * told, *ends[step.state]]


def test_metrics_of_steps() -> None:
    """A step waits until its first attempt begins, and runs for as long as its attempts take, without the pauses between."""
    history = History()
    scheduled = history.schedule("charge", "charge")
    tried = list(attempts(at(1.5), "no", "no"))
    facts = ResultFacts("1", 3, at(2.1).isoformat(), at(2.4).isoformat(), tried, {"paid": 3})
    history.complete(scheduled, 1, facts)
    history.schedule("open", "open")
    history.close(None)
    record = history.record(**{"dosdk.metrics": {"paid": 4, "note": "late"}})
    metrics = metrics_of(record, history.status(), read_steps(record), None)
    seconds = timedelta(seconds=1)
    assert metrics == ExecutionMetrics(
        5 * seconds,
        {"charge": StepMetrics(3, 0.5 * seconds, 0.5 * seconds), "open": StepMetrics()},
        metrics.kpis,
    )
    assert {name: (kpi.description, kpi.value) for name, kpi in metrics.kpis.items()} == {
        "paid": ("", 4),
        "note": ("", "late"),
    }


def test_a_step_that_was_held_counts_all_its_attempts() -> None:
    """A step that a person had tried again is one step in the status and the figures, and told twice in the trail."""
    history = History()
    tried = list(attempts(at(1.5), "no", "no"))
    history.fail(history.schedule("charge", "charge"), "no", tried, "charge")
    again = ResultFacts("1", 1, at(4).isoformat(), at(4.5).isoformat())
    history.complete(history.schedule("charge", "charge"), 1, again)
    record = history.record()
    steps = read_steps(record)
    (status,) = step_statuses(steps, (), None, {})
    assert (status.state, status.attempts, status.started_at, status.closed_at) == ("completed", 3, at(1), at(6))
    metrics = metrics_of(record, history.status(steps=(status,)), steps, None)
    assert metrics.steps == {"charge": StepMetrics(3, timedelta(seconds=0.5), timedelta(seconds=0.7))}
    assert [entry.event for entry in trail_of(history)[1:]] == [
        "step_started",
        *["attempt_failed"] * 2,
        "step_failed",
        "step_started",
        "step_completed",
    ]


def test_a_long_history_is_read_whole() -> None:
    """Of five thousand events each step has its two entries."""
    history = History()
    for number in range(1_650):
        history.complete(history.schedule(f"s{number}", "work", {"n": number}), number, ResultFacts("1", 1))
    assert (len(history.events), len(trail_of(history))) == (4_951, 3_301)
