"""Outside: ``dosdk templates``: definitions that are ready to be used."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dosdk_temporal._cli.faults import complain
from dosdk_temporal._cli.help import show_help
from dosdk_temporal._cli.options import Json
from dosdk_temporal._cli.output import console, document

if TYPE_CHECKING:
    from dosdk_temporal._cli.templates.finding import Found

__all__ = ["templates"]

templates = typer.Typer(name="templates", help="Find business workflows that are ready to be used, and use them.")

Name = Annotated[str, typer.Argument(metavar="NAME", help="The template's name, as 'dosdk templates list' shows it.")]


@templates.callback(invoke_without_command=True)
def group(context: typer.Context) -> None:
    """Business workflows that are ready to be used: this package's, and those that other packages publish."""
    show_help(context)


@templates.command("list")
def list_templates(as_json: Json = False) -> None:
    """List the templates of all installed packages.

    A package publishes its own by an entry point of the group dosdk_temporal.templates.

    [dim]Example:[/dim] [cyan]dosdk templates list[/cyan]
    """
    from dosdk_temporal._cli.views.templates import show_templates, template_document  # noqa: PLC0415 - here and below: --help loads none

    found = _find().templates.values()
    if as_json:
        document([template_document(template) for template in found])
    else:
        show_templates(console(), found)


@templates.command("show")
def show(name: Name, as_json: Json = False) -> None:
    """Show all of a template: what it is for, its parameters, the functions that it calls, and its definition.

    [dim]Example:[/dim] [cyan]dosdk templates show approval-chain[/cyan]
    """
    from dosdk_temporal._cli.views.templates import show_template, template_document  # noqa: PLC0415

    template = _find().get(name)
    document(template_document(template)) if as_json else show_template(console(), template)


@templates.command("add")
def add(
    name: Name,
    *,
    into: Annotated[
        Path | None,
        typer.Option(
            "--into",
            metavar="DIR",
            help="The folder. Default: workflows/definitions where there is one, else this one.",
        ),
    ] = None,
    parameters: Annotated[
        list[str] | None,
        typer.Option("--set", "-s", metavar="KEY=VALUE", help="A parameter; a list also as a,b. May be repeated."),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace a file that is there already.")] = False,
    as_json: Json = False,
) -> None:
    """Write a template's definition into your project, its parameters filled in; it is yours from then on.

    What is not set has its default; what has none is asked for at a terminal. The definition has tests, which need no server.

    [dim]Example:[/dim] [cyan]dosdk templates add approval-chain --set name=travel --set limit=500[/cyan]
    """
    from dosdk_temporal._cli.templates.adding import usual_folder, write_definition  # noqa: PLC0415
    from dosdk_temporal._cli.templates.parameters import ask_for_missing, read_parameters  # noqa: PLC0415
    from dosdk_temporal._cli.views.templates import show_added  # noqa: PLC0415

    template = _find().get(name)
    values = read_parameters(parameters or (), template)
    if sys.stdin.isatty() and not as_json:
        values = ask_for_missing(values, template)
    filled = template.filled(values)
    path = write_definition(filled, into or usual_folder(), force=force)
    if as_json:
        document({
            "path": str(path), "workflow": filled.definition.name,
            "parameters": dict(filled.values), "functions": dict(filled.functions),
        })  # fmt: skip
    else:
        show_added(console(), template, filled, path)


def _find() -> Found:
    from dosdk_temporal._cli.templates.finding import find_templates  # noqa: PLC0415

    found = find_templates()
    for warning in found.warnings:
        complain(warning, "warning")
    return found
