"""Inside: which version of its workflow a run began with, and which build of the workers it stays with."""

from __future__ import annotations

from typing import Any

from temporalio import workflow
from temporalio.common import VersioningBehavior

from dosdk_temporal._inside.worker_side import WorkerSide
from dosdk_temporal._pure.facts import CallFacts
from dosdk_temporal._pure.registry import Registry
from dosdk_temporal._pure.versions import FIRST
from dosdk_temporal._wire.versions import BEHAVIOURS, mark_of

__all__ = ["begun_with", "build_behaviour"]


def begun_with(registry: Registry, name: str, version: str | None) -> Any:
    """The definition of a run: the version asked for, else the one that was the latest when it began, as its record says.

    Else a deploy that brings a version would change runs under way in their midst. The first version leaves no mark: most
    workflows never get another.

    Args:
        registry: of the worker that has the run now.
        name: the workflow's.
        version: the one asked for; None for the latest.

    Returns:
        None for what the registry has not.
    """
    shelf = registry.workflows
    if version is not None:
        return shelf.find(name, version)
    versions = shelf.versions(name)
    if not workflow.unsafe.is_replaying():
        versions = versions[-1:]
    for known in versions:
        if known.version != FIRST and workflow.patched(mark_of(known.version)):
            return known
    return shelf.find(name, FIRST)


def build_behaviour(side: WorkerSide, facts: CallFacts) -> VersioningBehavior:
    """Whether a run stays with the build of its first task; of a worker that says no build the server takes no answer."""
    if not side.has_build:
        return VersioningBehavior.UNSPECIFIED
    known = side.registry.workflows.find(workflow.info().workflow_type, facts.version)
    return BEHAVIOURS[getattr(known, "versioning", None) or "auto_upgrade"]
