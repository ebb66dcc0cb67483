"""Outside: the commands of ``dosdk``, in the order in which people meet them."""

from __future__ import annotations

from typing import Annotated

import typer

from dosdk_temporal._cli.commands.action import action
from dosdk_temporal._cli.commands.approvals import approvals
from dosdk_temporal._cli.commands.approve import approve
from dosdk_temporal._cli.commands.audit import audit
from dosdk_temporal._cli.commands.cancel import cancel
from dosdk_temporal._cli.commands.catalog import catalog
from dosdk_temporal._cli.commands.codec import codec
from dosdk_temporal._cli.commands.datastore import datastore
from dosdk_temporal._cli.commands.deployments import deployments
from dosdk_temporal._cli.commands.dev import dev
from dosdk_temporal._cli.commands.doctor import doctor
from dosdk_temporal._cli.commands.emit import emit
from dosdk_temporal._cli.commands.eval import evaluate_expression
from dosdk_temporal._cli.commands.explain import explain
from dosdk_temporal._cli.commands.graph import graph
from dosdk_temporal._cli.commands.list import list_runs
from dosdk_temporal._cli.commands.metrics import metrics
from dosdk_temporal._cli.commands.pause import pause
from dosdk_temporal._cli.commands.plan import plan_definition
from dosdk_temporal._cli.commands.reject import reject
from dosdk_temporal._cli.commands.replay import replay
from dosdk_temporal._cli.commands.resolve import resolve
from dosdk_temporal._cli.commands.resume import resume
from dosdk_temporal._cli.commands.retry import retry
from dosdk_temporal._cli.commands.run import run
from dosdk_temporal._cli.commands.schedule import schedule
from dosdk_temporal._cli.commands.schedules import schedules
from dosdk_temporal._cli.commands.schema import schema
from dosdk_temporal._cli.commands.setup import setup
from dosdk_temporal._cli.commands.signal import signal
from dosdk_temporal._cli.commands.simulate import simulate_definition
from dosdk_temporal._cli.commands.status import status
from dosdk_temporal._cli.commands.templates import templates
from dosdk_temporal._cli.commands.terminate import terminate
from dosdk_temporal._cli.commands.validate import validate
from dosdk_temporal._cli.commands.watch import watch
from dosdk_temporal._cli.commands.worker import worker
from dosdk_temporal._cli.groups import Group
from dosdk_temporal._cli.help import show_help

__all__ = ["app"]

_SERVE, _RUN, _DECIDE, _LOOK = "Serve", "Start and steer runs", "Decide what waits", "Look and prepare"

app = typer.Typer(
    name="dosdk",
    cls=Group,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    add_completion=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog=(
        "[bold]Start here:[/bold] [cyan]dosdk dev flow.py[/cyan] in one terminal, "
        '[cyan]dosdk run my-workflow --input \'{"email": "ada@example.com"}\'[/cyan] in another.'
    ),
)


def _version(wanted: bool) -> None:
    if wanted:
        from dosdk_temporal import __version__  # noqa: PLC0415 - the package itself, half imported when this module is

        typer.echo(f"dosdk {__version__}")
        raise typer.Exit


@app.callback(invoke_without_command=True)
def dosdk(
    context: typer.Context,
    version: Annotated[
        bool, typer.Option("--version", help="Show the version and exit.", callback=_version, is_eager=True)
    ] = False,
) -> None:
    """The .do SDK on Temporal: serve actions and workflows, start runs, and see what became of them.

    An [bold]action[/bold] is one step with side effects.
    A [bold]workflow[/bold] runs actions, and survives crashes, deploys and weekends.
    You define both in Python; a [bold]worker[/bold] serves them; a Temporal server keeps every run.

    Each command has --help with an example, and --json for programs.
    """
    show_help(context)


app.command(rich_help_panel=_SERVE)(dev)
app.command(rich_help_panel=_SERVE)(worker)
app.command(rich_help_panel=_RUN)(run)
app.add_typer(action, rich_help_panel=_RUN)
app.command(rich_help_panel=_RUN)(emit)
app.command(rich_help_panel=_RUN)(status)
app.command(rich_help_panel=_RUN)(metrics)
app.command(rich_help_panel=_RUN)(audit)
app.command(name="list", rich_help_panel=_RUN)(list_runs)
app.command(rich_help_panel=_RUN)(cancel)
app.command(rich_help_panel=_RUN)(terminate)
app.command(rich_help_panel=_RUN)(pause)
app.command(rich_help_panel=_RUN)(resume)
app.command(rich_help_panel=_RUN)(retry)
app.command(rich_help_panel=_RUN)(explain)
app.command(rich_help_panel=_RUN)(watch)
app.command(rich_help_panel=_RUN)(signal)
app.command(rich_help_panel=_DECIDE)(approvals)
app.command(rich_help_panel=_DECIDE)(approve)
app.command(rich_help_panel=_DECIDE)(reject)
app.command(rich_help_panel=_DECIDE)(resolve)
app.command(rich_help_panel=_RUN)(schedule)
app.add_typer(schedules, cls=Group, rich_help_panel=_RUN)
app.add_typer(datastore, cls=Group, rich_help_panel=_RUN)
app.command(rich_help_panel=_LOOK)(catalog)
app.command(rich_help_panel=_LOOK)(validate)
app.command(rich_help_panel=_LOOK)(schema)
app.command(rich_help_panel=_LOOK)(graph)
app.command(name="plan", rich_help_panel=_LOOK)(plan_definition)
app.command(name="simulate", rich_help_panel=_LOOK)(simulate_definition)
app.command(name="eval", rich_help_panel=_LOOK)(evaluate_expression)
app.add_typer(templates, cls=Group, rich_help_panel=_LOOK)
app.command(rich_help_panel=_LOOK)(replay)
app.add_typer(deployments, cls=Group, rich_help_panel=_LOOK)
app.command(rich_help_panel=_LOOK)(doctor)
app.command(rich_help_panel=_LOOK)(codec)
app.command(rich_help_panel=_LOOK)(setup)
