"""Outside: one run as people see it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

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
    if status.steps:
        console.print("  steps")
        console.print(step_table(status.steps))


def as_text(value: Any) -> str:
    """A value as JSON on one line."""
    from pydantic_core import to_json  # noqa: PLC0415 - only where it is asked for

    return to_json(value, inf_nan_mode="null").decode()


def _reference(status: ExecutionStatus) -> str:
    return status.name if status.version in {None, "1"} else f"{status.name}@{status.version}"
