"""Outside: ``dosdk pause``."""

from __future__ import annotations

from typing import Annotated

import typer

from dosdk_temporal._cli.connecting import connecting
from dosdk_temporal._cli.options import ExecutionId, Json
from dosdk_temporal._cli.output import tell
from dosdk_temporal._client.do import Do

__all__ = ["pause"]


@connecting
async def pause(
    do: Do,
    execution_id: ExecutionId,
    reason: Annotated[str, typer.Option("--reason", "-r", metavar="TEXT", help="Why; kept in the run's history.")] = "",
    as_json: Json = False,
) -> None:
    """Pause a run: what it has scheduled ends, nothing new begins, and what comes for it is kept.

    [dim]Example:[/dim] [cyan]dosdk pause order-7 --reason "the bank is closed"[/cyan]
    """
    await do.workflows.pause(execution_id, reason=reason)
    tell(
        {"id": execution_id, "requested": "pause", "reason": reason},
        f"{execution_id} is paused: 'dosdk resume {execution_id}' lets it go on",
        as_json=as_json,
    )
