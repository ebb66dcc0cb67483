"""Pure: what a run waits for, as its memo, the inbox and its status tell it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal

__all__ = ["FOR_PEOPLE", "LAST_WAIT", "WAITING", "Kind", "Wait", "read_waits"]

WAITING: Final = "waiting"
"""The memo entry that lists what is open."""

LAST_WAIT: Final = "last_wait"
"""The memo entry that tells how the last wait ended, or which attempt was refused; the history keeps each."""

Kind = Literal["approval", "event", "timer", "retry", "decision"]

FOR_PEOPLE: Final = frozenset({"approval", "decision"})
"""The kinds that a person ends: what the inbox shows."""

_LONGEST_DETAILS: Final = 2_000
"""Characters of the details that the memo carries; the whole text stands in the run's current details."""


@dataclass(frozen=True)
class Wait:
    """One thing that a run waits for.

    Attributes:
        kind: ``approval``, ``event``, ``timer``, ``retry`` (a step's next attempt) or ``decision`` (a step that is held).
        name: unique among the run's waits of its kind: the second ``manager`` is ``manager#2``.
        since: when the wait began.
        until: when it times out; None for never.
        approvers: who may decide; empty for anybody, and for what nobody decides.
        title: one line for who decides.
        details: Markdown for who decides.
        form: the JSON Schema of what a decision carries; None for none.
    """

    kind: Kind
    name: str
    since: datetime
    until: datetime | None = None
    approvers: tuple[str, ...] = ()
    title: str = ""
    details: str = ""
    form: Mapping[str, Any] | None = None

    def to_memo(self, longest: int = _LONGEST_DETAILS) -> dict[str, Any]:
        """As plain JSON; what says nothing is left out.

        Args:
            longest: characters of the details that there is room for; never more than 2,000.
        """
        told = {
            "kind": self.kind,
            "name": self.name,
            "since": self.since.isoformat(),
            "until": self.until.isoformat() if self.until else None,
            "approvers": list(self.approvers),
            "title": self.title,
            "details": self.details[: min(longest, _LONGEST_DETAILS)],
            "form": self.form,
        }
        return {key: value for key, value in told.items() if value}


def read_waits(memo: Mapping[str, Any]) -> tuple[Wait, ...]:
    """The open waits of a memo; none for a run that the SDK did not write."""
    entries = memo.get(WAITING)
    return tuple(_wait(entry) for entry in entries) if isinstance(entries, list) else ()


def _wait(entry: Mapping[str, Any]) -> Wait:
    return Wait(
        kind=entry["kind"],
        name=entry["name"],
        since=datetime.fromisoformat(entry["since"]),
        until=datetime.fromisoformat(entry["until"]) if "until" in entry else None,
        approvers=tuple(entry.get("approvers", ())),
        title=entry.get("title", ""),
        details=entry.get("details", ""),
        form=entry.get("form"),
    )
