"""How an approval is asked for, how a decision is sent and answered, and what the memo says of a wait."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from dosdk_temporal import ApprovalError, DefinitionError, InputError
from dosdk_temporal._pure.approving import ApprovalOptions, approval_options
from dosdk_temporal._pure.decisions import DecisionAnswer, DecisionRequest, read_request
from dosdk_temporal._pure.forms import form_schema
from dosdk_temporal._pure.waits import WAITING, Wait, read_waits

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
LATER = NOON + timedelta(hours=1)


class Terms(BaseModel):
    """What an approval must fill in."""

    limit: int


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


ANYHOW: dict[str, Any] = {
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
