"""Pure: what started a run, as the handler sees it; and what may start one, as declared."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal

from dosdk_temporal._pure.schedule import ScheduleText, schedule_text
from dosdk_temporal.errors import DefinitionError, InputError

__all__ = ["Trigger", "check_trigger", "declared_schedule"]

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

    def facts(self) -> dict[str, Any]:
        """What started the run, as plain JSON, without the payload."""
        told = {"kind": self.kind, "name": self.name, "id": self.id, "time": self.time.isoformat()}
        return {key: value for key, value in told.items() if value is not None}


def check_trigger(declared: Any, workflow: str) -> dict[str, Any]:
    """A declared trigger as a dictionary of its own.

    Args:
        declared: ``{"event": name}``, ``{"schedule": cron, "timezone": zone}`` with one expression or a list of them,
            ``{"direct": True}``, or None.
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
        if kind != "schedule" and not (declared[kind] is True if kind == "direct" else _is_name(declared[kind])):
            raise DefinitionError(f"the trigger of workflow {workflow!r} has {kind}={declared[kind]!r}: {shape}")
    _check_schedule(declared, workflow)
    if "filter" in declared:
        _check_filter(declared["filter"], workflow)
    return dict(declared)


def declared_schedule(trigger: Mapping[str, Any]) -> ScheduleText | None:
    """The schedule that a trigger declares; None for none.

    Raises:
        InputError: with all that is wrong.
    """
    if "schedule" not in trigger:
        return None
    return schedule_text(cron_expression=trigger["schedule"], timezone=trigger.get("timezone", "UTC"), declared=True)


def _check_schedule(trigger: Mapping[str, Any], workflow: str) -> None:
    try:
        declared_schedule(trigger)
    except InputError as error:
        message = f"the schedule of workflow {workflow!r} cannot be meant: {error.message}"
        raise DefinitionError(message, problems=error.problems) from None


def _check_filter(filter: Any, workflow: str) -> None:  # noqa: A002 - the documents' word
    from dosdk_temporal._pure.expressions.program import compile_text  # noqa: PLC0415 - few triggers have one

    if not isinstance(filter, str):
        raise DefinitionError(
            f"the filter of workflow {workflow!r} is {filter!r}: write an expression, like 'event.payload.plan === \"pro\"'"
        )
    try:
        compile_text(filter)
    except DefinitionError as error:
        raise DefinitionError(f"the filter of workflow {workflow!r} is no expression: {error}") from None


def _is_name(value: object) -> bool:
    return isinstance(value, str) and value.isprintable() and bool(value) and value == value.strip()
