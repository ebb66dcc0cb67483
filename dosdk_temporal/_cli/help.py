"""Outside: what a group of commands does when none of them is named."""

from __future__ import annotations

import typer

__all__ = ["show_help"]


def show_help(context: typer.Context) -> None:
    """Show the help and end, unless a command follows. Asking for nothing is no mistake: the status is 0."""
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())
        raise typer.Exit
