"""Pure: the steps of one run that are held for a person: which are open, and what has become of each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal

from dosdk_temporal._pure.resolutions import ResolutionAnswer, ResolutionRequest
from dosdk_temporal._pure.waits import Wait
from dosdk_temporal.errors import ApprovalError, DoError

__all__ = ["Effect", "Hold", "Holds", "effect_said", "hold_wait", "say_effect"]

Effect = Literal["refused", "unknown"]
"""What is known of a step that failed, whatever a person makes of it: it did nothing, or nobody can say whether it did."""

_EFFECT: Final = "__dosdk_effect__"

_LONGEST_TITLE: Final = 200

_DONE: Final = {"retry": "it was tried again", "skip": "it was skipped", "fail": "it was let fail"}


@dataclass
class Hold:
    """One time that a step was held.

    Attributes:
        wait: what is told of it; its name is the step's id.
        check: raises an :class:`ApprovalError` for a value that cannot be the step's output.
        request: what resolved it; None while nothing has.
        at: when that was.
        abandoned: whether the run stopped waiting: it was cancelled, or passed its time.
    """

    wait: Wait
    check: Callable[[Any], None]
    request: ResolutionRequest | None = None
    at: datetime | None = None
    abandoned: bool = False

    @property
    def open(self) -> bool:
        """Whether it can still be resolved."""
        return self.request is None and not self.abandoned


class Holds:
    """The held steps of one run. A step that fails again is held again, under the same name."""

    def __init__(self) -> None:
        self._holds: list[Hold] = []

    @property
    def open(self) -> tuple[str, ...]:
        """The steps that are held now."""
        return tuple(hold.wait.name for hold in self._holds if hold.open)

    def add(self, hold: Hold) -> None:
        """Begin to hold a step."""
        self._holds.append(hold)

    def resolve(self, request: ResolutionRequest, now: datetime) -> ResolutionAnswer:
        """Let one attempt count.

        Raises:
            ApprovalError: when it is refused; the message says why.
        """
        hold = self._meant(request)
        if hold.open:
            if request.resolution == "skip":
                hold.check(request.value)
            hold.request, hold.at = request, now
        elif hold.request is None or not _is_again(hold.request, request):
            raise ApprovalError(f"step {hold.wait.name!r} is held no more: {_told(hold)}")
        return ResolutionAnswer("decided", hold.wait.name, hold.request.resolution, hold.request.by, hold.at, self.open)

    def _meant(self, request: ResolutionRequest) -> Hold:
        """The hold that an attempt is for: the one it has resolved, else what is open, else the last there was."""
        delivered = [hold for hold in self._holds if hold.request is not None and _is_same(hold.request, request)]
        if delivered:
            return delivered[0]
        named = [hold for hold in self._holds if request.name in {None, hold.wait.name}]
        still_open = [hold for hold in named if hold.open]
        if len(still_open) > 1:
            raise ApprovalError(f"{', '.join(self.open)} are held now: say which step is meant")
        if not named and request.name is None:
            raise ApprovalError("no step is held now")
        if not named:
            raise ApprovalError(f"step {request.name!r} is not held; held now: {', '.join(self.open) or 'none'}")
        return (still_open or named)[-1]


def hold_wait(step: str, action: str, error: DoError, since: datetime) -> Wait:
    """What is told of a step that is held, for whoever resolves it."""
    attempts = f" after {error.attempts} attempt{'s' if error.attempts != 1 else ''}" if error.attempts else ""
    told = f"action {action!r} failed{attempts}: {error.type}: {error.message}"
    line = " ".join(told.split())
    short = line if len(line) <= _LONGEST_TITLE else f"{line[: _LONGEST_TITLE - 1]}…"
    return Wait("decision", step, since, title=short, details="" if short == told else told)


def say_effect(ended: BaseException, effect: Effect) -> None:
    """Say what is known of a step that was held, beside the error or the cancellation with which that ended."""
    setattr(ended, _EFFECT, effect)


def effect_said(ended: BaseException) -> Effect | None:
    """What :func:`say_effect` said; None for what ended a step that was not held then."""
    said: Effect | None = getattr(ended, _EFFECT, None)
    return said


def _is_again(first: ResolutionRequest, request: ResolutionRequest) -> bool:
    """Whether an attempt is that one, delivered again or said again."""
    return _is_same(first, request) or first.is_like(request)


def _is_same(first: ResolutionRequest, request: ResolutionRequest) -> bool:
    return request.id is not None and request.id == first.id


def _told(hold: Hold) -> str:
    if hold.request is None or hold.at is None:
        return "the run stopped waiting"
    by = hold.request.by or "somebody who gave no name"
    return f"{_DONE[hold.request.resolution]} by {by} at {hold.at.isoformat(sep=' ', timespec='seconds')}"
