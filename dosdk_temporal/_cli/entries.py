"""Outside: what a registry holds, as plain JSON."""

from __future__ import annotations

from typing import Any

from dosdk_temporal._pure.declared import DeclaredWorkflow
from dosdk_temporal._pure.definitions import ActionDefinition, Definition, WorkflowDefinition
from dosdk_temporal._pure.options import Options, merge
from dosdk_temporal._pure.registry import Registry
from dosdk_temporal._pure.registry_check import check_registry
from dosdk_temporal._pure.values import adapter_for

__all__ = ["entries"]


def entries(registry: Registry) -> dict[str, list[dict[str, Any]]]:
    """All definitions, by name and version.

    Raises:
        DefinitionError: when a definition's annotations cannot be read.
    """
    check_registry(registry)
    return {
        "actions": [_action(definition) for definition in registry.actions],
        "workflows": [_any_workflow(definition) for definition in registry.workflows if not definition.is_service],
        "services": [_any_workflow(definition) for definition in registry.workflows if definition.is_service],
    }


def _any_workflow(definition: WorkflowDefinition | DeclaredWorkflow) -> dict[str, Any]:
    return _declared(definition) if isinstance(definition, DeclaredWorkflow) else _workflow(definition)


def _declared(workflow: DeclaredWorkflow) -> dict[str, Any]:
    schemas = {"input": workflow.definition.input, "output": workflow.definition.output_schema}
    return {
        "name": workflow.name,
        "version": workflow.version,
        "description": workflow.description,
        "options": merge(workflow.options).to_wire(),
        "trigger": dict(workflow.trigger) or {"direct": True},
        "timeout": workflow.timeout,
        "labels": dict(workflow.definition.labels),
        **{key: {} if schema is None else dict(schema.json) for key, schema in schemas.items()},
    }


def _action(definition: ActionDefinition) -> dict[str, Any]:
    signature = definition.signature
    return {
        **_named(definition, definition.options),
        "local": definition.local,
        "input": _schema(signature.input_type, "validation"),
        "output": _schema(signature.result_type, "serialization"),
    }


def _workflow(definition: WorkflowDefinition) -> dict[str, Any]:
    return {
        **_named(definition, definition.options),
        "trigger": dict(definition.trigger) or {"direct": True},
        "timeout": definition.timeout,
        "input": _schema(definition.input, "validation"),
        "output": _schema(definition.result_type, "serialization"),
    }


def _named(definition: Definition, options: Options) -> dict[str, Any]:
    documented = (definition.handler.__doc__ or "").strip().partition("\n")[0]
    return {
        "name": definition.name,
        "version": definition.version,
        "description": definition.description or documented,
        "options": merge(options).to_wire(),
    }


def _schema(annotation: Any, mode: Any) -> dict[str, Any]:
    """The JSON schema of a type; ``{}``, which takes everything, where there is none."""
    from pydantic.errors import PydanticInvalidForJsonSchema  # noqa: PLC0415 - importing pydantic takes 0.1 s

    try:
        schema = adapter_for(annotation).json_schema(mode=mode)
    except PydanticInvalidForJsonSchema:
        # A type that Python can check and JSON schema cannot say is no reason to show nothing of the rest.
        return {}
    # A model's title is its class; that of named fields is made up by the SDK and says nothing.
    return {key: value for key, value in schema.items() if (key, value) != ("title", "Input")}
