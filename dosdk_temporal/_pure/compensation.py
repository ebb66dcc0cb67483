"""Pure: what undoes an action's step: another action, which takes what it names of the step's input, output and outcome."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from functools import cached_property, lru_cache
from typing import Any, Final

from dosdk_temporal._pure.calls import ActionCall
from dosdk_temporal._pure.definitions import ActionDefinition
from dosdk_temporal._pure.facts import CallFacts, ResultFacts
from dosdk_temporal._pure.interpreter.asides import COMPENSATION
from dosdk_temporal._pure.interpreter.effects import Outcome
from dosdk_temporal._pure.registry import Registry
from dosdk_temporal._pure.signature import HandlerSignature
from dosdk_temporal._pure.values import encode_input
from dosdk_temporal._pure.versions import advice
from dosdk_temporal.errors import DefinitionError

__all__ = [
    "COMPENSATING",
    "TOLD",
    "Outcome",
    "Undo",
    "check_known",
    "check_undoes",
    "compensation_of",
    "outcome_of_result",
    "serving",
    "undoing",
]

COMPENSATING: Final = "compensation"
"""The kind, in its facts, of an activity that undoes a step; a wire name, never to change."""

TOLD: Final = ("input", "output", "outcome")
"""What a compensation may name."""

_BESIDE: Final = frozenset({"context", "tx"})
"""Parameters of any handler that are no input."""


class _UndoingSignature(HandlerSignature):
    """Of a handler that undoes: it always has named fields, and is told more than it names."""

    @cached_property
    def object_name(self) -> str | None:
        """None: a sole ``output`` is the step's, not all that is told."""
        return None

    def _fields_type(self) -> Any:
        typed_dict = super()._fields_type()
        if typed_dict.__pydantic_config__["extra"] == "forbid":
            typed_dict.__pydantic_config__ = {**typed_dict.__pydantic_config__, "extra": "ignore"}
        return typed_dict


@dataclass(frozen=True)
class _Undoing(ActionDefinition):
    """An action as it undoes a step of another one."""

    @cached_property
    def signature(self) -> HandlerSignature:
        """What the handler names of what is told."""
        return _UndoingSignature(self.handler, f"{self.kind()} {self.name!r}")


def outcome_of_result(facts: ResultFacts) -> Outcome | None:
    """What is known of a step that gave a result: a person who skips it changes nothing of that. None: it did nothing."""
    if facts.skipped is None:
        return "completed"
    return "unknown" if facts.skipped == "unknown" else None


@lru_cache(maxsize=1024)
def undoing(definition: ActionDefinition) -> ActionDefinition:
    """The action as it undoes a step: told a mapping of :data:`TOLD`, of which it takes what it names."""
    return _Undoing(**{field.name: getattr(definition, field.name) for field in fields(definition)})


@dataclass(frozen=True)
class Undo:
    """One step that is to be undone.

    Attributes:
        step: its id.
        action: whose step it was.
        by: what undoes it: the name of an action, or a function.
        told: of it: a mapping of :data:`TOLD`.
        under: the id under which it is undone.
        frees: the id of its key's run, of a step that was called with an idempotency key: the key is free when it is undone.
        database: the name of the one that the step wrote; None for the SDK's own.
    """

    step: str
    action: str
    by: str | Callable[..., Any]
    told: Mapping[str, Any]
    under: str
    frees: str | None = None
    database: str | None = None

    def call(self, registry: Registry) -> ActionCall:
        """The call that undoes it, told what the handler names where that is known here.

        Raises:
            PayloadTooLargeError: when that is more than Temporal carries.
        """
        name, told, by = f"{self.action}{COMPENSATION}", self.told, self.by
        if isinstance(by, str):
            definition = registry.actions.find(by)
        else:
            definition = _on(self.database, ActionDefinition(name, by, local=True))
        if definition is not None:
            definition = undoing(definition)
            told = definition.signature.named_of(told)
        data = encode_input(told, f"action {name!r}")
        return ActionCall(name, data, definition=definition, step=self.under, undoes=self.step)


def serving(registry: Registry, name: str, facts: CallFacts) -> ActionDefinition | None:
    """The definition by which an activity is run; None where the registry has none.

    Args:
        registry: of the worker.
        name: the activity's type.
        facts: beside its input.
    """
    if facts.kind != COMPENSATING:
        return registry.actions.find(name, facts.version)
    definition = registry.actions.find(facts.compensate or name)
    return None if definition is None else undoing(definition)


def compensation_of(owner: ActionDefinition, handler: Any) -> ActionDefinition:
    """The action that a function is which undoes another one's steps: ``{action}:compensate``, in the same version.

    Raises:
        DefinitionError: when it is no function, or names what it will not be told.
    """
    description = f"Undoes {owner.name!r}."
    definition = ActionDefinition(f"{owner.name}{COMPENSATION}", handler, description, owner.version)
    check_undoes(definition, f"compensate= of action {owner.name!r}")
    return _on(owner.database, definition)


def _on(database: str | None, definition: ActionDefinition) -> ActionDefinition:
    """What undoes a step, on the database that the step wrote, where it takes a transaction."""
    return replace(definition, database=database) if definition.signature.takes_tx else definition


def check_undoes(definition: ActionDefinition, what: str) -> None:
    """Refuse a handler that asks for more than it is told.

    Raises:
        DefinitionError: naming what it asks for.
    """
    asked = inspect.signature(definition.handler).parameters.values()
    named = {one.name for one in asked if one.kind is not one.VAR_KEYWORD}
    unknown = sorted(named - _BESIDE - set(TOLD))
    if unknown:
        raise DefinitionError(
            f"{what} takes {', '.join(unknown)}: what undoes a step takes what it names of {', '.join(TOLD)}, and nothing else"
        )


def check_known(registry: Registry, reference: str, what: str) -> ActionDefinition:
    """The action that undoes a step.

    Args:
        registry: where it must be.
        reference: its name, or ``name@version``.
        what: that names it, for the message.

    Raises:
        DefinitionError: when it is not there, or asks for more than it is told.
    """
    definition = registry.actions.find(reference)
    if definition is None:
        told = advice(registry.actions, reference, "define it in a module that is loaded")
        raise DefinitionError(f"{what} is {reference!r}, and no action has that name: {told}")
    check_undoes(definition, what)
    return definition
