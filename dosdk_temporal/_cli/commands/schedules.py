"""Outside: ``dosdk schedules`` and what can be done with one of them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import typer

from dosdk_temporal._cli.connecting import connecting
from dosdk_temporal._cli.options import Json, Overlap
from dosdk_temporal._cli.output import console, document, tell
from dosdk_temporal._client.do import Do

__all__ = ["schedules"]

schedules = typer.Typer(name="schedules", help="List schedules; show, pause, trigger, backfill and delete them.")

ScheduleId = Annotated[str, typer.Argument(metavar="ID", help="The schedule's id, as 'dosdk schedules' shows it.")]
Note = Annotated[str, typer.Option("--note", metavar="TEXT", help="Why, for who looks at it.")]
Policy = Annotated[Overlap, typer.Option("--overlap", help="What to do while a run goes on.")]


@schedules.callback(invoke_without_command=True)
@connecting
async def list_schedules(
    do: Do,
    context: typer.Context,
    workflow: Annotated[
        str | None, typer.Option("--workflow", "-w", metavar="NAME", help="Only those that start this workflow.")
    ] = None,
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, help="How many at most.")] = 100,
    as_json: Json = False,
) -> None:
    """List schedules: when they are due, whether they are paused, their last run. What was just created may be missing.

    [dim]Example:[/dim] [cyan]dosdk schedules --workflow weekly-report[/cyan]
    """
    if context.invoked_subcommand is not None:
        _refuse_options(context)
        return
    from dosdk_temporal._cli.views.schedules import show_schedules  # noqa: PLC0415 - --help loads none of it

    found = await do.workflows.list_schedules(workflow=workflow, limit=limit)
    document(found) if as_json else show_schedules(console(), found)


@schedules.command("show")
@connecting
async def show(
    do: Do,
    schedule_id: ScheduleId,
    count: Annotated[int, typer.Option("--next", "-n", min=1, max=10_000, help="How many of its next times.")] = 10,
    as_json: Json = False,
) -> None:
    """Show one schedule: when it is due next, its last runs, its input and whom it tells.

    [dim]Example:[/dim] [cyan]dosdk schedules show weekly-report --next 20[/cyan]
    """
    from dosdk_temporal._cli.views.schedules import show_schedule  # noqa: PLC0415 - --help loads none of it

    schedule = do.workflows.get_schedule(schedule_id)
    status, times = await schedule.describe(), await schedule.next_times(count)
    if as_json:
        document({"schedule": status, "next_times": times})
    else:
        show_schedule(console(), status, times)


@schedules.command("pause")
@connecting
async def pause(do: Do, schedule_id: ScheduleId, note: Note = "", as_json: Json = False) -> None:
    """Start nothing by itself until it is unpaused; runs that go on are left alone.

    [dim]Example:[/dim] [cyan]dosdk schedules pause weekly-report --note "until the audit is over"[/cyan]
    """
    await do.workflows.get_schedule(schedule_id).pause(note)
    _say(schedule_id, "paused", as_json)


@schedules.command("unpause")
@connecting
async def unpause(do: Do, schedule_id: ScheduleId, note: Note = "", as_json: Json = False) -> None:
    """Start runs again, from the next time on.

    [dim]Example:[/dim] [cyan]dosdk schedules unpause weekly-report[/cyan]
    """
    await do.workflows.get_schedule(schedule_id).unpause(note)
    _say(schedule_id, "unpaused", as_json)


@schedules.command("trigger")
@connecting
async def trigger(
    do: Do,
    schedule_id: ScheduleId,
    overlap: Annotated[
        Overlap | None, typer.Option("--overlap", help="What to do while a run goes on. Default: the schedule's own.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Start a run now, also of a paused schedule.

    [dim]Example:[/dim] [cyan]dosdk schedules trigger weekly-report[/cyan]
    """
    await do.workflows.get_schedule(schedule_id).trigger(overlap=overlap)
    _say(schedule_id, "triggered", as_json)


@schedules.command("backfill")
@connecting
async def backfill(
    do: Do,
    schedule_id: ScheduleId,
    *,
    start: Annotated[str, typer.Option("--from", metavar="TIME", help="The beginning, as 2027-01-01T00:00Z.")],
    end: Annotated[str, typer.Option("--to", metavar="TIME", help="The end, not in the future.")],
    overlap: Policy = "buffer_all",
    as_json: Json = False,
) -> None:
    """Start the runs that were due in a time that has passed, both ends included, each with the time it was due.

    [dim]Example:[/dim]

    [cyan]dosdk schedules backfill weekly-report --from 2027-01-01T00:00Z --to 2027-02-01T00:00Z[/cyan]
    """
    schedule = do.workflows.get_schedule(schedule_id)
    await schedule.backfill(_time(start, "--from"), _time(end, "--to"), overlap=overlap)
    _say(schedule_id, "backfilled", as_json)


@schedules.command("delete")
@connecting
async def delete(do: Do, schedule_id: ScheduleId, as_json: Json = False) -> None:
    """Delete a schedule; its runs are left alone.

    [dim]Example:[/dim] [cyan]dosdk schedules delete weekly-report[/cyan]
    """
    await do.workflows.get_schedule(schedule_id).delete()
    _say(schedule_id, "deleted", as_json)


def _say(schedule_id: str, did: str, as_json: bool) -> None:
    tell({"id": schedule_id, "did": did}, f"schedule {schedule_id} {did}", as_json=as_json)


def _time(text: str, option: str) -> datetime:
    try:
        time = datetime.fromisoformat(text)
    except ValueError:
        time = None
    if time is None or time.tzinfo is None:
        raise typer.BadParameter(f"{text!r} is not a time with its zone, as 2027-01-01T00:00Z", param_hint=option)
    return time


def _refuse_options(context: typer.Context) -> None:
    """Options before a command's name would be those of the list, and silently do nothing."""
    given = [name for name in context.params if str(context.get_parameter_source(name)).endswith("COMMANDLINE")]
    if given:
        command = context.invoked_subcommand
        raise typer.BadParameter(f"options go behind the command, as in 'dosdk schedules {command} ID --json'")
