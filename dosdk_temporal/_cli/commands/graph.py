"""Outside: ``dosdk graph``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from dosdk_temporal._cli.connecting import connecting
from dosdk_temporal._cli.options import Json, Modules
from dosdk_temporal._cli.output import document
from dosdk_temporal._client.do import Do

__all__ = ["graph"]


@connecting
async def graph(
    do: Do,
    what: Annotated[
        str,
        typer.Argument(
            metavar="PATH|NAME|ID",
            help="A definition's file, the name of a workflow of the modules given, or the id of a run.",
        ),
    ],
    *,
    modules: Modules = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FILE", help="Write there, not to standard output.")
    ] = None,
    svg: Annotated[
        bool, typer.Option("--svg", help="Draw it, with mmdc of mermaid-cli where that is installed.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Draw a declarative workflow as a Mermaid flowchart; of a run, coloured by what became of each step, and how long it took.

    Dashed ways are taken when something fails. Of a run of a Python handler the steps are shown that it made, in order. A file
    needs no server, a name neither.

    [dim]Examples:[/dim]

    [cyan]dosdk graph onboarding.yaml --output onboarding.mmd[/cyan]

    [cyan]dosdk graph report-2027-01-01 --svg --output report.svg[/cyan]
    """
    from dosdk_temporal._cli.picturing import picture_of  # noqa: PLC0415 - here and below: --help loads none of it
    from dosdk_temporal._cli.rendering import svg_of  # noqa: PLC0415
    from dosdk_temporal._pure.drawing.mermaid import mermaid_text  # noqa: PLC0415
    from dosdk_temporal._worker.modules import load_modules  # noqa: PLC0415

    load_modules(tuple(modules or ()))
    canvas = await picture_of(do, what)
    text = mermaid_text(canvas)
    picture = svg_of(text) if svg else text.encode()
    if as_json:
        document({"mermaid": text, **canvas.to_json()})
    elif output is None:
        typer.echo(picture, nl=False)
    if output is not None:
        _write(output, picture)


def _write(path: Path, picture: bytes) -> None:
    try:
        path.write_bytes(picture)
    except OSError as error:
        raise typer.BadParameter(f"{str(path)!r} cannot be written: {error.strerror}", param_hint="--output") from None
