"""Outside: what ``dosdk graph`` was given, as a picture: a file, a workflow's name, or a run's id."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from dosdk_temporal._cli.definition_file import definition_file
from dosdk_temporal._client.do import Do
from dosdk_temporal._client.pictures import picture_of_run
from dosdk_temporal._pure.declarative.loading import load_definition
from dosdk_temporal._pure.declarative.model import Definition
from dosdk_temporal._pure.declared import DeclaredWorkflow
from dosdk_temporal._pure.drawing.definition import draw_definition
from dosdk_temporal._pure.drawing.picture import Canvas
from dosdk_temporal.errors import DefinitionError, DoError

__all__ = ["picture_of"]

_ENDINGS: Final = (".yaml", ".yml", ".json")


async def picture_of(do: Do, what: str) -> Canvas:
    """The picture of the first of these that ``what`` is: a definition's file, a workflow that is defined here, a run.

    Raises:
        DefinitionError: when the file has faults, or the workflow is written in Python.
        NotFoundError: when it is none of them.
        ServerUnavailableError: when it may be a run, and no server answers.
    """
    definition = _defined_here(do, what)
    if definition is not None:
        return draw_definition(definition)
    try:
        return await picture_of_run(do, what)
    except DoError as error:
        error.message = f"{what!r} is no file and no workflow of the modules given, and as a run: {error.message}"
        raise


def _defined_here(do: Do, what: str) -> Definition | None:
    if what.endswith(_ENDINGS) or Path(what).is_file():
        return load_definition(definition_file(what))
    known = do.registry.workflows.find(what)
    if isinstance(known, DeclaredWorkflow):
        return known.definition
    if known is not None:
        raise DefinitionError(
            f"workflow {what!r} is written in Python, and what it does is known when it runs: give the id of a run of it, "
            "as 'dosdk list' shows it"
        )
    return None
