"""Pure: where a run stands and what can be done, in plain sentences."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Final

from dosdk_temporal._pure.audit import AuditEntry
from dosdk_temporal._pure.due_work import untaken
from dosdk_temporal._pure.interpreter.asides import owner_of
from dosdk_temporal._pure.standing import Standing, TaskTrouble
from dosdk_temporal._pure.status import ErrorStatus, State, StepStatus
from dosdk_temporal._pure.waits import Wait

__all__ = ["Explanation", "explanation_of"]


@dataclass(frozen=True)
class Explanation:
    """Where a run stands and what can be done.

    Attributes:
        id: the execution id.
        state: as in its status.
        sentences: where it stands, what it waits for, and why it does not go on.
        commands: what can be done now, ready to be pasted; empty where there is nothing to do.
    """

    id: str
    state: State
    sentences: tuple[str, ...]
    commands: tuple[str, ...] = ()

    def __str__(self) -> str:
        return "\n".join((*self.sentences, *(f"  {command}" for command in self.commands)))


Said = Iterator[str]


def explanation_of(standing: Standing) -> Explanation:
    """The sentences and commands of a run."""
    status = standing.status
    told = _Told(standing)
    sentences = [*told.acts(), *_STATES.get(status.state, _Told.open)(told)]
    return Explanation(status.id, status.state, tuple(sentences), tuple(dict.fromkeys(told.commands)))


class _Told:
    """Tells of one run; what can be done is collected on the way."""

    def __init__(self, standing: Standing) -> None:
        self._standing, self._status = standing, standing.status
        self._id = shlex.quote(standing.status.id)
        self._what = f"Workflow {standing.status.name!r}"
        self._worker = f"dosdk worker MODULE --task-queue {shlex.quote(standing.queue.name)}"
        self._due = {due.step: due.since for due in standing.due}
        self._silences = {silence.step: silence for silence in standing.silences}
        self.commands: list[str] = []

    def acts(self) -> Said:
        """What operators did to it."""
        for entry in self._status.audit_trail or ():
            if entry.event == "operator" and not entry.detail.startswith("signal "):
                yield _act(entry)

    def open(self) -> Said:
        """Of a run that has not ended."""
        standing, status = self._standing, self._status
        yield f"{self._what} has been going on since {_moment(status.started_at)}."
        retried = {wait.name for wait in status.waiting_for if wait.kind in {"retry", "decision"}}
        working = [step for step in status.steps if step.state in {"running", "pending"} and step.id not in retried]
        rests = bool(status.waiting_for) and not working and not standing.due
        if standing.is_unserved and not rests:
            yield f"{_capital(standing.queue.nobody_asks())}: nothing moves until one does."
            self.commands.append(self._worker)
        if standing.trouble is not None:
            yield from self._trouble(standing.trouble)
        yield from self._lies_there()
        for wait in status.waiting_for:
            yield from _WAITS[wait.kind](self, wait)
        yield from map(self._working, working)
        if standing.is_unserved and rests:
            yield f"What comes then waits for a worker: {standing.queue.nobody_asks()}."
            self.commands.append(self._worker)
        elif not (standing.is_unserved or standing.trouble or working or status.waiting_for or standing.due):
            yield "It is between two steps: its worker decides what comes next."

    def paused(self) -> Said:
        """Of a run that somebody paused."""
        yield f"{self._what} is paused: it keeps what comes for it, and goes on when it is resumed."
        self.commands.append(f"dosdk resume {self._id}")

    def completed(self) -> Said:
        """Of a run that gave its result."""
        yield f"{self._what} completed at {self._closed()}. There is nothing to do."

    def failed(self) -> Said:
        """Of a run that failed."""
        if self._standing.undone_by is not None and self._status.error is not None:
            yield f"{_capital(_clean(self._status.error.message))}."
            self.commands.append(f"dosdk explain {shlex.quote(self._standing.undone_by)}")
            return
        yield f"{self._what} failed at {self._closed()}{_why(self._status.error)}."
        yield from self._again()

    def timed_out(self) -> Said:
        """Of a run that took too long."""
        if self._status.error is None:
            yield f"{self._what} ended at {self._closed()}: it took longer than the server allows."
            yield "That time counts from its start, and is over: start it anew."
            return
        yield f"{self._what} ended at {self._closed()}: {_clean(self._status.error.message)}."
        yield "A retry gives it the whole time anew."
        yield from self._again()

    def cancelled(self) -> Said:
        """Of a run that was cancelled."""
        yield f"{self._what} was cancelled, and ended at {self._closed()}."
        yield from self._again()

    def terminated(self) -> Said:
        """Of a run that was ended from outside."""
        reason = next((entry.detail for entry in self._status.audit_trail or () if entry.event == "run_closed"), "")
        why = reason.partition(": ")[2]
        yield f"{self._what} was terminated at {self._closed()}{f': {why}' if why else ''}. Nothing was undone."
        yield from self._again()

    def _again(self) -> Said:
        undone = [step.id for step in self._status.steps if step.state == "compensated"]
        left = [step.id for step in self._status.steps if step.state == "compensation_failed"]
        if left:
            yield f"What could not be undone: {', '.join(map(repr, left))}. See to it by hand."
        if undone:
            yield f"What was undone: {', '.join(map(repr, undone))}. A retry begins with the first of them, or before it."
            self.commands.append(f"dosdk retry {self._id} --from {shlex.quote(undone[0])}")
            return
        step = self._standing.failed_step
        where = f"with step {step!r}" if step else "where it ended"
        yield f"When its cause is gone, a retry goes on {where}; what completed before stands."
        self.commands.append(f"dosdk retry {self._id}")

    def _trouble(self, trouble: TaskTrouble) -> Said:
        yield f"Its workflow task has failed {_times(trouble.attempts)}: {_clean(trouble.message)}."
        if not trouble.misfits:
            yield "It goes on by itself once a worker can do it."
            return
        yield (
            "The code that runs now does not fit what the run has recorded. It goes on by itself once a worker has code that "
            "fits: the code that began it, or a change that asks do.patched(id)."
        )
        step = self._standing.failed_step
        self.commands.append(f"dosdk retry {self._id} --from {shlex.quote(step) if step else 'STEP'}")

    def _lies_there(self) -> Said:
        if None in self._due:
            yield f"It has waited for a worker to go on since {_moment(self._due[None])}."
        why = None if self._standing.is_unserved else untaken(self._standing.due, self._standing.queue)
        if why is not None:
            yield why

    def approval(self, wait: Wait) -> Said:
        """A person is asked."""
        who = f" of {', '.join(wait.approvers)}" if wait.approvers else ", which anybody may give"
        yield f"It waits for the approval {wait.name!r}{who}, {_since(wait)}."
        by = shlex.quote(wait.approvers[0]) if wait.approvers else "YOU"
        self.commands.append(f"dosdk approve {self._id} {shlex.quote(wait.name)} --by {by}")
        self.commands.append(f"dosdk reject {self._id} {shlex.quote(wait.name)} --by {by}")

    def event(self, wait: Wait) -> Said:
        """Something is to happen."""
        yield f"It waits for the event {wait.name!r}, {_since(wait)}."
        self.commands.append(f"dosdk emit {shlex.quote(wait.name.partition('#')[0])} --payload JSON")

    def timer(self, wait: Wait) -> Said:
        """It sleeps."""
        until = f" until {_moment(wait.until)}" if wait.until else ""
        yield f"It sleeps{until}, since {_moment(wait.since)}."

    def retry(self, wait: Wait) -> Said:
        """A step is tried again."""
        step = next((step for step in self._status.steps if step.id == wait.name), None)
        last = f" Its last attempt failed with {_sentence(step.error)}." if step and step.error else ""
        count = f", attempt {step.attempts}" if step and step.attempts else ""
        if wait.name in self._due:
            yield f"Step {wait.name!r} has waited for a worker since {_moment(self._due[wait.name])}{count}.{last}"
            return
        when = f"at {_moment(wait.until)}" if wait.until else "soon"
        yield f"Step {wait.name!r} is tried again {when}{count}.{last}"

    def decision(self, wait: Wait) -> Said:
        """A step is held."""
        yield f"Step {wait.name!r} is held for a person since {_moment(wait.since)}: {_clean(wait.title or 'it failed')}."
        for choice in ("--retry", "--skip VALUE", "--fail"):
            self.commands.append(f"dosdk resolve {self._id} {shlex.quote(wait.name)} {choice} --by YOU")

    def _working(self, step: StepStatus) -> str:
        if step.id in self._silences:
            silence = self._silences[step.id]
            heard = f"Its worker was last heard of at {_moment(silence.since)}"
            return (
                f"{_working(step)} {heard}: if it stays silent, another is given the step at {_moment(silence.until)}."
            )
        run = self._standing.runs.get(step.id)
        if run is None:
            return _working(step, self._due.get(step.id))
        self.commands.append(f"dosdk explain {shlex.quote(run)}")
        return f"{_working(step)} It is a run of its own, {run!r}, which tells more."

    def _closed(self) -> str:
        return _moment(self._status.closed_at) if self._status.closed_at else "an unknown time"


_STATES: Final[Mapping[str, Callable[[_Told], Said]]] = MappingProxyType(
    {
        "paused": _Told.paused,
        "completed": _Told.completed,
        "failed": _Told.failed,
        "timed_out": _Told.timed_out,
        "cancelled": _Told.cancelled,
        "terminated": _Told.terminated,
    }
)

_WAITS: Final[Mapping[str, Callable[[_Told, Wait], Said]]] = MappingProxyType(
    {
        "approval": _Told.approval,
        "event": _Told.event,
        "timer": _Told.timer,
        "retry": _Told.retry,
        "decision": _Told.decision,
    }
)


def _act(entry: AuditEntry) -> str:
    by = f" by {entry.actor}" if entry.actor else ""
    return f"At {_moment(entry.time)} an operator acted{by}: {_clean(entry.detail)}."


def _working(step: StepStatus, due: datetime | None = None) -> str:
    attempt = f", attempt {step.attempts}" if step.attempts else ""
    if step.state == "pending":
        return f"Step {owner_of(step.id)!r} ({step.name}) waits for a worker since {_moment(due or step.started_at)}."
    return f"Step {owner_of(step.id)!r} ({step.name}) runs since {_moment(step.started_at)}{attempt}."


def _why(error: ErrorStatus | None) -> str:
    if error is None:
        return ""
    where = f" in step {error.step!r}" if error.step else ""
    attempts = f" after {_times(error.attempts, 'attempt')}" if error.attempts else ""
    return f"{where}{attempts}: {_sentence(error)}"


def _sentence(error: ErrorStatus | None) -> str:
    return "" if error is None else _clean(f"{error.type}: {error.message}")


def _capital(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}"


def _times(count: int, word: str = "time") -> str:
    return f"{count} {word}" if count == 1 else f"{count} {word}s"


def _since(wait: Wait) -> str:
    until = f", until {_moment(wait.until)}" if wait.until else ""
    return f"since {_moment(wait.since)}{until}"


def _moment(when: datetime) -> str:
    return f"{when:%Y-%m-%d %H:%M:%S} UTC"


def _clean(text: str) -> str:
    """On one line, without the full stop that the sentence brings."""
    return " ".join(text.split()).removesuffix(".")
