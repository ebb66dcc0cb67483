"""The book of a run's approvals under whatever is asked and decided, in whatever order."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from dosdk_temporal import ApprovalError, Decision
from dosdk_temporal._pure.approvals import Approval, Approvals
from dosdk_temporal._pure.decisions import DecisionRequest
from dosdk_temporal._pure.waits import Wait
from tests.unit.test_approvals_carried import carry

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
NAMES = st.sampled_from(["manager", "legal"])
PEOPLE = st.sampled_from(["ann", "bob", "mal", None])


class AnyOrder(RuleBasedStateMachine):
    """Whatever is asked and decided in whatever order, over as many runs of a chain as there are."""

    def __init__(self) -> None:
        super().__init__()
        self.book = Approvals()
        self.now = NOON
        self.asked: list[Approval] = []
        self.settled: dict[str, Decision] = {}
        self.sent = 0
        self.kept: list[DecisionRequest] = []

    @rule(name=NAMES, listed=st.booleans(), limited=st.booleans())
    def asks(self, name: str, *, listed: bool, limited: bool) -> None:
        """A wait begins: what was kept for it counts, or is told of as refused, or says the same again."""
        wait_name = self.book.next_name(name)
        until = self.now + timedelta(minutes=5) if limited else None
        people = ("ann", "bob") if listed else ()
        approval = Approval(name, Wait("approval", wait_name, self.now, until, people))
        refused = [request for request, _ in self.book.ask(approval)]
        early = [request for request in self.kept if request.name in {name, wait_name}]
        self.kept = [request for request in self.kept if request not in early]
        counted = approval.request
        for request in early:
            assert (request in refused) != (counted is not None and counted.is_like(request))
        self.asked.append(approval)

    @rule(name=st.none() | NAMES | st.just("manager#2"), approved=st.booleans(), by=PEOPLE, minutes=st.integers(0, 3))
    def decides(self, name: str | None, by: str | None, *, approved: bool, minutes: int) -> None:
        """An attempt counts for one wait at most, is a repeat, is kept, or is refused and changes nothing."""
        self.now += timedelta(minutes=minutes)
        self.sent += 1
        request = DecisionRequest(name, approved, by, id=str(self.sent))
        before = {id(approval) for approval in self.asked if approval.open}
        try:
            answer = self.book.decide(request, self.now)
        except ApprovalError:
            assert before == {id(approval) for approval in self.asked if approval.open}
            return
        closed = [approval for approval in self.asked if id(approval) in before and not approval.open]
        assert len(closed) <= 1
        if answer.state == "kept":
            self.kept += [] if any(_alike(request, kept) for kept in self.kept) else [request]
        elif not closed:
            assert (answer.approved, answer.by) == (approved, by)
        assert self.book.decide(request, self.now) == answer

    @precondition(lambda self: any(approval.open for approval in self.asked))
    @rule(withdrawn=st.booleans(), choice=st.integers(0, 99))
    def ends(self, choice: int, *, withdrawn: bool) -> None:
        """A wait times out, or is withdrawn."""
        waiting = [approval for approval in self.asked if approval.open]
        approval = waiting[choice % len(waiting)]
        if withdrawn:
            approval.abandoned = True
        else:
            approval.time_out(self.now)

    @rule()
    def continues(self) -> None:
        """The next run carries on: its book would hand on the same, and nothing of it is open."""
        following = carry(self.book)
        assert following.carried() == self.book.carried()
        assert following.open == ()
        self.book, self.asked = following, []

    @invariant()
    def is_consistent(self) -> None:
        """No decision ever changes, and what is open is what the book says."""
        for approval in self.asked:
            if approval.decision is not None:
                first = self.settled.setdefault(f"{id(self.book)}/{approval.wait.name}", approval.decision)
                assert first == approval.decision
        assert self.book.open == tuple(approval.wait.name for approval in self.asked if approval.open)
        assert [request.name for request in self.book._kept] == [request.name for request in self.kept]


def _alike(one: DecisionRequest, other: DecisionRequest) -> bool:
    return one.name == other.name and one.is_like(other)


TestAnyOrder = AnyOrder.TestCase
