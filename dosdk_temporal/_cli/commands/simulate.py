"""Outside: ``dosdk simulate``."""

from __future__ import annotations

from typing import Annotated

import typer

from dosdk_temporal._cli.options import VALUE, DefinitionPath, InputJson, Json
from dosdk_temporal._cli.output import console, document

__all__ = ["simulate_definition"]


def simulate_definition(
    path: DefinitionPath,
    *,
    given: InputJson = None,
    fixtures: Annotated[
        str | None,
        typer.Option(
            "--fixtures",
            metavar=VALUE,
            help="What functions give, which events come, and who decides: JSON, or a file of it or of YAML, as "
            '{"functions": {"charge": {"returns": …}}, "events": {…}, "approvals": {…}}.',
        ),
    ] = None,
    tests: Annotated[
        bool, typer.Option("--tests", help="Run the definition's own tests instead, and say what differs.")
    ] = False,
    as_json: Json = False,
) -> int:
    """Run a definition in memory: which steps run, with which values, which are skipped, and what comes of it.

    Needs no server and calls no function: fixtures say what each gives. Days of waiting take no time. The status is 1 if the
    run, or one of the tests, fails.

    [dim]Example:[/dim] [cyan]dosdk simulate onboarding.yaml --input customer.json --fixtures fixtures.yaml[/cyan]
    """
    from dosdk_temporal._cli.definition_file import definition_file  # noqa: PLC0415 - here and below: --help loads none
    from dosdk_temporal._cli.reading import read_mapping  # noqa: PLC0415
    from dosdk_temporal._cli.views.simulation import show_simulation  # noqa: PLC0415
    from dosdk_temporal._pure.declarative.loading import load_definition  # noqa: PLC0415
    from dosdk_temporal._pure.interpreter.fixtures import world_of  # noqa: PLC0415
    from dosdk_temporal._pure.interpreter.memory import simulate  # noqa: PLC0415

    if tests:
        if given is not None or fixtures is not None:
            raise typer.BadParameter("each test says its own input and fixtures", param_hint="--tests")
        return _try_cases(path, as_json=as_json)
    world = world_of(read_mapping(fixtures, "--fixtures"))
    done = simulate(load_definition(definition_file(path)), read_mapping(given), world)
    if as_json:
        error = (
            None
            if done.error is None
            else {"type": done.error.type, "message": str(done.error), "step": done.error.step}
        )
        told = {"output": done.output, "error": error, "log": done.log, "metrics": done.metrics}
        document({**told, "took": done.took.total_seconds()})
    else:
        show_simulation(console(), done)
    return int(done.error is not None)


def _try_cases(path: str, *, as_json: bool) -> int:
    from dosdk_temporal._cli.definition_file import definition_file  # noqa: PLC0415
    from dosdk_temporal._cli.views.cases import cases_document, show_cases  # noqa: PLC0415
    from dosdk_temporal._pure.declarative.loading import load_definition  # noqa: PLC0415
    from dosdk_temporal._pure.interpreter.cases import try_case  # noqa: PLC0415
    from dosdk_temporal.errors import NotFoundError  # noqa: PLC0415

    definition = load_definition(definition_file(path))
    if not definition.tests:
        raise NotFoundError(f"{path} has no tests: write some, as in tests: [{{name: …, input: …, expect: {{…}}}}]")
    tried = [try_case(definition, index) for index in range(len(definition.tests))]
    document(cases_document(tried)) if as_json else show_cases(console(), tried)
    return int(not all(one.passed for one in tried))
