"""Inside: the text of a declared workflow that a run is pinned to, from its start to its end, whatever becomes of files."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from datetime import timedelta
from typing import Any, Final

from temporalio import workflow
from temporalio.common import RawValue, RetryPolicy

from dosdk_temporal._inside.versioning import begun_with
from dosdk_temporal._inside.worker_side import WorkerSide
from dosdk_temporal._pure.declared import DeclaredWorkflow, declared_of
from dosdk_temporal._pure.definitions import WorkflowDefinition
from dosdk_temporal._pure.facts import CallFacts
from dosdk_temporal._pure.notifications import NOTIFIER
from dosdk_temporal._pure.registry import Registry
from dosdk_temporal._pure.undone_keys import UNDONE
from dosdk_temporal._pure.versions import advice
from dosdk_temporal._wire.payloads import raw_value, read
from dosdk_temporal._wire.schedule import DEFINITION, ONE_ACTION
from dosdk_temporal._wire.versions import TEXT_KEPT

__all__ = ["pinned", "what_is_missing"]

_log = logging.getLogger("dosdk_temporal")

_AT_ONCE: Final = timedelta(seconds=10)
"""Of the look into the worker's own memory."""


async def pinned(facts: CallFacts, side: WorkerSide) -> DeclaredWorkflow | WorkflowDefinition | None:
    """What a run runs, from its start to its end: the declared workflow that it carries, else what its worker has.

    One that was started without its text takes the worker's, which is recorded.

    Returns:
        None for a single action or a mark, and for a name or version that this worker does not know.
    """
    if facts.kind in {ONE_ACTION, UNDONE}:
        return None
    if facts.definition is None:
        return await _of_worker(facts, side.registry)
    own = declared_of(facts.definition)
    _tell_of_another(own, side.registry)
    return own


async def _of_worker(facts: CallFacts, registry: Registry) -> DeclaredWorkflow | WorkflowDefinition | None:
    """What the worker of the first task had: a text, which is in the record, or else a handler of the same version.

    That there is a text is marked, not concluded from the registry: a later worker may have dropped the version, or the name.
    """
    name = workflow.info().workflow_type
    may_be_text = workflow.unsafe.is_replaying() or isinstance(
        registry.workflows.find(name, facts.version), DeclaredWorkflow
    )
    if may_be_text and workflow.patched(TEXT_KEPT):
        return declared_of(await _text(name, facts.version))
    known = begun_with(registry, name, facts.version)
    # A record from before the mark has the text too, but only a worker that knows the version can tell.
    return declared_of(await _text(name, known.version)) if isinstance(known, DeclaredWorkflow) else known


def what_is_missing(declared: DeclaredWorkflow, registry: Registry) -> str | None:
    """The first function or workflow that this worker has not, in words; None where it has all, or the run is under way.

    Asked before the first step, so that a name which nobody has does not leave half of the work done.
    """
    if workflow.unsafe.is_replaying():
        return None
    return next(_missing(declared, registry), None)


def _missing(declared: DeclaredWorkflow, registry: Registry) -> Iterator[str]:
    for kind, reference in declared.calls:
        shelf: Any = registry.actions if kind == "function" else registry.workflows
        if reference != NOTIFIER and shelf.find(reference) is None:
            told = advice(shelf, reference, "define it in a module that the worker loads")
            word = "an action" if kind == "function" else "a workflow"
            yield f"has {word} named {reference!r}, which {declared.owner} calls: {told}"


async def _text(name: str, version: str | None) -> str:
    """From the worker; within the run's own task, and kept in its history."""
    asked = json.dumps({"name": name, "version": version}).encode()
    raw = await workflow.execute_local_activity(
        DEFINITION,
        raw_value(asked, CallFacts(kind="step")),
        result_type=RawValue,
        activity_id=DEFINITION,
        start_to_close_timeout=_AT_ONCE,
        retry_policy=RetryPolicy(maximum_attempts=1),
    )
    return str(json.loads(read(raw)[0]))


def _tell_of_another(own: DeclaredWorkflow, registry: Registry) -> None:
    known = registry.workflows.find(own.name, own.version)
    differs = isinstance(known, DeclaredWorkflow) and known.hash != own.hash
    if differs and not workflow.unsafe.is_replaying():
        _log.warning(
            "%s goes on with the text it was started with; this worker has another of %s in version %s: give that a new version",
            workflow.info().workflow_id,
            own.owner,
            own.version,
        )
