"""Outside: the options that several commands share, each said once."""

from __future__ import annotations

from typing import Annotated, Literal

import typer

__all__ = [
    "AskingWorkflow",
    "Assignee",
    "ExecutionId",
    "InputJson",
    "Json",
    "Modules",
    "OptionalModules",
    "Overlap",
    "ServedModules",
]

_MODULE = "package.module, or path/to/file.py"

Json = Annotated[bool, typer.Option("--json", help="Write JSON to standard output, for programs.")]

ExecutionId = Annotated[
    str, typer.Argument(metavar="ID", help="The execution id, as 'dosdk run' and 'dosdk list' show it.")
]

InputJson = Annotated[
    str | None,
    typer.Option(
        "--input",
        "-i",
        metavar="JSON|@FILE|-",
        help="""The input: JSON ('{"email": "ada@example.com"}'), @file.json, or - for standard input. Default: {}.""",
    ),
]

Modules = Annotated[
    list[str] | None,
    typer.Option(
        "--module",
        "-m",
        metavar="MODULE",
        help=f"Import this first ({_MODULE}), so that the input is checked here too. May be repeated.",
    ),
]

ServedModules = Annotated[
    list[str],
    typer.Argument(
        metavar="MODULE...", help=f"What defines your actions and workflows: {_MODULE}, or path/to/flow.yaml."
    ),
]

OptionalModules = Annotated[
    list[str] | None, typer.Argument(metavar="[MODULE]...", help=f"What defines your actions and workflows: {_MODULE}.")
]

Assignee = Annotated[
    str | None, typer.Option("--assignee", "-a", metavar="NAME", help="Only approvals that this person may decide.")
]

AskingWorkflow = Annotated[
    str | None, typer.Option("--workflow", "-w", metavar="NAME", help="Only approvals that this workflow asks for.")
]

Overlap = Literal["skip", "buffer_one", "buffer_all", "cancel_other", "terminate_other", "allow_all"]
"""The words of a schedule's overlap policy."""
