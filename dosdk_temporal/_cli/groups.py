"""Outside: a group of commands whose usage errors all know which command they are about."""

from __future__ import annotations

from typing import Any, Final

import typer
from typer.core import TyperGroup

__all__ = ["USAGE", "Group"]

# Typer has brought its own copy of click since 0.26, and says nowhere what its errors are called.
USAGE: Final[Any] = typer.BadParameter.__mro__[1]
"""What wrong usage raises; its ``ctx`` says of which command."""


class Group(TyperGroup):
    """As Typer's, which says nothing of the command where an option has no value that needs one, or one that takes none."""

    def invoke(self, ctx: Any) -> Any:
        """Find the command that is named, and run it."""
        try:
            return super().invoke(ctx)
        except USAGE as error:
            command = self.get_command(ctx, ctx.invoked_subcommand or "")
            if error.ctx is None and command is not None:
                error.ctx = type(ctx)(command, info_name=ctx.invoked_subcommand, parent=ctx)
            raise
