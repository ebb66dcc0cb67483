"""Outside: from what a user wrote to a definition in the client's registry."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypedDict

from dosdk_temporal._client.failing import OnFailure, failure_handler
from dosdk_temporal._pure.definitions import WorkflowDefinition
from dosdk_temporal._pure.durations import Duration, parse_duration
from dosdk_temporal._pure.option_names import check_names
from dosdk_temporal._pure.option_types import check_option
from dosdk_temporal._pure.options import NOT_GIVEN, NotGiven, Options
from dosdk_temporal._pure.registry import Registry
from dosdk_temporal._pure.retry import Retry
from dosdk_temporal._pure.trigger import Trigger
from dosdk_temporal.errors import DefinitionError

if TYPE_CHECKING:
    from dosdk_temporal._pure.declared import DeclaredWorkflow

__all__ = ["Handler", "WorkflowOptions", "check_workflow_options", "define_declared", "define_handler"]

Handler = Callable[[Trigger], Awaitable[Any]]


class WorkflowOptions(TypedDict, total=False):
    """What may be said of a workflow beside its name and handler; see :meth:`Workflows.create`."""

    description: str
    trigger: Mapping[str, Any] | None
    input: Any
    output: Any
    retry: Retry | Mapping[str, Any] | int | None
    timeout: Duration | NotGiven | None
    version: str | float
    versioning: Literal["pinned", "auto_upgrade"]
    on_failure: OnFailure


def check_workflow_options(call: str, options: Mapping[str, Any]) -> None:
    """Refuse what may not be said of a workflow, in the words of ``call``.

    Raises:
        DefinitionError: naming what may be meant.
    """
    check_names(call, options, ("name", "handler", *WorkflowOptions.__annotations__))


def define_handler(
    registry: Registry,
    name: str,
    handler: Handler,
    *,
    description: str = "",
    trigger: Mapping[str, Any] | None = None,
    input: Any = Any,  # noqa: A002 - the documents' word
    output: Any = Any,
    retry: Retry | Mapping[str, Any] | int | None = None,
    timeout: Duration | NotGiven | None = NOT_GIVEN,
    version: str | float = "1",
    versioning: str = "auto_upgrade",
    on_failure: OnFailure = None,
    is_service: bool = False,
) -> WorkflowDefinition:
    """Register a workflow with a handler; see :meth:`Workflows.create`."""
    limit = None
    if timeout is not None and not isinstance(timeout, NotGiven):
        limit = parse_duration(timeout, what="timeout", error=DefinitionError).total_seconds()
    definition = WorkflowDefinition(
        name, handler, description, str(version), trigger or {}, input, output, Options.of(retry=retry), limit, is_service,
        versioning,
    )  # fmt: skip
    kind = "service" if is_service else "workflow"
    told = failure_handler(registry, on_failure, kind=kind, name=name, version=definition.version)
    definition = replace(definition, on_failure=told)
    registry.workflows.add(definition)
    return definition


def define_declared(
    registry: Registry, given: Mapping[str, Any] | str | Path, *, name: str | None = None, service: bool = False
) -> DeclaredWorkflow:
    """Check a definition and register it.

    Args:
        registry: where; whose actions and workflows it may call, if there are any.
        given: a mapping, or the path of a file.
        name: for a definition without one.
        service: whether it is a service.

    Raises:
        DefinitionError: with every fault in its ``problems``; or for another text of the same name and version.
    """
    from dosdk_temporal._pure.declarative.loading import load_definition  # noqa: PLC0415 - YAML, when it is needed
    from dosdk_temporal._pure.declared import DeclaredWorkflow  # noqa: PLC0415 - likewise

    check_option("definition", given, (Mapping, str, Path), "a mapping, or the path of a file")
    path = None if isinstance(given, Mapping) else Path(given)
    read = given if path is None else path
    definition = load_definition(read, name=name, service=service, registry=registry)
    declared = DeclaredWorkflow(definition, "a mapping" if path is None else str(path))
    registry.workflows.add(declared)
    return declared
