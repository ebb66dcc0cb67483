"""Pure: the kinds of steps, each a class."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Literal

from dosdk_temporal._pure.schemas.schema import Schema

if TYPE_CHECKING:
    from dosdk_temporal._pure.declarative.steps import Step

__all__ = [
    "Approval", "Call", "Case", "Catch", "ChildWorkflow", "ForEach", "FunctionCall", "GoOn", "Kind", "Parallel", "Raise",
    "Repeat", "Return", "SetValues", "Switch", "Try", "Wait", "WaitForEvent",
]  # fmt: skip

GoOn = Literal["fail", "continue"]


@dataclass(frozen=True)
class Call:
    """A function that stands in for a step, or undoes it.

    Attributes:
        function: its name, or name@version.
        input: templates; None where it gets what its place says.
    """

    function: str
    input: Any = None

    @classmethod
    def of(cls, form: Mapping[str, Any] | None) -> Call | None:
        """The call of its one form; None where there is none."""
        return cls(form.get("function") or "", form.get("input")) if form else None


@dataclass(frozen=True)
class FunctionCall:
    """Calls a function: ``function`` is its name, or name@version."""

    function: str


@dataclass(frozen=True)
class Parallel:
    """Runs ``steps`` at the same time, ``max_concurrency`` of them (None: all); the first one wins unless ``wait_for_all``."""

    steps: tuple[Step, ...]
    max_concurrency: int | None
    wait_for_all: bool


@dataclass(frozen=True)
class ForEach:
    """Runs ``steps`` for each item of the list that the template ``items`` gives."""

    items: str
    item_name: str
    index_name: str
    max_concurrency: int | None
    steps: tuple[Step, ...]


@dataclass(frozen=True)
class Case:
    """One case of a switch: its ``steps`` run where ``condition`` is the first to hold."""

    condition: str
    steps: tuple[Step, ...]


@dataclass(frozen=True)
class Switch:
    """Runs the steps of the first case that holds, else ``default``."""

    cases: tuple[Case, ...]
    default: tuple[Step, ...]


@dataclass(frozen=True)
class Wait:
    """Waits for a length of time, or ``until`` the moment that a template gives."""

    length: timedelta | None
    until: str | None


@dataclass(frozen=True)
class WaitForEvent:
    """Waits for an event: ``match`` has templates by payload path; ``timeout`` is None for no end."""

    event: str
    match: Mapping[str, Any]
    timeout: timedelta | None
    on_timeout: GoOn


@dataclass(frozen=True)
class Approval:
    """Waits for a person's decision; texts may hold templates."""

    approvers: tuple[str, ...]
    title: str | None
    details: Any
    form: Schema | None
    timeout: timedelta | None
    remind_every: timedelta | None
    on_timeout: GoOn


@dataclass(frozen=True)
class ChildWorkflow:
    """Runs another workflow, name or name@version; ``detached`` goes on at once with its id."""

    workflow: str
    detached: bool


@dataclass(frozen=True)
class SetValues:
    """Computes ``values``, a mapping of templates."""

    values: Mapping[str, Any]


@dataclass(frozen=True)
class Catch:
    """What is done when a try fails: for these types of ``errors`` (none: all), where ``condition`` holds."""

    errors: tuple[str, ...]
    condition: str | None
    error_name: str
    steps: tuple[Step, ...]


@dataclass(frozen=True)
class Try:
    """Runs ``steps``, the first catch that fits where they fail, and ``finally_steps`` in any case."""

    steps: tuple[Step, ...]
    catches: tuple[Catch, ...]
    finally_steps: tuple[Step, ...]


@dataclass(frozen=True)
class Repeat:
    """Runs ``steps`` again and again: ``while_`` is asked before each time, ``until`` after it."""

    steps: tuple[Step, ...]
    until: str | None
    while_: str | None
    max_iterations: int
    delay: timedelta | None


@dataclass(frozen=True)
class Raise:
    """Fails: ``message`` may hold templates."""

    type: str
    message: str
    retryable: bool


@dataclass(frozen=True)
class Return:
    """Ends the workflow with this template's value."""

    value: Any


Kind = (
    FunctionCall | Parallel | ForEach | Switch | Wait | WaitForEvent | Approval | ChildWorkflow | SetValues | Try | Repeat
    | Raise | Return
)  # fmt: skip
