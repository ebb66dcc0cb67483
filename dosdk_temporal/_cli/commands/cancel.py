"""Outside: ``dosdk cancel``."""

from __future__ import annotations

from typing import Annotated

import typer

from dosdk_temporal._cli.connecting import connecting
from dosdk_temporal._cli.options import ExecutionId, Json
from dosdk_temporal._cli.output import tell
from dosdk_temporal._client.do import Do

__all__ = ["cancel"]


@connecting
async def cancel(
    do: Do,
    execution_id: ExecutionId,
    reason: Annotated[str, typer.Option("--reason", "-r", metavar="TEXT", help="Why; kept in the run's history.")] = "",
    as_json: Json = False,
) -> None:
    """Ask a run to end: its handler sees asyncio.CancelledError and can clean up.

    [dim]Example:[/dim] [cyan]dosdk cancel report-2027-01-01 --reason "wrong month"[/cyan]
    """
    await do.workflows.cancel(execution_id, reason=reason)
    tell(
        {"id": execution_id, "requested": "cancel", "reason": reason},
        f"{execution_id} was asked to end: 'dosdk status {execution_id}' shows when it has",
        as_json=as_json,
    )
