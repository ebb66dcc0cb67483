"""Outside: ``dosdk emit``."""

from __future__ import annotations

import asyncio
from typing import Annotated

import typer

from dosdk_temporal._cli.connecting import connecting
from dosdk_temporal._cli.options import VALUE, Json, value_forms
from dosdk_temporal._cli.output import console, document
from dosdk_temporal._client.do import Do

__all__ = ["emit"]


@connecting
async def emit(
    do: Do,
    name: Annotated[str, typer.Argument(metavar="NAME", help="The event's name, like order.placed.")],
    *,
    payload: Annotated[
        str | None,
        typer.Option(
            "--payload",
            "-p",
            "--input",
            "-i",
            metavar=VALUE,
            help="What happened: " + value_forms('{"order": 7}') + ". Default: {}.",
        ),
    ] = None,
    id: Annotated[  # noqa: A002 - the contract's name
        str | None,
        typer.Option("--id", metavar="ID", help="The same id again is the same event. Default: a new one."),
    ] = None,
    keep: Annotated[
        str, typer.Option("--keep", metavar="DURATION", help="How long it is there for runs that wait for it later.")
    ] = "7d",
    as_json: Json = False,
) -> None:
    """Tell what happened: start the workflows that subscribe to it, and wake the runs that wait for it.

    [dim]Example:[/dim]

    [cyan]dosdk emit user.created --payload '{"email": "ada@example.com"}' --id signup-7[/cyan]
    """
    from dosdk_temporal._cli.faults import complain  # noqa: PLC0415 - here and below: --help loads none of it
    from dosdk_temporal._cli.reading import read_input  # noqa: PLC0415
    from dosdk_temporal._cli.views.emission import emission_lines  # noqa: PLC0415

    value = read_input(payload, "--payload")
    try:
        emitted = await do.events.emit(name, value, id=id, keep=keep)
    except asyncio.CancelledError:
        complain(f"event {name!r} is dispatched all the same: what was emitted is not taken back", "note")
        raise
    if as_json:
        document(emitted)
        return
    out = console()
    for text, style in emission_lines(emitted):
        out.print(text, style=style)
