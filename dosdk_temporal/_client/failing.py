"""Outside: from what a user wrote as ``on_failure=`` to the action that it means."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from dosdk_temporal._pure.definitions import ActionDefinition
from dosdk_temporal._pure.failing import FAILURE_FIELDS, FailureHandler
from dosdk_temporal._pure.names import named_action
from dosdk_temporal._pure.notifications import check_notifications
from dosdk_temporal._pure.registry import Registry
from dosdk_temporal.errors import DefinitionError, InputError

if TYPE_CHECKING:
    from dosdk_temporal._client.action import ActionReference

__all__ = ["OnFailure", "failure_handler", "failure_steps"]

OnFailure: TypeAlias = "str | ActionReference | Callable[..., Any] | Mapping[str, Any] | None"
"""An action, its name, a function, or ``{"notify": recipients}``."""

_TEMPLATES: Final[Mapping[str, Any]] = MappingProxyType(
    {
        "name": "{{ workflow.name }}",
        "input": "{{ input }}",
        "error": {"type": "{{ error.type }}", "message": "{{ error.message }}"},
        "attempts": "{{ error.attempts }}",
        "execution_id": "{{ workflow.id }}",
        "step": "{{ error.step }}",
    }
)
"""What a failure handler is told, as a definition says it."""

_SPELLINGS: Final = "give an action, its name, a function, or {'notify': 'ops@example.com'}"


def failure_handler(registry: Registry, given: Any, *, kind: str, name: str, version: str) -> FailureHandler | None:
    """Whom ``on_failure=`` of a definition means; a function is registered as the action ``{name}:on_failure``.

    Args:
        registry: where it is registered.
        given: see :data:`OnFailure`; None for nobody.
        kind: what may fail: ``action``, ``workflow`` or ``service``.
        name: its name.
        version: its version.

    Raises:
        DefinitionError: when it is none of these, or names fields that it will not be given.
    """
    if given is None:
        return None
    what = f"on_failure of {kind} {name!r}"
    reference = getattr(given, "reference", given)  # an action, or a reference to one
    if isinstance(reference, str):
        _check(getattr(given, "definition", None), what)
        return FailureHandler(named_action(reference, what))
    if isinstance(given, Mapping):
        return FailureHandler.notifying(_recipients(given, what))
    if not callable(given):
        raise DefinitionError(f"{what} is {given!r}: {_SPELLINGS}")
    definition = ActionDefinition(f"{name}:on_failure", given, f"Runs when {kind} {name!r} has failed.", version)
    _check(definition, what)
    registry.actions.add(definition)
    return FailureHandler(f"{definition.name}@{definition.version}")


def failure_steps(registry: Registry, handler: FailureHandler) -> list[dict[str, Any]]:
    """The steps of a definition's ``errorHandling.onFailure`` that run a failure handler.

    Args:
        registry: where the action may be, so that it gets what it names.
        handler: that they run.
    """
    report = dict(_TEMPLATES)
    if handler.to:
        report["step"] = None  # the text of a notification has no place for one that there may not be
    action = registry.actions.find(handler.action)
    inputs = [given if action is None else action.signature.named_of(given) for given in handler.inputs(report)]
    return [
        {"id": f"onFailure{number}", "function": handler.action, "input": given}
        for number, given in enumerate(inputs, 1)
    ]


def _check(definition: ActionDefinition | None, what: str) -> None:
    """Refuse what asks for more than it is told."""
    if definition is None or definition.signature.object_name is not None:
        return
    asked = inspect.signature(definition.handler).parameters.values()
    needed = {one.name for one in asked if one.default is one.empty and one.kind is not one.VAR_KEYWORD}
    unknown = sorted(needed - {*FAILURE_FIELDS, "context", "tx"})
    if unknown:
        raise DefinitionError(
            f"{what} asks for {', '.join(unknown)}: a failure handler is given what it names of {', '.join(FAILURE_FIELDS)}"
        )


def _recipients(given: Mapping[str, Any], what: str) -> list[str]:
    if set(given) != {"notify"}:
        raise DefinitionError(f"{what} is {dict(given)!r}: {_SPELLINGS}")
    try:
        told = check_notifications({"onFailure": given["notify"]})
    except InputError as error:
        raise DefinitionError(f"{what}: {error}") from None
    if not told:
        raise DefinitionError(f"{what} notifies nobody: {_SPELLINGS}")
    return told["onFailure"]
