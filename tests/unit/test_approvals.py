"""The book of a run's approvals: which decision counts, which is kept, which is refused and why."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from pydantic import BaseModel, field_validator

from dosdk_temporal import ApprovalError, Decision, DefinitionError, InputError
from dosdk_temporal._pure.approvals import Approval, Approvals
from dosdk_temporal._pure.approving import ApprovalOptions, approval_options
from dosdk_temporal._pure.decisions import DecisionAnswer, DecisionRequest, read_request
from dosdk_temporal._pure.forms import form_schema
from dosdk_temporal._pure.values import decode, encode_input
from dosdk_temporal._pure.waits import WAITING, Wait, read_waits
from dosdk_temporal.errors import LinkError

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
LATER = NOON + timedelta(hours=1)


class Terms(BaseModel):
    """What an approval must fill in."""

    limit: int


def ask(book: Approvals, name: str = "manager", *, form: Any = None, **wait: Any) -> Approval:
    """Ask for an approval."""
    approval = Approval(name, Wait("approval", book.next_name(name), **{"since": NOON, **wait}), form)
    book.ask(approval)
    return approval


def yes(name: str | None = "manager", by: str | None = "ann", **more: Any) -> DecisionRequest:
    """An attempt to approve."""
    return DecisionRequest(name, approved=True, by=by, **more)


def no(name: str | None = "manager", by: str | None = "ann", **more: Any) -> DecisionRequest:
    """An attempt to reject."""
    return DecisionRequest(name, approved=False, by=by, **more)


def decided(name: str = "manager", *, approved: bool = True, at: datetime = LATER, **more: Any) -> DecisionAnswer:
    """The answer to what counts."""
    return DecisionAnswer("decided", name, approved, more.pop("by", "ann"), at, **more)


def refusal(book: Approvals, request: DecisionRequest, at: datetime = LATER) -> str:
    """Why an attempt is refused."""
    with pytest.raises(ApprovalError) as refused:
        book.decide(request, at)
    return str(refused.value)


def carry(book: Approvals) -> Approvals:
    """The book of the next run of the chain: what it gets travels as JSON."""
    following = Approvals()
    following.restore(decode(encode_input(book.carried(), "the next run"), Any, "the next run"))
    return following


def test_a_decision_counts_once() -> None:
    """The first answer of a listed approver is what the handler gets."""
    book = Approvals()
    approval = ask(book, approvers=("ann", "bob"))
    assert book.open == ("manager",)
    assert book.decide(yes(comment="fine"), LATER) == decided()
    assert approval.decision == Decision(approved=True, by="ann", at=LATER, comment="fine")
    assert (book.open, approval.open) == ((), False)


@pytest.mark.parametrize("again", [yes(), yes(comment="as I said"), yes(None), yes(id="2"), yes("manager", id="1")])
def test_the_same_decision_again_gets_the_first_answer(again: DecisionRequest) -> None:
    """By the same person with the same answer, whatever the comment, it changes nothing and is told of the first."""
    book = Approvals()
    approval = ask(book)
    book.decide(yes(id="1"), LATER)
    assert book.decide(again, LATER + timedelta(days=9)) == decided()
    assert approval.decision == Decision(approved=True, by="ann", at=LATER)


@pytest.mark.parametrize("other", [no(), yes(by="bob"), yes(by=None), yes(form={"limit": 1})])
def test_another_answer_is_refused(other: DecisionRequest) -> None:
    """What is decided stays decided, and who comes second is told by whom and when."""
    book = Approvals()
    approval = ask(book)
    book.decide(yes(), LATER)
    assert refusal(book, other) == "'manager' is decided already: approved by ann at 2026-03-02 13:00:00+00:00"
    assert approval.decision == Decision(approved=True, by="ann", at=LATER)


@pytest.mark.parametrize(
    ("request_", "message"),
    [
        (yes(by="mal"), "'mal' is not among the approvers of 'manager': ann, bob"),
        (no(by="mal"), "'mal' is not among the approvers of 'manager': ann, bob"),
        (yes(by=None), "say who decides (by=): it must be one of the approvers of 'manager': ann, bob"),
        (yes(), "the form of 'manager' does not fit: limit: is required"),
        (
            yes(form={"limit": "x", "more": 1}),
            "the form of 'manager' does not fit: limit: input should be a valid integer",
        ),
        (yes(form="x"), "the form of 'manager' does not fit"),
        (no(form={"limit": "x"}), "the form of 'manager' does not fit: limit: input should be a valid integer"),
    ],
)
def test_what_is_refused_leaves_the_wait_open(request_: DecisionRequest, message: str) -> None:
    """Somebody who is not listed, and a form that does not fit, change nothing; a good decision counts afterwards."""
    book = Approvals()
    approval = ask(book, approvers=("ann", "bob"), form=Terms)
    assert refusal(book, request_).startswith(message)
    assert (approval.request, approval.decision, book.open) == (None, None, ("manager",))
    assert book.decide(yes(by="bob", form={"limit": 3}), LATER) == decided(by="bob")
    assert approval.decision is not None
    assert approval.decision.form == Terms(limit=3)


def test_a_rejection_needs_no_form() -> None:
    """Who rejects need not fill in what an approval asks for, and may."""
    for form, wanted in ((None, None), ({"limit": 3}, Terms(limit=3))):
        book = Approvals()
        approval = ask(book, form=Terms)
        book.decide(no(form=form), LATER)
        assert approval.decision == Decision(approved=False, by="ann", at=LATER, form=wanted)


def test_what_nobody_asked_for_is_passed_on_as_it_is() -> None:
    """Without a form the handler gets what was filled in as plain JSON."""
    book = Approvals()
    approval = ask(book)
    book.decide(yes(form={"any": [1]}), LATER)
    assert approval.decision == Decision(approved=True, by="ann", at=LATER, form={"any": [1]})


def test_a_form_whose_own_check_breaks_refuses() -> None:
    """A validator of the team's own that raises whatever it likes refuses the decision, and the wait goes on."""

    class Broken(BaseModel):
        limit: int

        @field_validator("limit")
        @classmethod
        def divide(cls, limit: int) -> float:
            return 1 / limit

    book = Approvals()
    approval = ask(book, form=Broken)
    message = "the form of 'manager' cannot be checked: ZeroDivisionError: division by zero"
    assert refusal(book, yes(form={"limit": 0})) == message
    assert approval.open


