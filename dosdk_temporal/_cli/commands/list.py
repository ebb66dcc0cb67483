"""Outside: ``dosdk list``."""

from __future__ import annotations

from typing import Annotated

import typer

from dosdk_temporal._cli.connecting import connecting
from dosdk_temporal._cli.options import Json
from dosdk_temporal._cli.output import console, document
from dosdk_temporal._client.do import Do
from dosdk_temporal._pure.status import State

__all__ = ["list_runs"]


@connecting
async def list_runs(
    do: Do,
    workflow: Annotated[
        str | None, typer.Option("--workflow", "-w", metavar="NAME", help="Only runs of this workflow.")
    ] = None,
    state: Annotated[State | None, typer.Option("--state", "-s", help="Only runs in this state.")] = None,
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, help="How many at most.")] = 20,
    as_json: Json = False,
) -> None:
    """List runs, the newest first. What was just started may be missing for a second.

    [dim]Example:[/dim] [cyan]dosdk list --state waiting --limit 5[/cyan]
    """
    from dosdk_temporal._cli.views.listing import show_list  # noqa: PLC0415 - --help loads none of it

    found = await do.workflows.list(workflow=workflow, state=state, limit=limit)
    document(found) if as_json else show_list(console(), found)
