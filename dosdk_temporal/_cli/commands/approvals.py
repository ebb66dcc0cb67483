"""Outside: ``dosdk approvals``."""

from __future__ import annotations

from typing import Annotated

import typer

from dosdk_temporal._cli.connecting import connecting
from dosdk_temporal._cli.options import AskingWorkflow, Assignee, Json
from dosdk_temporal._cli.output import console, document
from dosdk_temporal._client.do import Do

__all__ = ["approvals"]


@connecting
async def approvals(
    do: Do,
    assignee: Assignee = None,
    workflow: AskingWorkflow = None,
    overdue: Annotated[
        bool, typer.Option("--overdue", help="Only what has passed its time while no worker runs to end it.")
    ] = False,
    as_json: Json = False,
) -> None:
    """List what waits for a person, approvals and held steps, the longest waiting first. It may lag by a second.

    [dim]Example:[/dim] [cyan]dosdk approvals --assignee ann[/cyan]
    """
    from dosdk_temporal._cli.views.inbox import show_inbox  # noqa: PLC0415 - --help loads none of it

    found = await do.approvals.list(assignee=assignee, workflow=workflow, overdue=overdue)
    document(found) if as_json else show_inbox(console(), found)
