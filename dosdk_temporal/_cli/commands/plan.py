"""Outside: ``dosdk plan``."""

from __future__ import annotations

from dosdk_temporal._cli.options import DefinitionPath, InputJson, Json, Modules
from dosdk_temporal._cli.output import console, document

__all__ = ["plan_definition"]


def plan_definition(
    path: DefinitionPath,
    *,
    given: InputJson = None,
    modules: Modules = None,
    as_json: Json = False,
) -> None:
    """Tell which steps of a definition would run with an input, which would be skipped, and the values that decide.

    Needs no server and calls nothing. What depends on a result that is not known yet is told so, with the step that gives it;
    'dosdk simulate' goes on from there, with results that you make up. All is told for the case that no step fails.

    [dim]Example:[/dim] [cyan]dosdk plan onboarding.yaml --input customer.json[/cyan]
    """
    from dosdk_temporal._cli.definition_file import definition_file  # noqa: PLC0415 - here and below: --help loads none
    from dosdk_temporal._cli.notices import showing_notices  # noqa: PLC0415
    from dosdk_temporal._cli.reading import read_mapping  # noqa: PLC0415
    from dosdk_temporal._cli.views.plan import show_plan  # noqa: PLC0415
    from dosdk_temporal._pure.declarative.loading import load_definition  # noqa: PLC0415
    from dosdk_temporal._pure.interpreter.planning import plan  # noqa: PLC0415
    from dosdk_temporal._pure.registry import DEFAULT_REGISTRY  # noqa: PLC0415
    from dosdk_temporal._worker.modules import load_modules  # noqa: PLC0415

    with showing_notices():
        load_modules(tuple(modules or ()))
    definition = load_definition(definition_file(path), registry=DEFAULT_REGISTRY if modules else None)
    planned = plan(definition, read_mapping(given))
    if as_json:
        document({"steps": [step.to_json() for step in planned]})
    else:
        show_plan(console(), planned)