def test_after_the_deadline() -> None:
    """Until its end a wait can be decided, after it not, whether or not the time-out was noticed yet."""
    book = Approvals()
    approval = ask(book, until=LATER)
    message = "'manager' has timed out: it could be decided until 2026-03-02 13:00:00+00:00"
    assert refusal(book, yes(), LATER + timedelta(seconds=1)) == message
    assert approval.time_out(LATER) == Decision(approved=False, by=None, at=LATER, timed_out=True)
    assert refusal(book, yes()) == message
    assert refusal(book, yes(None)) == message
    on_time = Approvals()
    ask(on_time, until=LATER)
    assert on_time.decide(yes(), LATER) == decided()


def test_a_withdrawn_question_is_refused() -> None:
    """Who decides what the run has stopped to wait for is told so."""
    book = Approvals()
    ask(book).abandoned = True
    assert (refusal(book, yes()), book.open) == ("'manager' is no longer waited for", ())


def test_a_decision_that_comes_early_is_kept() -> None:
    """It is answered with what is open now, counts when it is asked for, at that moment, and gets that answer again."""
    book = Approvals()
    ask(book, "legal")
    assert book.decide(yes(), NOON) == DecisionAnswer("kept", "manager", True, "ann", open=("legal",))
    approval = ask(book, since=LATER)
    assert approval.decision == Decision(approved=True, by="ann", at=LATER)
    assert book.decide(yes(), LATER) == decided(open=("legal",))


def test_an_early_decision_suits_a_wait_of_no_length() -> None:
    """A wait that ends as it begins finds what came before."""
    book = Approvals()
    book.decide(yes(), NOON)
    assert ask(book, until=NOON).decision == Decision(approved=True, by="ann", at=NOON)


