"""Outside: ``dosdk replay``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from dosdk_temporal._cli.connecting import connecting
from dosdk_temporal._cli.options import Json
from dosdk_temporal._cli.output import console, document
from dosdk_temporal._client.do import Do

__all__ = ["replay"]

_LAST = 10


@connecting
async def replay(
    do: Do,
    paths: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[PATH|ID]...",
            help="Histories as JSON: files, or folders of them, of --save, the Web UI or 'temporal workflow show'; "
            "or the ids of runs, from the server.",
        ),
    ] = None,
    *,
    modules: Annotated[
        list[str] | None,
        typer.Option(
            "--module",
            "-m",
            metavar="MODULE",
            help="What defines your workflows: package.module, path/to/file.py or path/to/flow.yaml. May be repeated.",
        ),
    ] = None,
    workflows: Annotated[
        list[str] | None,
        typer.Option(
            "--workflow", "-w", metavar="NAME", help="Runs of this workflow, from the server. May be repeated."
        ),
    ] = None,
    last: Annotated[
        int | None,
        typer.Option(
            "--last",
            "-n",
            metavar="N",
            min=1,
            help=f"The newest N runs of each workflow, from the server. Default: {_LAST}, where nothing is named.",
            show_default=False,
        ),
    ] = None,
    save: Annotated[
        Path | None, typer.Option("--save", metavar="DIR", help="Write the histories there, to be replayed later.")
    ] = None,
    any_length: Annotated[
        bool,
        typer.Option(
            "--any-length", help="Let timers have another length than recorded: runs under way keep the one they have."
        ),
    ] = False,
    as_json: Json = False,
) -> int:
    """Replay recorded runs against the code there is now, and fail where they part: before a deploy, for runs under way.

    Nothing is executed and nothing is written; with files alone no server is needed.

    [dim]Examples:[/dim]

    [cyan]dosdk replay -m myproject.flows --last 20[/cyan]

    [cyan]dosdk replay -m myproject.flows tests/histories[/cyan]

    [cyan]dosdk replay -m flow.py order-7[/cyan]
    """
    from dosdk_temporal._cli.views.replay import show_replayed  # noqa: PLC0415 - here and below: --help loads none of it
    from dosdk_temporal._worker.modules import load_modules  # noqa: PLC0415
    from dosdk_temporal._worker.replaying.files import read_files, write_file  # noqa: PLC0415
    from dosdk_temporal._worker.replaying.recent import named_history, recent_histories  # noqa: PLC0415
    from dosdk_temporal._worker.replaying.replaying import replay as replayed  # noqa: PLC0415

    if paths and (workflows or last):
        raise typer.BadParameter("what is named is replayed as it is: leave --workflow and --last out, or the names")
    load_modules(tuple(modules or ()), do.registry)
    if not len(do.registry.workflows):
        raise typer.BadParameter("no workflow is known: name the module that defines yours", param_hint="--module")
    recorded = [] if paths else [run async for run in recent_histories(do, workflows or (), last or _LAST)]
    for path in paths or ():
        is_file = Path(path).exists()  # noqa: ASYNC240 - a command does one thing at a time
        recorded += read_files([path]) if is_file else [await named_history(do, path)]
    if save is not None:
        for one in recorded:
            write_file(one, save)
    found = [result async for result in replayed(do.registry, recorded, any_length=any_length)]
    if as_json:
        document(found)
    else:
        show_replayed(console(), found)
    return int(any(result.parting for result in found))
