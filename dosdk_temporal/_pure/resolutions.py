"""Pure: what a person has done with a step that is held: as it is sent, and as it is answered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal, get_args
from uuid import uuid4

from dosdk_temporal._pure.decisions import Answer, check_texts
from dosdk_temporal._pure.values import plain
from dosdk_temporal.errors import ApprovalError

__all__ = ["Resolution", "ResolutionAnswer", "ResolutionRequest", "is_resolution", "new_resolution", "read_resolution"]

Resolution = Literal["retry", "skip", "fail"]
"""Try it again with a fresh set of attempts, go on with a value as its output, or let its error go on."""

_SHAPE: Final = 'send an object like {"resolution": "retry", "name": "charge-card", "by": "ann"}'


@dataclass(frozen=True)
class ResolutionRequest:
    """An attempt to resolve a held step.

    Attributes:
        resolution: what is to be done.
        name: the step's id; None where only one can be meant.
        value: the step's output, of a skip: plain JSON.
        by: who says it.
        comment: theirs.
        id: of this attempt: delivered twice, it counts once.
    """

    resolution: Resolution
    name: str | None = None
    value: Any = None
    by: str | None = None
    comment: str = ""
    id: str | None = None

    def to_wire(self) -> dict[str, Any]:
        """As plain JSON; what says nothing is left out."""
        return {key: said for key, said in vars(self).items() if said is not None and (key, said) != ("comment", "")}

    def is_like(self, other: ResolutionRequest) -> bool:
        """Whether it says the same: by the same person, with the same value."""
        return (self.resolution, self.value, self.by) == (other.resolution, other.value, other.by)


@dataclass(frozen=True)
class ResolutionAnswer(Answer):
    """What became of an attempt to resolve that was not refused.

    Attributes:
        state: ``decided``: it counts, or it is the one that counted; ``sent``: the run will see it, and could not answer now
            (it is paused, or no worker is running).
        name: the step's id; None where the run could not answer and none was given.
        resolution: what counts.
        by: who said it.
        at: when; None unless decided.
        open: the steps that are held now.
    """

    state: Literal["decided", "sent"]
    name: str | None
    resolution: Resolution
    by: str | None
    at: datetime | None = None
    open: tuple[str, ...] = ()


def new_resolution(resolution: str, name: str | None, value: Any, by: str | None, comment: str) -> ResolutionRequest:
    """An attempt to resolve, with an id of its own.

    Raises:
        ApprovalError: when an argument cannot be meant.
    """
    given = None if value is None else plain(value, "the step's value")
    return read_resolution(
        {"resolution": resolution, "name": name, "value": given, "by": by, "comment": comment, "id": str(uuid4())}
    )


def is_resolution(body: Any) -> bool:
    """Whether what reached a run resolves a step, and decides no approval."""
    return isinstance(body, Mapping) and "resolution" in body


def read_resolution(body: Any) -> ResolutionRequest:
    """An attempt to resolve as anybody may send it, also from the Temporal CLI and Web UI.

    Args:
        body: a mapping with ``resolution``, and ``name``, ``value``, ``by``, ``comment``, which may be left out.

    Raises:
        ApprovalError: when it cannot be read as one.
    """
    if not isinstance(body, Mapping):
        raise ApprovalError(f"a held step is resolved by no {type(body).__name__}: {_SHAPE}")
    unknown = sorted(map(str, set(body) - set(ResolutionRequest.__dataclass_fields__)))
    if unknown:
        raise ApprovalError(f"what resolves a held step has no {', '.join(map(repr, unknown))}: {_SHAPE}")
    resolution: Any = body.get("resolution")
    if resolution not in get_args(Resolution):
        raise ApprovalError(f"a held step is resolved by {', '.join(get_args(Resolution))}, not by {resolution!r}")
    if resolution != "skip" and body.get("value") is not None:
        raise ApprovalError(f"a value is the output of a step that is skipped: it does not go with {resolution!r}")
    check_texts(body)
    said = {key: body.get(key) or None for key in ("name", "by", "id")}
    return ResolutionRequest(resolution, **said, value=body.get("value"), comment=body.get("comment") or "")