def test_early_decisions_are_tried_in_order() -> None:
    """The first that fits counts; one refused before it and one that differs after it are told of; a repeat is not."""
    book = Approvals()
    for request in (yes(by="mal"), yes(id="1"), yes(id="2"), no(by="bob"), yes("other")):
        assert book.decide(request, NOON).state == "kept"
    approval = Approval("manager", Wait("approval", book.next_name("manager"), LATER, approvers=("ann", "bob")))
    refused = book.ask(approval)
    assert approval.decision == Decision(approved=True, by="ann", at=LATER)
    assert [(request.by, str(error)) for request, error in refused] == [
        ("mal", "'mal' is not among the approvers of 'manager': ann, bob"),
        ("bob", "'manager' is decided already: approved by ann at 2026-03-02 13:00:00+00:00"),
    ]
    assert ask(book, "other").decision is not None


def test_a_name_again_is_another_wait() -> None:
    """Asked again, it is ``manager#2`` in the record; the decision by either name goes to it."""
    for name in ("manager", "manager#2", None):
        book = Approvals()
        ask(book)
        book.decide(yes(id="1"), LATER)
        second = ask(book)
        assert book.open == ("manager#2",)
        assert book.decide(no(name, id="2"), LATER) == decided("manager#2", approved=False)
        assert second.decision == Decision(approved=False, by="ann", at=LATER)


def test_an_attempt_that_is_delivered_late_counts_for_nothing_else() -> None:
    """An attempt that counted for the first wait of a name and arrives again, by signal after an update, is no second one."""
    book = Approvals()
    ask(book)
    book.decide(yes(id="1"), LATER)
    second = ask(book)
    assert book.decide(yes(id="1"), LATER + timedelta(days=1)) == decided(open=("manager#2",))
    assert second.open


def test_two_of_a_name_at_once() -> None:
    """Each is decided by its own name in the record; when one is left, the plain name means it."""
    book = Approvals()
    first, second, third = ask(book), ask(book), ask(book)
    assert book.open == ("manager", "manager#2", "manager#3")
    assert book.decide(yes("manager"), LATER) == decided(open=("manager#2", "manager#3"))
    assert refusal(book, no()) == "manager#2, manager#3 are waited for now: say which one the decision is for"
    assert book.decide(no("manager#3"), LATER) == decided("manager#3", approved=False, open=("manager#2",))
    assert book.decide(no("manager", by="bob"), LATER) == decided("manager#2", approved=False, by="bob")
    answers = [approval.decision.approved for approval in (first, second, third) if approval.decision]
    assert answers == [True, False, False]
    assert book.decide(yes("manager"), LATER) == decided()
    assert book.decide(no("manager", by="bob"), LATER) == decided("manager#2", approved=False, by="bob")


def test_a_decision_without_a_name() -> None:
    """It is for what is open; for several, or for nothing yet, it is refused; afterwards it meets the last one."""
    book = Approvals()
    message = "nothing is waited for yet: say the name of what the decision is for, and it is kept"
    assert refusal(book, yes(None)) == message
    ask(book, "manager")
    ask(book, "legal", since=LATER)
    assert refusal(book, yes(None)) == "manager, legal are waited for now: say which one the decision is for"
    book.decide(yes("legal"), LATER)
    assert book.decide(no(None), LATER) == decided("manager", approved=False)
    assert book.decide(yes(None), LATER) == decided("legal")


def test_what_comes_early_has_limits() -> None:
    """A run keeps a hundred early decisions and half a million bytes of them; a repeat needs no room."""
    book = Approvals()
    for number in range(100):
        book.decide(yes(f"n{number}"), NOON)
    full = "is not waited for, and 100 early decisions are kept already; open now: none"
    assert refusal(book, yes("more")) == f"'more' {full}"
    assert book.decide(yes("n7", id="again"), NOON).state == "kept"
    large = Approvals()
    for number in range(5):
        large.decide(yes(f"n{number}", form="x" * 99_000), NOON)
    assert "5 early decisions are kept already" in refusal(large, yes("n5", form="x" * 99_000))


def test_a_link_decides_once() -> None:
    """A link that counted, or is kept, is used up; the very same attempt delivered again is not a second use."""
    book = Approvals()
    ask(book)
    book.decide(yes(link="a", id="1"), LATER)
    assert book.decide(yes(link="a", id="1"), LATER) == decided()
    assert book.decide(yes("early", link="b", id="2"), LATER).state == "kept"
    for used in (yes("early", link="b", id="3"), yes("third", link="a", id="4")):
        with pytest.raises(LinkError, match="used already") as refused:
            book.decide(used, LATER)
        assert refused.value.reason == "used"
    assert refusal(book, no(link="c", id="5")).startswith("'manager' is decided already")


