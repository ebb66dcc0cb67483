"""Outside: what the trail tells of waits: which began, how each ended, who decided, and who was refused."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final

from dosdk_temporal._client.recorded.sent import Sent, wait_ended
from dosdk_temporal._pure.audit import AuditEntry
from dosdk_temporal._pure.waits import LAST_WAIT, WAITING, Wait, read_waits

__all__ = ["WaitEntries"]


@dataclass
class WaitEntries:
    """Reads the memo as the run wrote it, time after time.

    Attributes:
        sent: what has reached the run so far.
    """

    sent: Sent = field(default_factory=Sent)
    _open: tuple[Wait, ...] = ()
    _named: set[str] = field(default_factory=set)

    def noted(self, when: datetime, memo: Mapping[str, Any], ended: datetime | None = None) -> Iterator[AuditEntry]:
        """The entries of one writing: how a wait ended, and which have begun.

        Args:
            when: it was written.
            memo: what was written.
            ended: when the wait did, where that is known to be before.
        """
        last = memo.get(LAST_WAIT)
        if isinstance(last, Mapping):
            yield from self._ended(ended or when, last)
        if WAITING in memo:
            waits = read_waits(memo)
            for wait in waits:
                if wait not in self._open:
                    self._named.add(wait.name)
                    yield AuditEntry(when, "wait_started", wait.name, detail=_asked(wait))
            self._open = waits

    def refused(self, when: datetime, attempt: Any, kind: str, reason: str) -> AuditEntry:
        """The entry of an attempt to decide that did not count."""
        said = attempt if isinstance(attempt, Mapping) else {}
        return AuditEntry(
            when,
            "decision_refused",
            said.get("name"),
            input=attempt,
            error={"type": kind, "message": reason},
            actor=said.get("by"),
            detail=_said_by(said.get("by"), said.get("link")),
        )

    def never_asked_for(self, when: datetime) -> Iterator[AuditEntry]:
        """The entries of early decisions that nobody asked for until the run's end."""
        for request in self.sent.decisions:
            if request.name is not None and not any(_is_of(name, request.name) for name in self._named):
                yield self.refused(
                    when, request.to_wire(), "ApprovalError", f"the run ended and never asked for {request.name!r}"
                )

    def _ended(self, when: datetime, told: Mapping[str, Any]) -> Iterator[AuditEntry]:
        state, name = str(told.get("state")), told.get("name")
        if state == "refused":
            yield self.refused(when, told.get("attempt"), "ApprovalError", str(told.get("reason")))
            return
        self._named.add(str(name))
        tell = _ENDS.get(state, _decided)
        entry = tell(when, told, self.sent)
        if entry is not None:
            yield entry


def _decided(when: datetime, told: Mapping[str, Any], sent: Sent) -> AuditEntry:
    said = _said(told, sent)
    given = {key: said[key] for key in ("comment", "form", "value") if said.get(key) not in (None, "")}
    detail = f"{told['state']}; {_said_by(told.get('by'), told.get('link'))}"
    return AuditEntry(when, "decision", told.get("name"), input=given or None, actor=told.get("by"), detail=detail)


def _said(told: Mapping[str, Any], sent: Sent) -> Mapping[str, Any]:
    """What the decision carried that the memo does not."""
    if told.get("kind") == "decision":
        request = sent.resolution(told)
        return {} if request is None else request.to_wire()
    ended = wait_ended(told, sent)
    return ended.value if ended is not None and isinstance(ended.value, Mapping) else {}


def _received(when: datetime, told: Mapping[str, Any], sent: Sent) -> AuditEntry:
    ended = wait_ended(told, sent)
    payload = None if ended is None else ended.value
    return AuditEntry(when, "event_received", told.get("name"), input=payload, detail=f"event {told.get('id')}")


def _timed_out(when: datetime, told: Mapping[str, Any], sent: Sent) -> AuditEntry:
    del sent
    return AuditEntry(when, "timer_fired", told.get("name"), detail=f"{told.get('kind')} timed out")


def _withdrawn(when: datetime, told: Mapping[str, Any], sent: Sent) -> AuditEntry | None:
    """The run stopped waiting of its own accord, and nobody had anything to do with it; of a held step that is told."""
    del sent
    if told.get("kind") != "decision":
        return None
    return AuditEntry(
        when, "decision", told.get("name"), detail="abandoned; the run stopped waiting, and nobody decided"
    )


_ENDS: Final[Mapping[str, Callable[[datetime, Mapping[str, Any], Sent], AuditEntry | None]]] = MappingProxyType(
    {"received": _received, "timed_out": _timed_out, "abandoned": _withdrawn}
)
"""By the state in which a wait ended; every other one is a person's decision."""


def _asked(wait: Wait) -> str:
    who = f" by {', '.join(wait.approvers)}" if wait.approvers else ""
    until = f" until {wait.until.isoformat(sep=' ', timespec='seconds')}" if wait.until else ""
    return f"{wait.kind}{who}{until}{f': {wait.title}' if wait.title else ''}"


def _said_by(who: Any, link: Any) -> str:
    """What the name of who decides is worth."""
    if who is None:
        return "no name was given"
    return "the name is authenticated by a link" if link else "the name is as the sender gave it"


def _is_of(label: str, name: str) -> bool:
    return label == name or label.startswith(f"{name}#")
