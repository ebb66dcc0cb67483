"""Pure: a call of a definition that was refused before it was made: nothing but the memo tells the record of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final, Literal

from dosdk_temporal.errors import DoError

__all__ = ["REFUSED_CALL", "RefusedCall", "read_refused"]

REFUSED_CALL: Final = "refused_call"
"""The memo entry of the last one; the history keeps each. A wire name, never to change."""

_LONGEST_TEXT: Final = 2_000


@dataclass(frozen=True)
class RefusedCall:
    """What was not called, and why.

    Attributes:
        step: the id that its step has in the record.
        name: of the action or workflow.
        kind: what it would have been.
        type: of the error.
        message: likewise.
    """

    step: str
    name: str
    kind: Literal["action", "workflow"]
    type: str
    message: str

    def to_memo(self) -> dict[str, str]:
        """As plain JSON."""
        return {**asdict(self), "message": self.message[:_LONGEST_TEXT]}

    @property
    def error(self) -> DoError:
        """As it was raised."""
        error = DoError(self.message, type=self.type, step=self.step)
        error.action, error.workflow = (self.name, None) if self.kind == "action" else (None, self.name)
        return error


def read_refused(memo: Mapping[str, Any]) -> RefusedCall | None:
    """What a writing of the memo tells of a refused call; None where it tells of something else."""
    told = memo.get(REFUSED_CALL)
    return RefusedCall(**told) if isinstance(told, Mapping) else None
