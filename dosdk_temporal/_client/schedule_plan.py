"""Outside: a plan as a Temporal Schedule, and back.

What the user wrote rides in the facts beside the input, so that the same text is known again: the server keeps expressions
in a form of its own, and a schedule's memo cannot be changed.
"""

from __future__ import annotations

from datetime import date, timedelta

from pydantic_core import from_json
from temporalio.client import (
    Schedule,
    ScheduleActionExecutionStartWorkflow,
    ScheduleActionStartWorkflow,
    ScheduleCalendarSpec,
    ScheduleDescription,
    ScheduleIntervalSpec,
    ScheduleOverlapPolicy,
    SchedulePolicy,
    ScheduleRange,
    ScheduleSpec,
)
from temporalio.common import RawValue
from temporalio.converter import DataConverter

from dosdk_temporal._pure.facts import CallFacts
from dosdk_temporal._pure.schedule import ScheduleText
from dosdk_temporal._pure.schedule_status import ScheduledRun, SchedulePlan, ScheduleStatus
from dosdk_temporal._wire.payloads import call_of, raw_value
from dosdk_temporal._wire.schedule import summary_of

__all__ = ["overlap_of", "read_plan", "schedule_of", "status_of"]


def schedule_of(plan: SchedulePlan, data: bytes, description: str = "") -> Schedule:
    """The Temporal Schedule of a plan.

    Args:
        plan: what it does.
        data: the JSON of its input.
        description: the workflow's, for the Web UI.
    """
    facts = CallFacts(
        version=plan.version,
        trigger={"kind": "schedule", "name": plan.id, "text": plan.text.to_wire()},
        notifications=plan.notifications,
    )
    action = ScheduleActionStartWorkflow(
        plan.workflow,
        raw_value(data, facts),
        id=plan.id,  # Temporal adds the time that the run was due
        task_queue=plan.task_queue,
        static_summary=summary_of(description),
    )
    window = plan.text.catch_up
    policy = SchedulePolicy(
        overlap=overlap_of(plan.text.overlap), catchup_window=None if window is None else timedelta(seconds=window)
    )
    return Schedule(action, _spec(plan.text), policy=policy)


def overlap_of(word: str) -> ScheduleOverlapPolicy:
    """Temporal's policy of that word."""
    return ScheduleOverlapPolicy[word.upper()]


async def read_plan(converter: DataConverter, description: ScheduleDescription) -> SchedulePlan | None:
    """The plan of a schedule; None where this SDK did not write it."""
    action = description.schedule.action
    if not isinstance(action, ScheduleActionStartWorkflow) or len(action.args) != 1:
        return None
    data, facts = call_of(await converter.decode(action.args, [RawValue]))
    text = ScheduleText.from_wire(facts.trigger.get("text"))
    if text is None:
        return None
    return SchedulePlan(
        description.id, action.workflow, facts.version, from_json(data), text, facts.notifications, action.task_queue
    )


async def status_of(converter: DataConverter, description: ScheduleDescription) -> ScheduleStatus:
    """Where a schedule stands."""
    info, state, action = description.info, description.schedule.state, description.schedule.action
    return ScheduleStatus(
        id=description.id,
        workflow=getattr(action, "workflow", ""),
        plan=await read_plan(converter, description),
        paused=state.paused,
        note=state.note or "",
        next_times=tuple(info.next_action_times),
        running=tuple(
            run.workflow_id for run in info.running_actions if isinstance(run, ScheduleActionExecutionStartWorkflow)
        ),
        recent=tuple(
            ScheduledRun(run.action.workflow_id, run.scheduled_at, run.started_at)
            for run in reversed(info.recent_actions)
            if isinstance(run.action, ScheduleActionExecutionStartWorkflow)
        ),
        started=info.num_actions,
        missed=info.num_actions_missed_catchup_window,
        skipped=info.num_actions_skipped_overlap,
        created_at=info.created_at,
        updated_at=info.last_updated_at,
    )


def _spec(text: ScheduleText) -> ScheduleSpec:
    return ScheduleSpec(
        cron_expressions=list(text.cron),
        intervals=[ScheduleIntervalSpec(every=timedelta(seconds=seconds)) for seconds in text.every],
        skip=[_whole_day(date.fromisoformat(day)) for day in text.skip],
        jitter=None if text.jitter is None else timedelta(seconds=text.jitter),
        time_zone_name=text.timezone,
    )


def _whole_day(day: date) -> ScheduleCalendarSpec:
    return ScheduleCalendarSpec(
        year=[ScheduleRange(day.year)],
        month=[ScheduleRange(day.month)],
        day_of_month=[ScheduleRange(day.day)],
        hour=[ScheduleRange(0, 23)],
        minute=[ScheduleRange(0, 59)],
        second=[ScheduleRange(0, 59)],
        comment="skip",
    )
