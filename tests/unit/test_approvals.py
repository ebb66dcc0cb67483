"""The book of a run's approvals: which decision counts, which is kept, which is refused and why."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pydantic import BaseModel, field_validator

from dosdk_temporal import ApprovalError, Decision
from dosdk_temporal._pure.approvals import Approval, Approvals
from dosdk_temporal._pure.decisions import DecisionAnswer, DecisionRequest
from dosdk_temporal._pure.waits import Wait
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


def test_a_decision_counts_once() -> None:
    """The first answer of a listed approver is what the handler gets."""
    book = Approvals()
    approval = ask(book, approvers=("ann", "bob"))
    assert list(book.open) == ["manager"]
    assert book.decide(yes(comment="fine"), LATER) == decided()
    assert approval.decision == Decision(approved=True, by="ann", at=LATER, comment="fine")
    assert (list(book.open), approval.open) == ([], False)


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


def test_a_link_decides_the_wait_that_it_was_made_for() -> None:
    """A link for the first of a name does not decide the second."""
    book = Approvals()
    ask(book).time_out(LATER)
    ask(book)
    assert refusal(book, yes(link="a", id="1")).startswith("'manager' has timed out")
    assert book.decide(yes("manager#2", link="b", id="2"), LATER) == decided("manager#2")


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
