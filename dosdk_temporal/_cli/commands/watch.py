"""Outside: ``dosdk watch``."""

from __future__ import annotations

from functools import partial
from typing import Annotated

import typer

from dosdk_temporal._cli.connecting import connecting
from dosdk_temporal._cli.options import AskingWorkflow, Assignee, Json
from dosdk_temporal._cli.output import console
from dosdk_temporal._client.do import Do

__all__ = ["watch"]


@connecting
async def watch(
    do: Do,
    execution_id: Annotated[
        str | None, typer.Argument(metavar="[ID]", help="The run to watch until it ends. Default: the inbox.")
    ] = None,
    *,
    assignee: Assignee = None,
    workflow: AskingWorkflow = None,
    as_json: Json = False,
) -> None:
    """Watch a run until it ends, or without an ID the approvals that wait, as they come and go. Ctrl-C ends the watching.

    Where no terminal shows it, each change is a line; with --json each is a JSON document on a line.

    [dim]Examples:[/dim]

    [cyan]dosdk watch order-7[/cyan]

    [cyan]dosdk watch --assignee ann[/cyan]
    """
    from dosdk_temporal._cli.following import follow, follow_inbox  # noqa: PLC0415 - here and below: --help loads none of it
    from dosdk_temporal._cli.views.inbox_progress import inbox_progress  # noqa: PLC0415
    from dosdk_temporal._cli.views.progress import JsonProgress, progress  # noqa: PLC0415

    if execution_id is None:
        look = partial(do.approvals.list, assignee=assignee, workflow=workflow)
        await follow_inbox(look, inbox_progress(as_json=as_json))
    if assignee is not None or workflow is not None:
        raise typer.BadParameter("--assignee and --workflow choose from the inbox: leave them out, or leave out the ID")
    show = JsonProgress() if as_json else progress(silent=False, console=console())
    await follow(do.workflows.get(execution_id), show)
