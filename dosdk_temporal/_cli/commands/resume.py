"""Outside: ``dosdk resume``."""

from __future__ import annotations

from typing import Annotated

import typer

from dosdk_temporal._cli.connecting import connecting
from dosdk_temporal._cli.options import ExecutionId, Json
from dosdk_temporal._cli.output import tell
from dosdk_temporal._client.do import Do

__all__ = ["resume"]


@connecting
async def resume(
    do: Do,
    execution_id: ExecutionId,
    reason: Annotated[str, typer.Option("--reason", "-r", metavar="TEXT", help="Why; kept in the run's history.")] = "",
    as_json: Json = False,
) -> None:
    """Let a paused run go on.

    [dim]Example:[/dim] [cyan]dosdk resume order-7 --reason "the bank is open"[/cyan]
    """
    await do.workflows.resume(execution_id, reason=reason)
    tell(
        {"id": execution_id, "requested": "resume", "reason": reason},
        f"{execution_id} goes on: 'dosdk status {execution_id}' shows where it stands",
        as_json=as_json,
    )
