"""The words that may follow ``dosdk``."""

from __future__ import annotations

from dosdk_temporal._cli.app import app

__all__ = ["command_names"]


def command_names() -> set[str]:
    """Commands and groups of commands."""
    alone = {command.name or getattr(command.callback, "__name__", "") for command in app.registered_commands}
    groups = {group.typer_instance.info.name or "" for group in app.registered_groups if group.typer_instance}
    return alone | groups
