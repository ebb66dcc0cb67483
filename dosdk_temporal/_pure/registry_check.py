"""Pure: what a registry holds, looked at as a whole before it is served."""

from __future__ import annotations

from dosdk_temporal._pure.compensation import check_known
from dosdk_temporal._pure.definitions import WorkflowDefinition
from dosdk_temporal._pure.registry import Registry
from dosdk_temporal._pure.versions import advice
from dosdk_temporal.errors import DefinitionError

__all__ = ["check_registry"]


def check_registry(registry: Registry) -> None:
    """Build every validator now, and look for what definitions name.

    Raises:
        DefinitionError: for the first definition that cannot be validated, or that names an action which is not there.
    """
    for definition in (*registry.actions, *registry.workflows):
        definition.prepare()
    _find_compensations(registry)
    _find_failure_handlers(registry)


def _find_compensations(registry: Registry) -> None:
    for action in registry.actions:
        if action.compensation is not None:
            check_known(registry, action.compensation, f"compensate= of action {action.name!r}").prepare()


def _find_failure_handlers(registry: Registry) -> None:
    handlers = [("action", one.name, one.on_failure) for one in registry.actions]
    handlers += [
        ("workflow", one.name, one.on_failure) for one in registry.workflows if isinstance(one, WorkflowDefinition)
    ]
    for kind, name, handler in handlers:
        if handler is not None and registry.actions.find(handler.action) is None:
            told = advice(registry.actions, handler.action, "define it in a module that is loaded")
            raise DefinitionError(
                f"on_failure of {kind} {name!r} is {handler.action!r}, and no action has that name: {told}"
            )
