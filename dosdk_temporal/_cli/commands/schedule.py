"""Outside: ``dosdk schedule``."""

from __future__ import annotations

from typing import Annotated, Any, Final

import typer

from dosdk_temporal._cli.connecting import connecting
from dosdk_temporal._cli.options import InputJson, Json, Modules, Overlap
from dosdk_temporal._cli.output import console, document
from dosdk_temporal._client.do import Do

__all__ = ["schedule"]

_SPELLED: Final = {
    "cron_expression:": "--cron:",
    "cron_expression=": "--cron ",
    "every: every=": "--every ",
    "every=": "--every ",
    "jitter: jitter=": "--jitter ",
    "catch_up: catch_up=": "--catch-up ",
    "write date(2027, 12, 25) or '2027-12-25'": "write 2027-12-25",
}


def _told(option: str, moment: str) -> Any:
    text = f"Whom each run tells of its {moment}: an address, #channel or @name. May be repeated."
    return typer.Option(option, metavar="WHO", help=text)


@connecting
async def schedule(
    do: Do,
    name: Annotated[str, typer.Argument(metavar="NAME", help="The workflow's name, or name@version.")],
    *,
    cron: Annotated[
        list[str] | None,
        typer.Option(
            "--cron",
            metavar="CRON",
            help="Minute, hour, day of month, month, day of week: '0 9 * * mon'; or @daily. May be repeated.",
        ),
    ] = None,
    every: Annotated[
        list[str] | None, typer.Option("--every", metavar="DURATION", help="An interval, as 6h. May be repeated.")
    ] = None,
    timezone: Annotated[
        str, typer.Option("--timezone", metavar="ZONE", help="The time zone of --cron, as Europe/Berlin.")
    ] = "UTC",
    given: InputJson = None,
    schedule_id: Annotated[
        str | None, typer.Option("--id", metavar="ID", help="The schedule's id. Default: the workflow's name.")
    ] = None,
    overlap: Annotated[Overlap, typer.Option("--overlap", help="What to do while the run before goes on.")] = "skip",
    jitter: Annotated[
        str | None, typer.Option("--jitter", metavar="DURATION", help="Start up to this much later.")
    ] = None,
    catch_up: Annotated[
        str | None,
        typer.Option("--catch-up", metavar="DURATION", help="How late a missed start is still made. Default: a year."),
    ] = None,
    skip: Annotated[
        list[str] | None,
        typer.Option("--skip", metavar="DATE", help="A day without a start, as 2027-12-25. May be repeated."),
    ] = None,
    on_start: Annotated[list[str] | None, _told("--on-start", "start")] = None,
    on_complete: Annotated[list[str] | None, _told("--on-complete", "success")] = None,
    on_failure: Annotated[list[str] | None, _told("--on-failure", "failure")] = None,
    paused: Annotated[bool, typer.Option("--paused", help="Create it paused.")] = False,
    note: Annotated[str, typer.Option("--note", metavar="TEXT", help="For who looks at it.")] = "",
    modules: Modules = None,
    as_json: Json = False,
) -> None:
    """Start a workflow again and again. The same schedule again changes nothing, another text replaces it.

    [dim]Example:[/dim]

    [cyan]dosdk schedule weekly-report --cron '0 9 * * mon' --timezone Europe/Berlin --on-failure ops@example.com[/cyan]
    """
    from dosdk_temporal._cli.flags import in_flags  # noqa: PLC0415 - here and below: --help loads none of it
    from dosdk_temporal._cli.reading import read_input  # noqa: PLC0415
    from dosdk_temporal._cli.views.schedules import show_schedule  # noqa: PLC0415
    from dosdk_temporal._worker.modules import load_modules  # noqa: PLC0415

    value = read_input(given)
    load_modules(tuple(modules or ()))
    told = {"onStart": on_start, "onComplete": on_complete, "onFailure": on_failure}
    with in_flags(_SPELLED):
        made = await do.workflows.schedule(
            name,
            cron_expression=cron,
            every=every,
            timezone=timezone,
            input=value,
            id=schedule_id,
            overlap=overlap,
            jitter=jitter,
            catch_up=catch_up,
            skip=skip or (),
            notifications=told,
            paused=paused,
            note=note,
        )
    status = await made.describe()
    if as_json:
        document({"id": made.id, "outcome": made.outcome, "schedule": status})
    else:
        console().print(f"schedule {made.id}: {made.outcome}")
        show_schedule(console(), status, status.next_times[:3])
