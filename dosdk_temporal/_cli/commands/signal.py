"""Outside: ``dosdk signal``."""

from __future__ import annotations

from typing import Annotated

import typer

from dosdk_temporal._cli.connecting import connecting
from dosdk_temporal._cli.options import VALUE, ExecutionId, Json, value_forms
from dosdk_temporal._cli.output import tell
from dosdk_temporal._client.do import Do

__all__ = ["signal"]


@connecting
async def signal(
    do: Do,
    execution_id: ExecutionId,
    name: Annotated[str, typer.Argument(metavar="NAME", help="The signal's name, as the workflow reads it.")],
    *,
    payload: Annotated[
        str | None,
        typer.Option(
            "--payload",
            "-p",
            metavar=VALUE,
            help="What it carries: " + value_forms('{"note": "hurry"}') + ". Default: null.",
        ),
    ] = None,
    as_json: Json = False,
) -> None:
    """Send a run a signal: its handler reads it by do.signals("name"), also one that came before it began to read.

    [dim]Example:[/dim] [cyan]dosdk signal order-7 note --payload '"hurry"'[/cyan]
    """
    from dosdk_temporal._cli.reading import read_input  # noqa: PLC0415 - --help loads none of it

    await do.workflows.get(execution_id).signal(name, read_input(payload, "--payload"))
    tell({"id": execution_id, "signal": name}, f"signal {name} sent to {execution_id}", as_json=as_json)
