"""Pure: what is asked for when an action or a workflow is called, and what comes back."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal

from dosdk_temporal._pure.definitions import ActionDefinition, WorkflowDefinition
from dosdk_temporal._pure.events import canonical
from dosdk_temporal._pure.facts import CallFacts
from dosdk_temporal._pure.names import check_id, keyed_id, split_version
from dosdk_temporal._pure.options import Options
from dosdk_temporal._pure.priority import MIDDLE, Priority
from dosdk_temporal._pure.registry import Registry
from dosdk_temporal._pure.values import encode_input
from dosdk_temporal.errors import InputError

if TYPE_CHECKING:
    from dosdk_temporal._pure.declared import DeclaredWorkflow

__all__ = ["ActionCall", "ActionResult", "WorkflowCall", "action_call", "workflow_call"]


@dataclass(frozen=True)
class ActionCall:
    """One call of an action, its input checked and written as JSON.

    Attributes:
        name: the action's.
        version: the one asked for; None for the latest.
        data: the input's JSON.
        options: what the call says of its attempts.
        idempotency_key: one key, one effect; None for a call of its own.
        definition: the action's, where this process has it.
        step: the id of the step of a declared workflow, whose values stay plain JSON; None for a call that Python makes.
        compensate: what undoes it, as the call says: the name of an action, or a function; None for what its definition says.
        settles: whether cancelling it waits until it has ended: a declared workflow undoes it then.
        undoes: the id of the step of a declared workflow that it undoes; None where it undoes none.
    """

    name: str
    data: bytes
    version: str | None = None
    options: Options = field(default_factory=Options)
    idempotency_key: str | None = None
    definition: ActionDefinition | None = None
    step: str | None = None
    compensate: str | Callable[..., Any] | None = None
    settles: bool = False
    undoes: str | None = None

    @property
    def digest(self) -> str:
        """Of name and input: one idempotency key stands for one input; ``a/b`` with key ``c`` is not ``a`` with ``b/c``."""
        return _digest(self.name, self.data)

    @property
    def result_type(self) -> Any:
        """The type that the result is decoded as."""
        return Any if self.definition is None or self.step is not None else self.definition.signature.result_type


@dataclass(frozen=True)
class WorkflowCall:
    """One start of a workflow, its input checked and written as JSON.

    Attributes:
        name: the workflow's.
        version: the one asked for; None for the latest.
        data: the input's JSON.
        id: the execution id; None for a new one.
        delay: until the first step.
        priority: its turn among what waits for a worker.
        definition: the workflow's, where this process has it.
        step: as of :class:`ActionCall`.
        portion: whether the run is to do a portion of a loop.
        idempotency_key: one key, one run; None for a run of its own. With one, ``id`` is made of it.
    """

    name: str
    data: bytes
    version: str | None = None
    id: str | None = None
    delay: timedelta | None = None
    priority: Priority = MIDDLE
    definition: WorkflowDefinition | DeclaredWorkflow | None = None
    step: str | None = None
    portion: bool = False
    idempotency_key: str | None = None

    @property
    def digest(self) -> str | None:
        """Of kind, name and input, where there is a key; as of :class:`ActionCall`, and never that of an action."""
        return None if self.idempotency_key is None else _digest(f"workflow\n{self.name}", self.data)

    @property
    def result_type(self) -> Any:
        """The type that the result is decoded as."""
        return Any if self.definition is None or self.step is not None else self.definition.result_type

    def pinned(self, facts: CallFacts) -> CallFacts:
        """The facts with what they carry of a declared workflow: its text and hash, to which the run is pinned."""
        if self.definition is None or isinstance(self.definition, WorkflowDefinition):
            return facts
        return replace(facts, definition=self.definition.text, hash=self.definition.hash, portion=self.portion)


@dataclass(frozen=True)
class ActionResult:
    """What became of one action.

    Attributes:
        id: of the execution; inside a workflow ``{execution id}/{step id}``.
        name: the action's.
        status: ``completed``; a failure is raised instead.
        output: the handler's value.
        attempts: how many were made; None where that is not known.
        started_at: when the last attempt began; None where that is not known.
        closed_at: when it ended; None where that is not known.
    """

    id: str
    name: str
    status: Literal["completed"]
    output: Any
    attempts: int | None
    started_at: datetime | None
    closed_at: datetime | None


def action_call(
    registry: Registry, reference: str, value: Any, options: Options, idempotency_key: str | None
) -> ActionCall:
    """A checked call of the action of that name, or ``name@version``.

    Raises:
        InputError: when the input does not fit a handler that this process knows, or the key cannot be one.
        PayloadTooLargeError: when the input is larger than Temporal carries.
    """
    name, version = split_version(reference)
    if not name:
        raise InputError("an action is called by its name: the name given is empty")
    if idempotency_key is not None:
        keyed_id(name, idempotency_key)
    definition = registry.actions.find(name, version)
    owner = f"action {name!r}"
    data = encode_input({} if value is None else value, owner)
    if definition is not None:
        definition.signature.validate(data)
    return ActionCall(name, data, version, options, idempotency_key, definition)


def workflow_call(
    registry: Registry,
    reference: str,
    value: Any,
    *,
    id: str | None = None,  # noqa: A002 - the contract's name
    delay: timedelta | None = None,
    priority: Priority = MIDDLE,
    idempotency_key: str | None = None,
) -> WorkflowCall:
    """A checked start of the workflow of that name, or ``name@version``.

    Raises:
        InputError: when the input does not fit a workflow that this process knows, or the id cannot be one.
        PayloadTooLargeError: when the input is larger than Temporal carries.
    """
    name, version = split_version(reference)
    if not name:
        raise InputError("a workflow is started by its name: the name given is empty")
    if idempotency_key is not None:
        if id is not None:
            raise InputError("id= and idempotency_key= both name the run: give one of them")
        id = keyed_id(name, idempotency_key)  # noqa: A001 - the argument, as if it had been given
    elif id is not None:
        check_id(id, "id")
    definition = registry.workflows.find(name, version)
    data = encode_input({} if value is None else value, f"workflow {name!r}")
    if definition is not None:
        definition.payload(data)
    return WorkflowCall(name, data, version, id, delay, priority, definition, idempotency_key=idempotency_key)


def _digest(name: str, data: bytes) -> str:
    """Alike for equal inputs, whatever the order of their keys."""
    return hashlib.sha256(f"{name}\n{canonical(json.loads(data))}".encode()).hexdigest()
