"""Pure: the approvals of one run: which are open, which decision counts, which is kept, which is refused and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from dosdk_temporal._pure.decisions import Decision, DecisionAnswer, DecisionRequest
from dosdk_temporal._pure.forms import check_form
from dosdk_temporal._pure.names import StepIds
from dosdk_temporal._pure.values import encode_input
from dosdk_temporal._pure.waits import Wait
from dosdk_temporal.errors import ApprovalError, LinkError

__all__ = ["Approval", "Approvals"]

_MOST_KEPT: Final = 100
_MOST_KEPT_BYTES: Final = 500_000
"""Early decisions that a run keeps, and their JSON; it carries them, and nobody sends that many in good faith."""


@dataclass
class Approval:
    """One approval that a run has asked for.

    Attributes:
        name: as the handler gave it: several of one run may have it.
        wait: what is told of it.
        form: the type that a decision's form must fit; None for no form.
        request: the attempt that counted; None before, and when it timed out.
        decision: what the handler gets; None while it is open.
        abandoned: whether the handler stopped waiting.
    """

    name: str
    wait: Wait
    form: Any = None
    request: DecisionRequest | None = None
    decision: Decision | None = None
    abandoned: bool = False

    @property
    def open(self) -> bool:
        """Whether it can still be decided."""
        return self.decision is None and not self.abandoned

    def time_out(self, at: datetime) -> Decision:
        """End it undecided."""
        self.decision = Decision(approved=False, by=None, at=at, timed_out=True)
        return self.decision

    def answer(self, open_now: tuple[str, ...]) -> DecisionAnswer:
        """What who decided it is told."""
        assert self.decision is not None  # noqa: S101 - asked only of what is decided
        return DecisionAnswer(
            "decided", self.wait.name, self.decision.approved, self.decision.by, self.decision.at, open_now
        )


class Approvals:
    """The approvals of one run. A decision goes to the open one of its name."""

    def __init__(self) -> None:
        self._ids = StepIds()
        self._asked: dict[str, Approval] = {}
        self._kept: list[DecisionRequest] = []
        self._links: set[str] = set()

    @property
    def open(self) -> tuple[str, ...]:
        """The names that are waited for now."""
        return tuple(approval.wait.name for approval in self._asked.values() if approval.open)

    def next_name(self, name: str) -> str:
        """What the next approval of that name is called: ``manager``, then ``manager#2``."""
        return self._ids.next(name)

    def ask(self, approval: Approval) -> list[tuple[DecisionRequest, ApprovalError]]:
        """Begin to wait, and try what came early, in the order it came.

        Returns:
            The early attempts that are refused, each with its reason.
        """
        self._asked[approval.wait.name] = approval
        names = {approval.name, approval.wait.name}
        early = [request for request in self._kept if request.name in names]
        self._kept = [request for request in self._kept if request not in early]
        refused = []
        for request in early:
            try:
                if not _is_repeat(approval.request, request):
                    _apply(approval, request, approval.wait.since)
            except ApprovalError as error:
                refused.append((request, error))
        return refused

    def decide(self, request: DecisionRequest, now: datetime) -> DecisionAnswer:
        """Let one attempt count, or keep it for a wait that is not reached yet.

        Raises:
            ApprovalError: when it is refused; the message says why.
        """
        approval = self._meant(request)
        if approval is None:
            return self._keep(request)
        if not _is_repeat(approval.request, request):
            self._check_link(request)
            _apply(approval, request, now)
            self._use_link(request)
        return approval.answer(self.open)

    def carried(self) -> dict[str, Any]:
        """What the next run of a chain must know, as plain JSON: what was decided, and what came early.

        Of each name the latest is enough. What is open is not among it: the next run asks again, under the same name, and
        what is decided meanwhile is kept.
        """
        latest = {approval.name: approval for approval in self._asked.values() if not approval.open}
        return {
            "names": {approval.wait.name: _carried(approval) for approval in latest.values()},
            "kept": [request.to_wire() for request in self._kept],
            "links": sorted(self._links),
        }

    def restore(self, carried: Mapping[str, Any]) -> None:
        """Take up what :meth:`carried` gave."""
        for name, told in carried.get("names", {}).items():
            self._asked[name] = _restored(name, told)
            self._ids.reserve(told["name"], name)
        self._kept += [DecisionRequest(**{"name": None, **told}) for told in carried.get("kept", [])]
        self._links |= set(carried.get("links", []))

    def _meant(self, request: DecisionRequest) -> Approval | None:
        """The approval that an attempt is for; None when it is not reached yet."""
        delivered = [approval for approval in self._asked.values() if _is_same(approval.request, request)]
        if delivered:
            return delivered[0]
        if request.name is None:
            return self._only_one()
        if request.link is not None:  # made for one wait; another of the same name is not its business
            return next((approval for approval in self._asked.values() if approval.wait.name == request.name), None)
        named = [approval for approval in self._asked.values() if request.name in {approval.name, approval.wait.name}]
        return self._open_one(request.name, [approval for approval in named if approval.open]) or _answering(
            named, request
        )

    def _open_one(self, name: str, waiting: list[Approval]) -> Approval | None:
        exact = [approval for approval in waiting if approval.wait.name == name]
        if len(exact or waiting) > 1:
            raise ApprovalError(f"{', '.join(self.open)} are waited for now: say which one the decision is for")
        return next(iter(exact or waiting), None)

    def _only_one(self) -> Approval:
        """The approval that an attempt without a name is for: the one that is open, else the last one there was."""
        asked = list(self._asked.values())
        if not asked:
            raise ApprovalError("nothing is waited for yet: say the name of what the decision is for, and it is kept")
        waiting = [approval for approval in asked if approval.open]
        return self._open_one("", waiting) or max(asked, key=lambda approval: approval.wait.since)

    def _keep(self, request: DecisionRequest) -> DecisionAnswer:
        if not any(request.name == kept.name and _is_repeat(kept, request) for kept in self._kept):
            self._check_link(request)
            told = encode_input([kept.to_wire() for kept in (*self._kept, request)], "early decisions")
            if len(self._kept) >= _MOST_KEPT or len(told) > _MOST_KEPT_BYTES:
                raise ApprovalError(
                    f"{request.name!r} is not waited for, and {len(self._kept)} early decisions are kept already; "
                    f"open now: {', '.join(self.open) or 'none'}"
                )
            self._kept.append(request)
            self._use_link(request)
        return DecisionAnswer("kept", request.name, request.approved, request.by, open=self.open)

    def _check_link(self, request: DecisionRequest) -> None:
        if request.link is not None and request.link in self._links:
            raise LinkError("this link has been used already: it decides once", reason="used")

    def _use_link(self, request: DecisionRequest) -> None:
        if request.link is not None:
            self._links.add(request.link)


