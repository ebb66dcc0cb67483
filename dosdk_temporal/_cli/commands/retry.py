"""Outside: ``dosdk retry``."""

from __future__ import annotations

from typing import Annotated

import typer

from dosdk_temporal._cli.connecting import connecting
from dosdk_temporal._cli.options import ExecutionId, Json
from dosdk_temporal._cli.output import tell
from dosdk_temporal._client.do import Do

__all__ = ["retry"]


@connecting
async def retry(
    do: Do,
    execution_id: ExecutionId,
    *,
    from_step: Annotated[
        str | None,
        typer.Option("--from", metavar="STEP", help="The step to begin with. Default: the one that failed."),
    ] = None,
    reason: Annotated[str, typer.Option("--reason", "-r", metavar="TEXT", help="Why; kept in the run's history.")] = "",
    as_json: Json = False,
) -> None:
    """Do a run again from a step: what completed before it stands, decisions too.

    [dim]Examples:[/dim]

    [cyan]dosdk retry report-2027-01-01[/cyan]

    [cyan]dosdk retry order-7 --from charge-card --reason "the bank is back"[/cyan]
    """
    from dosdk_temporal._cli.flags import in_flags  # noqa: PLC0415 - --help loads none of it

    with in_flags({"from_step=": "--from"}):
        await do.workflows.retry(execution_id, from_step, reason=reason)
    tell(
        {"id": execution_id, "requested": "retry", "from_step": from_step, "reason": reason},
        f"{execution_id} goes on: 'dosdk status {execution_id}' shows where it stands",
        as_json=as_json,
    )
