"""Outside: from what a user wrote as ``compensate=`` to what it means."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from dosdk_temporal._pure.compensation import check_undoes, compensation_of
from dosdk_temporal._pure.definitions import ActionDefinition
from dosdk_temporal._pure.names import named_action
from dosdk_temporal._pure.place import Place
from dosdk_temporal._pure.registry import Registry
from dosdk_temporal.errors import DefinitionError

if TYPE_CHECKING:
    from dosdk_temporal._client.action import ActionReference

__all__ = ["Compensate", "call_compensation", "declared_compensation"]

Compensate: TypeAlias = "str | ActionReference | Callable[..., Any] | None"
"""An action, its name, or a function."""

_SPELLINGS: Final = "give an action, its name, or a function"


def declared_compensation(registry: Registry, owner: ActionDefinition, given: Any) -> str | None:
    """The action that ``compensate=`` of a definition means; a function is registered as the action ``{name}:compensate``.

    Args:
        registry: where it is registered.
        owner: whose steps it undoes.
        given: see :data:`Compensate`.

    Returns:
        Its name, perhaps with a version; None for none.

    Raises:
        DefinitionError: when it is none of these, or names what it will not be told.
    """
    meant = _meant(given, f"compensate= of action {owner.name!r}")
    if meant is None or isinstance(meant, str):
        return meant
    definition = registry.actions.add(compensation_of(owner, meant))
    return f"{definition.name}@{definition.version}"


def call_compensation(given: Any, action: str, place: Place) -> str | Callable[..., Any] | None:
    """What ``compensate=`` of a call means: the name of an action, or a function.

    Args:
        given: see :data:`Compensate`.
        action: that is called.
        place: where.

    Raises:
        DefinitionError: when it is none of these, names what it will not be told, or is a function that no worker would find.
    """
    what = f"compensate= of the call of action {action!r}"
    meant = _meant(given, what)
    if meant is None or isinstance(meant, str):
        return meant
    if place.kind != "workflow":
        raise DefinitionError(
            f"{what} is a function, which no worker finds from here: give an action or its name, "
            "or say compensate= where the action is defined"
        )
    check_undoes(ActionDefinition(action, meant), what)
    return meant


def _meant(given: Any, what: str) -> str | Callable[..., Any] | None:
    reference = getattr(given, "reference", given)  # an action, or a reference to one
    if isinstance(reference, str):
        definition = getattr(given, "definition", None)
        if definition is not None:
            check_undoes(definition, what)
        return named_action(reference, what)
    if given is not None and not callable(given):
        raise DefinitionError(f"{what} is {given!r}: {_SPELLINGS}")
    return given  # type: ignore[no-any-return] # None, or what can be called
