"""Outside: ``dosdk status``."""

from __future__ import annotations

from typing import Annotated

import typer

from dosdk_temporal._cli.connecting import connecting
from dosdk_temporal._cli.options import ExecutionId, Json
from dosdk_temporal._cli.output import console, document
from dosdk_temporal._client.do import Do

__all__ = ["status"]


@connecting
async def status(
    do: Do,
    execution_id: ExecutionId,
    metrics: Annotated[
        bool, typer.Option("--metrics", help="Also its figures, as 'dosdk metrics' shows them.")
    ] = False,
    audit: Annotated[bool, typer.Option("--audit", help="Also all that happened, as 'dosdk audit' shows it.")] = False,
    as_json: Json = False,
) -> None:
    """Show where a run stands: its state, steps, attempts, input, and output or error.

    [dim]Example:[/dim] [cyan]dosdk status report-2027-01-01[/cyan]
    """
    from dosdk_temporal._cli.views.status import show_status  # noqa: PLC0415 - --help loads none of it

    found = await do.workflows.get_status(execution_id, include_metrics=metrics, include_audit_trail=audit)
    document(found) if as_json else show_status(console(), found)
