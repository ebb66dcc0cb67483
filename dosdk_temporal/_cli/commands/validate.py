"""Outside: ``dosdk validate``."""

from __future__ import annotations

from typing import Annotated

import typer

from dosdk_temporal._cli.options import Json, Modules
from dosdk_temporal._cli.output import console, document

__all__ = ["validate"]


def validate(
    paths: Annotated[
        list[str], typer.Argument(metavar="PATH...", help="Definitions: YAML or JSON files, or folders of them.")
    ],
    modules: Modules = None,
    as_json: Json = False,
) -> int:
    """Check declarative workflows and services: every fault of every file, with its place and what to do.

    Needs no server. The status is 1 if a fault refuses a definition; warnings do not. Functions and workflows are looked up in
    the modules that --module names, and among the files themselves.

    [dim]Example:[/dim] [cyan]dosdk validate workflows/definitions --module activities[/cyan]
    """
    from dosdk_temporal._cli.notices import showing_notices  # noqa: PLC0415 - here and below: --help loads none of it
    from dosdk_temporal._cli.validating import check_files  # noqa: PLC0415
    from dosdk_temporal._cli.views.problems import show_problems  # noqa: PLC0415
    from dosdk_temporal._pure.registry import DEFAULT_REGISTRY  # noqa: PLC0415
    from dosdk_temporal._worker.modules import load_modules  # noqa: PLC0415

    with showing_notices():
        load_modules(tuple(modules or ()))
    found = check_files(paths, DEFAULT_REGISTRY)
    problems = [problem for checked in found for problem in checked.problems]
    if as_json:
        document({"problems": [problem.to_json() for problem in problems]})
    else:
        show_problems(console(), found)
    return int(any(problem.severity == "error" for problem in problems))
