"""What the next run of a chain knows of its approvals."""

from __future__ import annotations

from typing import Any

import pytest

from dosdk_temporal import Decision
from dosdk_temporal._pure.approvals import Approvals
from dosdk_temporal._pure.values import decode, encode_input
from dosdk_temporal.errors import LinkError
from tests.unit.test_approvals import LATER, NOON, Terms, ask, decided, no, refusal, yes


def carry(book: Approvals) -> Approvals:
    """The book of the next run of the chain: what it gets travels as JSON."""
    following = Approvals()
    following.restore(decode(encode_input(book.carried(), "the next run"), Any, "the next run"))
    return following


def test_the_next_run_of_a_chain_knows() -> None:
    """What was decided, timed out or withdrawn is answered as before, what came early is kept, and numbers go on."""
    book = Approvals()
    ask(book)
    book.decide(yes(form={"limit": 1}, comment="fine", link="a"), NOON)
    ask(book)
    book.decide(no("manager#2", by="bob", link="b"), NOON)
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