def _answering(named: list[Approval], request: DecisionRequest) -> Approval | None:
    """Which of those that are over answers: the one that was decided by what is said again, else the last."""
    repeated = [approval for approval in named if _is_repeat(approval.request, request)]
    return next(reversed(repeated or named), None)


def _is_repeat(first: DecisionRequest | None, request: DecisionRequest) -> bool:
    """Whether an attempt is that one, delivered again or said again. A link says everything once."""
    said_again = first is not None and request.link is None and first.is_like(request)
    return said_again or _is_same(first, request)


def _is_same(first: DecisionRequest | None, request: DecisionRequest) -> bool:
    """Whether an attempt is that very one, delivered again: by update and by signal, say."""
    return first is not None and request.id is not None and request.id == first.id


def _apply(approval: Approval, request: DecisionRequest, now: datetime) -> None:
    name, wait = approval.wait.name, approval.wait
    if approval.request is not None:
        raise ApprovalError(f"{name!r} is decided already: {_told(approval)}")
    if approval.abandoned:
        raise ApprovalError(f"{name!r} is no longer waited for")
    if approval.decision is not None or (wait.until is not None and now > wait.until):
        raise ApprovalError(f"{name!r} has timed out: it could be decided until {_time(wait.until or now)}")
    if wait.approvers and request.by not in wait.approvers:
        who = f"{request.by!r} is not among" if request.by else "say who decides (by=): it must be one of"
        raise ApprovalError(f"{who} the approvers of {name!r}: {', '.join(wait.approvers)}")
    form = check_form(request.form, approval.form, required=request.approved, name=name)
    approval.request = request
    approval.decision = Decision(request.approved, request.by, now, request.comment, form)


def _told(approval: Approval) -> str:
    decision = approval.decision
    assert decision is not None  # noqa: S101 - asked only of what is decided
    answer = "approved" if decision.approved else "rejected"
    return f"{answer} by {decision.by or 'somebody who gave no name'} at {_time(decision.at)}"


def _time(when: datetime) -> str:
    return when.isoformat(sep=" ", timespec="seconds")


def _carried(approval: Approval) -> dict[str, Any]:
    decision = approval.decision
    return {
        "name": approval.name,
        "since": approval.wait.since.isoformat(),
        "at": decision.at.isoformat() if decision else None,
        "request": approval.request.to_wire() if approval.request else None,
    }


def _restored(name: str, told: Mapping[str, Any]) -> Approval:
    request = DecisionRequest(**{"name": None, **told["request"]}) if told["request"] else None
    since = datetime.fromisoformat(told["since"])
    at = datetime.fromisoformat(told["at"]) if told["at"] else None
    approval = Approval(told["name"], Wait("approval", name, since, until=at), request=request)
    if at is None:
        approval.abandoned = True
    elif request is None:
        approval.time_out(at)
    else:
        approval.decision = Decision(request.approved, request.by, at, request.comment, request.form)
    return approval
