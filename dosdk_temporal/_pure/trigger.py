"""Pure: what started a run, as the handler sees it; and what may start one, as declared."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal

from dosdk_temporal.errors import DefinitionError

__all__ = ["Trigger", "check_trigger"]

_KEYS: Final[Mapping[str, frozenset[str]]] = {
    "event": frozenset({"filter"}),
    "schedule": frozenset({"timezone"}),
    "direct": frozenset(),
}


@dataclass(frozen=True)
class Trigger:
    """What started this run.

    Attributes:
        payload: the input: plain JSON, or the workflow's ``input=`` model.
        kind: ``event``, ``schedule`` or ``direct``.
        name: the event's name or the schedule's id; None for a direct start.
        id: the event's id; else the execution id.
        time: when the event was emitted, the schedule was due, or the run was started.
    """

    payload: Any
    kind: Literal["event", "schedule", "direct"]
    name: str | None
    id: str
    time: datetime


def check_trigger(declared: Any, workflow: str) -> dict[str, Any]:
    """A declared trigger as a dictionary of its own.

    Args:
        declared: ``{"event": name}``, ``{"schedule": cron, "timezone": zone}``, ``{"direct": True}``, or None.
        workflow: whose, for the message.

    Raises:
        DefinitionError: for anything else.
    """
    shape = (
        "write {'event': 'user.created'}, {'schedule': '0 9 * * 1', 'timezone': 'Europe/Berlin'} or {'direct': True}"
    )
    if declared is None:
        return {}
    if not isinstance(declared, Mapping):
        raise DefinitionError(f"the trigger of workflow {workflow!r} is {declared!r}: {shape}")
    kinds = [kind for kind in _KEYS if kind in declared]
    if declared and len(kinds) != 1:
        raise DefinitionError(f"the trigger of workflow {workflow!r} names {len(kinds)} kinds, one is needed: {shape}")
    for kind in kinds:
        unknown = sorted(set(declared) - _KEYS[kind] - {kind})
        if unknown:
            raise DefinitionError(
                f"the trigger of workflow {workflow!r} does not know {', '.join(map(repr, unknown))}: {shape}"
            )
        for key in (kind, "timezone"):
            if key in declared and not (declared[key] is True if key == "direct" else _is_name(declared[key])):
                raise DefinitionError(f"the trigger of workflow {workflow!r} has {key}={declared[key]!r}: {shape}")
    return dict(declared)


def _is_name(value: object) -> bool:
    return isinstance(value, str) and value.isprintable() and bool(value) and value == value.strip()
