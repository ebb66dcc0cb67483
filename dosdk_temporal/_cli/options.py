"""Outside: the options that several commands share, each said once."""

from __future__ import annotations

from typing import Annotated, Final, Literal

import typer

__all__ = [
    "VALUE",
    "AskingWorkflow",
    "Assignee",
    "DefinitionPath",
    "ExecutionId",
    "InputJson",
    "Json",
    "Modules",
    "OptionalModules",
    "Overlap",
    "ServedModules",
    "value_forms",
]

_MODULE = "package.module, or path/to/file.py"

VALUE: Final = "JSON|FILE|-"
"""What stands for a value in a command's help; see :mod:`dosdk_temporal._cli.reading`."""


def value_forms(example: str) -> str:
    """In which ways such a value is given, with an example of its JSON."""
    return f"JSON ('{example}'), a file (data.json, data.yaml, @any.name), or - for standard input"


Json = Annotated[bool, typer.Option("--json", help="Write JSON to standard output, for programs.")]

ExecutionId = Annotated[
    str, typer.Argument(metavar="ID", help="The execution id, as 'dosdk run' and 'dosdk list' show it.")
]

InputJson = Annotated[
    str | None,
    typer.Option(
        "--input",
        "-i",
        metavar=VALUE,
        help="The input: " + value_forms('{"email": "ada@example.com"}') + ". Default: {}.",
    ),
]

DefinitionPath = Annotated[str, typer.Argument(metavar="PATH", help="A definition: a YAML or JSON file.")]

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
    list[str] | None, typer.Argument(metavar="MODULE", help=f"What defines your actions and workflows: {_MODULE}.")
]

Assignee = Annotated[
    str | None, typer.Option("--assignee", "-a", metavar="NAME", help="Only approvals that this person may decide.")
]

AskingWorkflow = Annotated[
    str | None, typer.Option("--workflow", "-w", metavar="NAME", help="Only approvals that this workflow asks for.")
]

Overlap = Literal["skip", "buffer_one", "buffer_all", "cancel_other", "terminate_other", "allow_all"]
"""The words of a schedule's overlap policy."""
