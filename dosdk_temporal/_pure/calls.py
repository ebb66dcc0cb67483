"""Pure: what is asked for when an action or a workflow is called, and what comes back."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal

from dosdk_temporal._pure.definitions import ActionDefinition, WorkflowDefinition
from dosdk_temporal._pure.facts import CallFacts
from dosdk_temporal._pure.names import check_id, split_version
from dosdk_temporal._pure.options import Options
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
    """

    name: str
    data: bytes
    version: str | None = None
    options: Options = field(default_factory=Options)
    idempotency_key: str | None = None
    definition: ActionDefinition | None = None
    step: str | None = None

    @property
    def digest(self) -> str:
        """Of name and input: one idempotency key stands for one input; ``a/b`` with key ``c`` is not ``a`` with ``b/c``."""
        return hashlib.sha256(self.name.encode() + b"\n" + self.data).hexdigest()

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
        priority: 1 to 5, 1 first; None for the middle.
        definition: the workflow's, where this process has it.
        step: as of :class:`ActionCall`.
        portion: whether the run is to do a portion of a loop.
    """

    name: str
    data: bytes
    version: str | None = None
    id: str | None = None
    delay: timedelta | None = None
    priority: int | None = None
    definition: WorkflowDefinition | DeclaredWorkflow | None = None
    step: str | None = None
    portion: bool = False

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
        check_id(idempotency_key, "idempotency_key")
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
    priority: int | None = None,
) -> WorkflowCall:
    """A checked start of the workflow of that name, or ``name@version``.

    Raises:
        InputError: when the input does not fit a workflow that this process knows, or the id cannot be one.
        PayloadTooLargeError: when the input is larger than Temporal carries.
    """
    name, version = split_version(reference)
    if not name:
        raise InputError("a workflow is started by its name: the name given is empty")
    if id is not None:
        check_id(id, "id")
    if priority is not None and (not isinstance(priority, int) or not 1 <= priority <= 5):  # noqa: PLR2004 - Temporal's range
        raise InputError(f"priority={priority!r} is a number from 1 (first) to 5 (last)")
    definition = registry.workflows.find(name, version)
    data = encode_input({} if value is None else value, f"workflow {name!r}")
    if definition is not None:
        definition.payload(data)
    return WorkflowCall(name, data, version, id, delay, priority, definition)
