"""Outside: schedules as people see them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from dosdk_temporal._cli.views.times import local_time
from dosdk_temporal._pure.schedule_status import SchedulePlan, ScheduleStatus

if TYPE_CHECKING:
    from rich.console import Console

__all__ = ["show_schedule", "show_schedules"]


def show_schedules(console: Console, found: Sequence[ScheduleStatus]) -> None:
    """Print one line a schedule: state, id, workflow, when, next time, last run."""
    from rich.table import Table  # noqa: PLC0415 - only where people look

    if not found:
        console.print("no schedules")
        return
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    for heading in ("state", "id", "workflow", "when", "next", "last run"):
        table.add_column(heading, overflow="fold", no_wrap=heading in {"state", "next"})
    for status in found:
        table.add_row(
            "paused" if status.paused else "active",
            status.id,
            status.workflow,
            status.plan.text.when if status.plan else "",
            "" if status.paused or not status.next_times else local_time(status.next_times[0]),
            status.recent[0].execution_id if status.recent else "",
        )
    console.print(table)


def show_schedule(console: Console, status: ScheduleStatus, times: Sequence[datetime]) -> None:
    """Print one schedule, a fact a line; times are in the reader's own zone."""
    for name, fact in _facts(status, times):
        console.print(f"{name:<12}{fact}")


def _facts(status: ScheduleStatus, times: Sequence[datetime]) -> Iterator[tuple[str, str]]:
    yield "workflow", status.workflow
    yield "state", ("paused" if status.paused else "active") + (f" ({status.note})" if status.note else "")
    if status.plan:
        yield from _planned(status.plan)
    for time in times:
        yield "next", local_time(time)
    for execution_id in status.running:
        yield "running", execution_id
    for run in status.recent:
        yield "ran", f"{local_time(run.started_at)}  {run.execution_id}"
    yield "counts", f"{status.started} started, {status.skipped} skipped, {status.missed} missed"


def _planned(plan: SchedulePlan) -> Iterator[tuple[str, str]]:
    from pydantic_core import to_json  # noqa: PLC0415 - only where people look

    yield "when", plan.text.when
    yield "overlap", plan.text.overlap
    if plan.text.skip:
        yield "skips", ", ".join(plan.text.skip)
    if plan.input:
        yield "input", to_json(plan.input).decode()
    for moment, recipients in plan.notifications.items():
        yield moment, ", ".join(recipients)
