"""Outside: ``dosdk run``."""

from __future__ import annotations

import asyncio
from typing import Annotated, Final

import typer

from dosdk_temporal._cli.connecting import connecting
from dosdk_temporal._cli.options import InputJson, Json, Modules
from dosdk_temporal._cli.output import console, document
from dosdk_temporal._client.do import Do

__all__ = ["run"]

_SPELLED: Final = {
    "id= and idempotency_key=": "--id and --key",
    "the idempotency_key must": "the --key must",
    "priority=": "--priority ",
    "fairness_key=": "--fairness-key ",
}


@connecting
async def run(
    do: Do,
    name: Annotated[str, typer.Argument(metavar="NAME", help="The workflow's name, or name@version.")],
    *,
    given: InputJson = None,
    id: Annotated[  # noqa: A002 - the contract's name
        str | None,
        typer.Option(
            "--id",
            metavar="ID",
            help="The execution id. A running one is joined, a failed one started again. Default: a new one.",
        ),
    ] = None,
    key: Annotated[
        str | None,
        typer.Option(
            "--key",
            metavar="KEY",
            help="An idempotency key, instead of an id: with one key there is one run, however often it is asked for.",
        ),
    ] = None,
    priority: Annotated[
        int | None,
        typer.Option(
            "--priority",
            metavar="N",
            help="1, first, to 5, of what waits for a worker. Default: 3.",
            show_default=False,
        ),
    ] = None,
    fairness_key: Annotated[
        str | None,
        typer.Option("--fairness-key", metavar="KEY", help="Whose run it is: those of one priority take turns by it."),
    ] = None,
    modules: Modules = None,
    detach: Annotated[bool, typer.Option("--detach", "-d", help="Start it, print its id, and do not wait.")] = False,
    as_json: Json = False,
) -> None:
    """Start a workflow, show its steps while it runs, and print its output.

    Steps and their attempts go to standard error, the output to standard output, as JSON.
    Ctrl-C ends the watching, not the run.

    [dim]Examples:[/dim]

    [cyan]dosdk run new-user-onboarding --input '{"email": "ada@example.com"}'[/cyan]

    [cyan]dosdk run nightly-report --input report.json --id report-2027-01-01 --detach[/cyan]
    """
    from dosdk_temporal._cli.flags import in_flags  # noqa: PLC0415 - here and below: --help loads none of it
    from dosdk_temporal._cli.following import follow  # noqa: PLC0415
    from dosdk_temporal._cli.reading import read_input  # noqa: PLC0415
    from dosdk_temporal._cli.views.progress import progress  # noqa: PLC0415
    from dosdk_temporal._worker.modules import load_modules  # noqa: PLC0415

    value = read_input(given)
    load_modules(tuple(modules or ()))
    with in_flags(_SPELLED):
        execution = await do.workflows.start(
            name, value, id=id, idempotency_key=key, priority=priority, fairness_key=fairness_key
        )
    if execution.joined:
        from dosdk_temporal._cli.joining import tell_of_joining  # noqa: PLC0415

        await tell_of_joining(execution, name, value)
    if detach:
        started = {"id": execution.id, "name": name, "joined": execution.joined}
        document(started) if as_json else console().print(execution.id)
        return
    try:
        status = await follow(execution, progress(silent=as_json, opening="joined" if execution.joined else "started"))
    except asyncio.CancelledError:
        from dosdk_temporal._cli.faults import complain  # noqa: PLC0415

        complain(f"{execution.id} goes on: 'dosdk status {execution.id}' shows where it stands", "note")
        raise
    if as_json:
        document(status)
    result = await execution.result()
    if not as_json:
        document(result)
