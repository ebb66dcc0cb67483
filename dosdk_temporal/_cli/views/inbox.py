"""Outside: the inbox as people see it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from dosdk_temporal._cli.views.times import local_time
from dosdk_temporal._cli.views.waits import decide_command, resolve_command

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

    from dosdk_temporal._client.inbox import PendingApproval

__all__ = ["NOTHING", "inbox_line", "inbox_table", "show_inbox"]

NOTHING = "nothing waits for a decision"

_HEADINGS = ("execution", "workflow", "approval", "title", "who", "since", "until")


def show_inbox(console: Console, found: Sequence[PendingApproval]) -> None:
    """Print one line an approval or held step, and the command for the first."""
    if not found:
        console.print(NOTHING)
        return
    console.print(inbox_table(found))
    first = found[0]
    if first.kind == "decision":
        console.print(f"\nresolve with: {resolve_command(first.execution_id, first.name)}")
        return
    command = decide_command(first.execution_id, first.name, first.approvers)
    console.print(f"\ndecide with: {command}   (or dosdk reject …)")


def inbox_table(found: Sequence[PendingApproval]) -> RenderableType:
    """One row an approval or held step."""
    from rich.table import Table  # noqa: PLC0415 - only where people look

    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    for heading in _HEADINGS:
        table.add_column(heading, overflow="fold", no_wrap=heading in {"since", "until"})
    for entry in found:
        table.add_row(
            entry.execution_id,
            entry.workflow,
            _named(entry),
            " ".join(entry.title.split()),
            ", ".join(entry.approvers) or "anybody",
            local_time(entry.since),
            local_time(entry.until) if entry.until else "",
        )
    return table


def inbox_line(entry: PendingApproval) -> str:
    """An approval or held step as one plain line."""
    until = f", until {local_time(entry.until)}" if entry.until else ""
    title = " ".join(entry.title.split())
    who = ", ".join(entry.approvers) or "anybody"
    return f"{entry.execution_id} {_named(entry)} ({who}){until}{f': {title}' if title else ''}"


def _named(entry: PendingApproval) -> str:
    """The name, and of a held step that it is one."""
    return f"{entry.name} (held)" if entry.kind == "decision" else entry.name
