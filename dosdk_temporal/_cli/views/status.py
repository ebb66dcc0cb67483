"""Outside: one run as people see it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dosdk_temporal._cli.views.audit import audit_lines
from dosdk_temporal._cli.views.json_text import as_text
from dosdk_temporal._cli.views.metrics import show_metrics
from dosdk_temporal._cli.views.steps import step_table
from dosdk_temporal._cli.views.times import local_time, took
from dosdk_temporal._cli.views.waits import wait_lines
from dosdk_temporal._cli.views.words import error_line, mark, style
from dosdk_temporal._pure.status import ExecutionStatus

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

__all__ = ["show_status", "title"]


def title(status: ExecutionStatus) -> Text:
    """The run's id, state and duration on one line."""
    from rich.text import Text  # noqa: PLC0415 - only where people look

    text = Text(f"{mark(status.state)} {status.id}  ")
    text.append(status.state, style(status.state))
    text.append(f"  {took(status.started_at, status.closed_at)}")
    return text


def show_status(console: Console, status: ExecutionStatus) -> None:
    """Print a run: what it is, where it stands, what it waits for, its steps, its input, and its output or error."""
    console.print(title(status))
    console.print(f"  workflow  {_reference(status)}")
    console.print(f"  started   {local_time(status.started_at)}")
    if status.closed_at is not None:
        console.print(f"  closed    {local_time(status.closed_at)}")
    console.print(f"  input     {as_text(status.input)}")
    if status.error is not None:
        console.print(f"  error     {error_line(status.error)}", style="red")
    elif status.state == "completed":
        console.print(f"  output    {as_text(status.output)}")
    for told in wait_lines(status.waiting_for, status.id):
        console.print(f"  {told}")
    if status.parent is not None:
        console.print(f"  child of  {status.parent}")
    for child in status.children:
        console.print(f"  child     {child}")
    if status.steps:
        console.print(f"  steps{_progress(status)}")
        console.print(step_table(status.steps))
    _show_what_was_asked_for(console, status)


def _show_what_was_asked_for(console: Console, status: ExecutionStatus) -> None:
    if status.metrics is not None:
        console.print("  metrics")
        show_metrics(console, status.metrics)
    if status.audit_trail is not None:
        console.print("  audit trail")
        for line in audit_lines(status.audit_trail):
            console.print(f"  {line}")


def _reference(status: ExecutionStatus) -> str:
    return status.name if status.version in {None, "1"} else f"{status.name}@{status.version}"


def _progress(status: ExecutionStatus) -> str:
    """How many of a definition's steps are over; a handler's are as many as it makes."""
    progress = status.progress
    return "" if progress is None or progress.total is None else f"     {progress.done} of {progress.total} done"
