"""Outside: ``dosdk setup``."""

from __future__ import annotations

import os
from typing import Annotated, Literal

import typer

from dosdk_temporal._cli.connecting import connecting
from dosdk_temporal._cli.options import Json, OptionalModules
from dosdk_temporal._cli.output import console, document
from dosdk_temporal._client.do import Do

__all__ = ["setup"]


@connecting
async def setup(
    do: Do,
    modules: OptionalModules = None,
    database: Annotated[
        Literal["this", "any"] | None,
        typer.Option(
            "--database",
            help="Let the namespace name this process's database in place of the one it names, or take any, as a namespace "
            "of tests does. Default: this one, where it names none yet.",
        ),
    ] = None,
    rate_limit: Annotated[
        str | None,
        typer.Option(
            "--rate-limit",
            metavar="N|off",
            help="At most so many actions a second of the task queue, over all workers. Default: DO_RATE_LIMIT, else as it is.",
            show_default=False,
        ),
    ] = None,
    as_json: Json = False,
) -> None:
    """Get a namespace ready: register the search attributes, and keep closed runs for 90 days where it is less.

    The tables of the Datastore, events and transactions are made, or brought to this version, and the namespace names their
    database, so that no process with another one starts; with modules also the table of transactions in each database that
    their actions name.
    With modules also their schedules are applied: those that a workflow declares with trigger={"schedule": ...}.
    Says what it changed; safe to repeat. 'dosdk dev' does this by itself, and so does each start of a worker but for how
    long runs are kept.

    [dim]Example:[/dim] [cyan]dosdk setup myproject.flows --address temporal:7233 --namespace production[/cyan]
    """
    from dosdk_temporal._client.preparing import prepare, prepare_schedules  # noqa: PLC0415 - --help loads none of it
    from dosdk_temporal._client.preparing_database import prepare_database, prepare_named, prepare_owner  # noqa: PLC0415
    from dosdk_temporal._client.rate_limit import parse_rate, prepare_rate  # noqa: PLC0415
    from dosdk_temporal._pure.registry_check import check_registry  # noqa: PLC0415
    from dosdk_temporal._worker.modules import load_modules  # noqa: PLC0415

    wanted = rate_limit or os.environ.get("DO_RATE_LIMIT")
    rate = parse_rate(wanted) if wanted else None
    load_modules(tuple(modules or ()))
    check_registry(do.registry)
    connection = await do.connection()
    done = await prepare(connection)
    await prepare_database(do.database, done)
    await prepare_named(do, done)
    await prepare_owner(connection, do.database, database, done)
    if wanted:
        await prepare_rate(connection, rate, done)
    if modules:
        await prepare_schedules(do, done)
    if as_json:
        document(done)
        return
    out = console()
    for text in done.changed:
        out.print(f"changed  {text}", style="green")
    for text in done.kept:
        out.print(f"kept     {text}", style="dim")
    for text in done.without:
        out.print(f"without  {text}", style="yellow")
    for text in done.left:
        out.print(f"left     {text}", style="yellow")
