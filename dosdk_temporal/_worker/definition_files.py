"""Outside: files of definitions among what a worker serves."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path

from dosdk_temporal._pure.declarative.loading import refusal
from dosdk_temporal._pure.declarative.several import check_several
from dosdk_temporal._pure.declared import DeclaredWorkflow
from dosdk_temporal._pure.registry import Registry
from dosdk_temporal.errors import NotFoundError

__all__ = ["load_definition_files"]

_log = logging.getLogger("dosdk_temporal.worker")


def load_definition_files(files: Sequence[str], registry: Registry) -> None:
    """Check definitions and register them; they may call each other. What is only suspicious is a warning of the log.

    Raises:
        NotFoundError: when there is no such file.
        DefinitionError: with the faults of all files, each with its place; nothing is registered then.
    """
    paths = [Path(file) for file in files]
    for path in paths:
        if not path.is_file():
            raise NotFoundError(f"there is no file {str(path)!r} in {Path.cwd()}")
    checked = check_several(paths, registry)
    refused = [each for each in checked if each.definition is None]
    if refused:
        raise refusal(*refused)
    for path, each in zip(paths, checked, strict=True):
        for problem in each.problems:
            _log.warning("%s: %s", problem.place, problem)
        if each.definition is not None:
            registry.workflows.add(DeclaredWorkflow(each.definition, str(path)))
