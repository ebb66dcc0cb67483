"""Inside: the text of a declared workflow that a run is pinned to, from its start to its end, whatever becomes of files."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from datetime import timedelta
from typing import Any, Final

from temporalio import workflow
from temporalio.common import RawValue, RetryPolicy

from dosdk_temporal._inside.worker_side import WorkerSide
from dosdk_temporal._pure.declared import DeclaredWorkflow, declared_of
from dosdk_temporal._pure.facts import CallFacts
from dosdk_temporal._pure.notifications import NOTIFIER
from dosdk_temporal._pure.registry import Registry
from dosdk_temporal._wire.payloads import raw_value, read
from dosdk_temporal._wire.schedule import DEFINITION, ONE_ACTION

__all__ = ["pinned", "what_is_missing"]

_log = logging.getLogger("dosdk_temporal")

_AT_ONCE: Final = timedelta(seconds=10)
"""Of the look into the worker's own memory."""


async def pinned(facts: CallFacts, side: WorkerSide) -> DeclaredWorkflow | None:
    """The declared workflow that a run carries; one that was started without its text takes the worker's, which is recorded.

    Returns:
        None for a workflow with a handler, and for a name that this worker does not know.
    """
    if facts.kind == ONE_ACTION:
        return None
    name = workflow.info().workflow_type
    known = side.registry.workflows.find(name, facts.version)
    if facts.definition is None:
        return declared_of(await _text(name, facts.version)) if isinstance(known, DeclaredWorkflow) else None
    own = declared_of(facts.definition)
    _tell_of_another(own, side.registry)
    return own


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
            near = shelf.similar(reference.partition("@")[0])
            advice = f"did you mean {near!r}?" if near else "define it in a module that the worker loads"
            word = "an action" if kind == "function" else "a workflow"
            yield f"has {word} named {reference!r}, which {declared.owner} calls: {advice}"


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
