"""Outside: ``dosdk audit``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from dosdk_temporal._cli.connecting import connecting
from dosdk_temporal._cli.options import ExecutionId, Json
from dosdk_temporal._cli.output import console, document
from dosdk_temporal._client.do import Do

__all__ = ["audit"]


@connecting
async def audit(
    do: Do,
    execution_id: ExecutionId,
    chain: Annotated[
        bool, typer.Option("--chain", help="Also the runs that this one goes on from, the oldest first.")
    ] = False,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            metavar="FILE",
            help="Write it to a file: as one JSON document, or as FILE.jsonl, one entry a line.",
        ),
    ] = None,
    as_json: Json = False,
) -> None:
    """Show all that happened in a run, in order: steps, attempts, waits, decisions and who made them, operators.

    It is kept for as long as the namespace keeps closed runs ('dosdk doctor' says how long): export it before.

    [dim]Examples:[/dim]

    [cyan]dosdk audit order-7[/cyan]

    [cyan]dosdk audit order-7 --output order-7.jsonl[/cyan]
    """
    from dosdk_temporal._cli.views.audit import as_document, show_audit, write_audit  # noqa: PLC0415 - here and below: --help loads none of it
    from dosdk_temporal._client.recorded.chain import read_chain  # noqa: PLC0415

    if chain:
        runs = await read_chain(await do.connection(), execution_id)
    else:
        runs = [await do.workflows.get_status(execution_id, include_audit_trail=True)]
    if output is not None:
        count = write_audit(output, runs)
        console().print(f"{count} entries of {execution_id} written to {output}")
    elif as_json:
        document(as_document(runs))
    else:
        for run in runs:
            show_audit(console(), run)