def test_the_next_run_of_a_chain_knows() -> None:
    """What was decided, timed out or withdrawn is answered as before, what came early is kept, and numbers go on."""
    book = Approvals()
    ask(book)
    book.decide(yes(form={"limit": 1}, comment="fine", link="a"), NOON)
    ask(book)
    book.decide(no(by="bob", link="b"), NOON)
    ask(book, "late", until=LATER).time_out(LATER)
    ask(book, "withdrawn").abandoned = True
    book.decide(yes("early", form={"limit": 2}), NOON)
    following = carry(carry(book))
    assert following.carried() == book.carried()
    assert following.decide(no("manager", by="bob"), LATER) == decided("manager#2", approved=False, by="bob", at=NOON)
    assert (
        refusal(following, yes("late")) == "'late' has timed out: it could be decided until 2026-03-02 13:00:00+00:00"
    )
    assert refusal(following, yes("withdrawn")) == "'withdrawn' is no longer waited for"
    assert following.next_name("manager") == "manager#3"
    early = ask(following, "early", form=Terms)
    assert early.decision == Decision(approved=True, by="ann", at=NOON, form=Terms(limit=2))
    with pytest.raises(LinkError):
        following.decide(yes("another", link="a"), LATER)


def test_what_is_open_is_asked_again_in_the_next_run() -> None:
    """It keeps its name there, and a decision that comes between the two is kept for it."""
    book = Approvals()
    ask(book)
    book.decide(yes(), NOON)
    ask(book)
    ask(book, "legal")
    following = carry(book)
    assert following.open == ()
    assert following.decide(yes("legal"), NOON).state == "kept"
    assert following.decide(no("manager#2"), NOON).state == "kept"
    assert [ask(following, name).wait.name for name in ("manager", "legal")] == ["manager#2", "legal"]
    assert following.open == ()


@pytest.mark.parametrize(
    ("body", "wanted"),
    [
        (None, DecisionRequest(None, approved=True)),
        ({}, DecisionRequest(None, approved=True)),
        ({"name": "", "by": None, "comment": None}, DecisionRequest(None, approved=True)),
        ({"approved": False, "by": "ann"}, DecisionRequest(None, approved=True, by="ann")),
        (
            {"name": "manager", "by": "ann", "comment": "fine", "form": {"limit": 1}, "id": "1", "link": "a"},
            DecisionRequest("manager", True, "ann", "fine", {"limit": 1}, "1", "a"),
        ),
    ],
)
def test_what_a_signal_may_say(body: Any, wanted: DecisionRequest) -> None:
    """All of a body may be left out; the signal's name is the answer."""
    assert read_request(body, approved=True) == wanted
    assert read_request({**(body or {}), "approved": True}) == wanted


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("manager", 'a decision is no str: send an object like {"name": "manager", "by": "ann"}'),
        ([{"name": "manager"}], "a decision is no list"),
        (7, "a decision is no int"),
        (b"\x00", "a decision is no bytes"),
        ({"nmae": "manager", "who": "ann"}, "a decision has no 'nmae', 'who'"),
        ({"name": 7}, "name of a decision is text, not 7"),
        ({"by": ["ann"]}, "by of a decision is text, not ['ann']"),
        ({"comment": {}}, "comment of a decision is text, not {}"),
        ({"id": 1}, "id of a decision is text, not 1"),
        ({"link": ["a"]}, "link of a decision is text, not ['a']"),
        ({"name": "n" * 201}, "name of a decision has 201 characters, at most 200 are taken"),
        ({"comment": "n" * 10_001}, "comment of a decision has 10,001 characters, at most 10,000 are taken"),
    ],
)
def test_what_is_no_decision_is_refused(body: Any, message: str) -> None:
    """Whatever is sent, an ApprovalError says what to send."""
    with pytest.raises(ApprovalError) as refused:
        read_request(body, approved=True)
    assert str(refused.value).startswith(message)


