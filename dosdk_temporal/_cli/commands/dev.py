"""Outside: ``dosdk dev``."""

from __future__ import annotations

import asyncio
import os
import sys
from typing import Annotated

import typer

from dosdk_temporal._cli.options import Json, OptionalModules

__all__ = ["dev"]


def dev(
    modules: OptionalModules = None,
    *,
    port: Annotated[
        int, typer.Option("--port", min=0, max=65_535, help="For clients and workers. 0: any free one.")
    ] = 7233,
    ui_port: Annotated[
        int, typer.Option("--ui-port", min=0, max=65_535, help="For the Web UI. 0: any free one.")
    ] = 8233,
    task_queue: Annotated[
        str | None,
        typer.Option(
            "--task-queue", help="Whose work the worker does. Default: DO_TASK_QUEUE, else 'dosdk'.", show_default=False
        ),
    ] = None,
    reload: Annotated[
        bool,
        typer.Option(
            "--reload/--no-reload",
            help="Start the worker again when a Python file or a definition (YAML, JSON) changes.",
        ),
    ] = True,
    as_json: Json = False,
) -> int:
    """Run all that development needs: a Temporal server, its Web UI, and a worker that reloads on change.

    The server keeps its runs in .dosdk of your project and listens on this machine only.
    Without MODULE there is no worker. Ctrl-C ends everything.
    With --json each event is a JSON line, and what the worker writes goes to standard error.

    [dim]Examples:[/dim]

    [cyan]dosdk dev flow.py[/cyan]

    [cyan]dosdk dev myproject.flows --port 7243 --ui-port 8243[/cyan]
    """
    from dosdk_temporal._cli.dev.announcing import Lines, Words  # noqa: PLC0415 - --help loads none of it
    from dosdk_temporal._cli.dev.session import Session, develop  # noqa: PLC0415

    session = Session(
        modules=modules or (),
        port=port,
        ui_port=ui_port,
        task_queue=task_queue or os.environ.get("DO_TASK_QUEUE") or "dosdk",
        reload=reload,
        output=sys.stderr.fileno() if as_json else None,
    )
    return asyncio.run(develop(session, Lines() if as_json else Words()))
