"""Pure: what the SDK says beside a value: it rides in the payload's metadata, so that the value stays the user's JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

__all__ = ["FACTS_KEY", "CallFacts", "ResultFacts", "pack", "unpack"]

FACTS_KEY: Final = "dosdk"
"""The metadata key; a wire name, never to change."""


@dataclass(frozen=True)
class CallFacts:
    """What a caller says beside an input.

    Attributes:
        kind: ``step``, ``alone`` (an action called by itself), ``action`` (a run that is one action), ``workflow`` or ``child``;
            ``compensation`` of what undoes a step.
        version: the version asked for.
        key: the idempotency key the handler may hand on.
        workflow: the calling workflow's name, for messages.
        workflow_options: its steps' defaults.
        options: what the call says of its attempts.
        trigger: of a workflow started by an event or a schedule: kind, name, id, time; of a schedule its text.
        digest: of the input, where a key is given: the same key with another input is a conflict.
        carried: what a run that was continued as new hands on: when it began, and what it had received and not used.
        notifications: whom the run tells of its start and end, by moment.
        definition: the text of a declared workflow, to which its run is pinned.
        hash: of that text.
        portion: whether the run does no more than a portion of a long loop; its input says which.
        step: of a child, the id of the caller's step that it is.
        undoes: of a compensation, the id of the step that it undoes; of what marks an undoing, likewise.
        undone_key: of a compensation, the key of the effect that it undoes.
        compensate: of a compensation, the action that it is; of a run that is one action, what undoes it, as its call says.
    """

    kind: str = "workflow"
    version: str | None = None
    key: str | None = None
    workflow: str | None = None
    workflow_options: Mapping[str, Any] = field(default_factory=dict)
    options: Mapping[str, Any] = field(default_factory=dict)
    trigger: Mapping[str, Any] = field(default_factory=dict)
    digest: str | None = None
    carried: Mapping[str, Any] = field(default_factory=dict)
    notifications: Mapping[str, list[str]] = field(default_factory=dict)
    definition: str | None = None
    hash: str | None = None
    portion: bool = False
    step: str | None = None
    undoes: str | None = None
    undone_key: str | None = None
    compensate: str | None = None


@dataclass(frozen=True)
class ResultFacts:
    """What a worker says beside a result.

    Attributes:
        version: of the handler that gave it.
        attempts: made, this one included.
        started_at: when the last attempt began, ISO 8601.
        closed_at: when it ended, ISO 8601.
        trail: the failed attempts before it, each ``{n, error: {type, message}, started_at, closed_at}``.
        metrics: the figures that the attempt recorded, by name.
        handed_over: the id of the run whose result is the action's; None where this is the result.
        compensate: the action that undoes it, by its definition; None for none.
        skipped: of a step that a person skipped with this result: whether its attempts ``refused``, or what they did is
            ``unknown``; None for a step's own result.
    """

    version: str | None = None
    attempts: int | None = None
    started_at: str | None = None
    closed_at: str | None = None
    trail: list[dict[str, Any]] = field(default_factory=list)
    metrics: Mapping[str, Any] = field(default_factory=dict)
    handed_over: str | None = None
    compensate: str | None = None
    skipped: str | None = None


def pack(facts: CallFacts | ResultFacts) -> bytes:
    """Facts as a metadata value: what says nothing is left out."""
    from pydantic_core import to_json  # noqa: PLC0415 - pydantic, only when it is needed

    return to_json({key: value for key, value in vars(facts).items() if value})


def unpack(kind: type[Any], metadata: Mapping[str, bytes]) -> Any:
    """The facts in a payload's metadata; all defaults for a payload that the SDK did not write."""
    from pydantic_core import from_json  # noqa: PLC0415

    packed = metadata.get(FACTS_KEY)
    if packed is None:
        return kind()
    try:
        raw = from_json(packed)
    except ValueError:
        raw = None
    known = raw.items() if isinstance(raw, dict) else ()
    return kind(**{key: value for key, value in known if key in kind.__dataclass_fields__})