@pytest.mark.parametrize("approved", [None, "yes", 1])
def test_a_decision_says_yes_or_no(approved: Any) -> None:
    """Where no signal's name says the answer, only true and false are one."""
    with pytest.raises(ApprovalError, match="says approved true or false"):
        read_request({"name": "manager", "approved": approved})


ANYHOW = {
    "approvers": None, "title": "", "details": "", "form": None, "timeout": None, "remind_every": None,
    "remind_with": "send-notification",
}  # fmt: skip


def test_how_an_approval_is_asked_for() -> None:
    """One name is a list of one, each counts once, and durations are what people write."""
    assert approval_options(**ANYHOW) == ApprovalOptions()
    given = {"approvers": "ann", "timeout": "3d", "remind_every": 3600, "form": Terms, "title": "Pay?"}
    wanted = ApprovalOptions(("ann",), "Pay?", "", Terms, timedelta(days=3), timedelta(hours=1))
    assert approval_options(**{**ANYHOW, **given}) == wanted
    assert approval_options(**{**ANYHOW, "approvers": ("ann", "bob", "ann")}).approvers == ("ann", "bob")


@pytest.mark.parametrize(
    ("given", "error", "message"),
    [
        ({"approvers": []}, InputError, r"approvers=\[\] lets nobody decide"),
        ({"approvers": ""}, InputError, "approver must be text"),
        ({"approvers": ["ann", None]}, InputError, "approver must be text"),
        ({"approvers": 5}, InputError, "approvers=5 is no list of names"),
        ({"approvers": {"ann": 1}}, InputError, "is no list of names"),
        ({"approvers": [f"p{n}" for n in range(101)]}, InputError, "at most 100 are taken: name a group"),
        ({"timeout": -1}, InputError, "timeout=-1 is negative"),
        ({"timeout": "soon"}, InputError, "timeout='soon' is not a duration"),
        ({"remind_every": 0.5}, InputError, "remind_every=0.5 is shorter than a second"),
        ({"remind_every": -1}, InputError, "remind_every=-1 is negative"),
        ({"remind_with": ""}, InputError, "remind_with must be text"),
        ({"title": 7}, InputError, "title is text, not 7"),
        ({"title": "x" * 201}, InputError, "title has 201 characters, at most 200"),
        ({"details": "x" * 10_001}, InputError, "details has 10,001 characters, at most 10,000"),
        ({"form": 5}, DefinitionError, "a type that wait_for_approval declares cannot be validated"),
        ({"form": {"type": "object"}}, DefinitionError, "is no type: give a model, dataclass or TypedDict"),
        ({"form": Callable[[], None]}, DefinitionError, "form= has a part that no JSON can fill in"),
    ],
)
def test_what_cannot_be_asked_is_refused(given: dict[str, Any], error: type[Exception], message: str) -> None:
    """A wrong argument is refused at once, and says what to write."""
    with pytest.raises(error, match=message):
        approval_options(**{**ANYHOW, **given})


def test_a_wait_is_the_same_in_the_memo() -> None:
    """What the memo says of a wait is read back whole; of long details, the first 2,000 characters."""
    full = Wait("approval", "manager#2", NOON, LATER, ("ann",), "Pay?", "x" * 2_000, form_schema(Terms))
    bare = Wait("event", "link.clicked", NOON)
    assert read_waits({WAITING: [full.to_memo(), bare.to_memo()]}) == (full, bare)
    assert bare.to_memo() == {"kind": "event", "name": "link.clicked", "since": NOON.isoformat()}
    assert len(Wait("approval", "long", NOON, details="x" * 9_000).to_memo()["details"]) == 2_000
    assert (read_waits({}), read_waits({WAITING: "nonsense"})) == ((), ())


@given(
    st.builds(
        DecisionAnswer,
        st.sampled_from(["decided", "kept", "sent"]),
        st.none() | st.text(),
        st.booleans(),
        st.none() | st.text(),
        st.none() | st.datetimes(timezones=st.just(UTC)),
        st.lists(st.text()).map(tuple),
    )
)
def test_an_answer_travels(answer: DecisionAnswer) -> None:
    """Every answer arrives as it was given."""
    assert DecisionAnswer.from_wire(answer.to_wire()) == answer


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
