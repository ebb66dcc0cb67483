"""Pure: definitions in several files, which may call each other."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from dosdk_temporal._pure.declarative.loading import Checked, check_definition_file
from dosdk_temporal._pure.registry import Registry

__all__ = ["check_several"]


def check_several(files: Sequence[Path], registry: Registry) -> list[Checked]:
    """What is to be said of each file, in their order.

    Args:
        files: their paths.
        registry: whose functions and workflows they may call, beside each other's workflows.
    """
    first = [check_definition_file(file, registry=registry) for file in files]
    if not any(problem.code == "unknown-workflow" for checked in first for problem in checked.problems):
        return first
    # What they call is looked up once all of them are known.
    read = [checked.read for checked in first if checked.read]
    others = {name: each.input for each in read for name in (each.name, f"{each.name}@{each.version}")}
    return [check_definition_file(file, registry=registry, workflows=others) for file in files]
