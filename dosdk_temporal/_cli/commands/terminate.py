"""Outside: ``dosdk terminate``."""

from __future__ import annotations

from typing import Annotated

import typer

from dosdk_temporal._cli.connecting import connecting
from dosdk_temporal._cli.options import ExecutionId, Json
from dosdk_temporal._cli.output import tell
from dosdk_temporal._client.do import Do

__all__ = ["terminate"]


@connecting
async def terminate(
    do: Do,
    execution_id: ExecutionId,
    reason: Annotated[str, typer.Option("--reason", "-r", metavar="TEXT", help="Why; kept in the run's history.")] = "",
    as_json: Json = False,
) -> None:
    """End a run at once: its handler does not see it, and nothing is undone. 'dosdk cancel' is the gentler way.

    [dim]Example:[/dim] [cyan]dosdk terminate report-2027-01-01 --reason "stuck"[/cyan]
    """
    await do.workflows.get(execution_id).terminate(reason)
    tell(
        {"id": execution_id, "requested": "terminate", "reason": reason},
        f"{execution_id} is terminated",
        as_json=as_json,
    )
