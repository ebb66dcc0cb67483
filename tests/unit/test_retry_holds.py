"""The book of a run's held steps: what resolves one, and what is refused and why."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pydantic import BaseModel, field_validator

from dosdk_temporal import ActionError, ApprovalError
from dosdk_temporal._inside.waiting.holding import _check_value
from dosdk_temporal._pure.calls import ActionCall
from dosdk_temporal._pure.definitions import ActionDefinition
from dosdk_temporal._pure.holds import Hold, Holds, hold_wait
from dosdk_temporal._pure.resolutions import (
    Resolution,
    ResolutionAnswer,
    ResolutionRequest,
    new_resolution,
    read_resolution,
)

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
LATER = NOON + timedelta(hours=1)
ERROR = ActionError("no money", type="CardDeclined", attempts=3)


def numbers_only(value: Any) -> None:
    """What the step gives."""
    if not isinstance(value, int):
        raise ApprovalError("the value is no number")


def held(book: Holds, step: str = "charge") -> Hold:
    """Hold a step."""
    hold = Hold(hold_wait(step, "charge-card", ERROR, NOON), numbers_only)
    book.add(hold)
    return hold


def say(resolution: Resolution, name: str | None = "charge", by: str | None = "ann", **more: Any) -> ResolutionRequest:
    """An attempt to resolve."""
    return ResolutionRequest(resolution, name, by=by, **more)


def decided(resolution: Resolution, name: str = "charge", **more: Any) -> ResolutionAnswer:
    """The answer to what counts."""
    return ResolutionAnswer("decided", name, resolution, more.pop("by", "ann"), LATER, **more)


def refusal(book: Holds, request: ResolutionRequest) -> str:
    """Why an attempt is refused."""
    with pytest.raises(ApprovalError) as refused:
        book.resolve(request, LATER)
    return str(refused.value)


@pytest.mark.parametrize("request_", [say("retry"), say("skip", value=7), say("fail"), say("retry", None, None)])
def test_one_resolution_counts(request_: ResolutionRequest) -> None:
    """What is said first counts, with or without the step's name and the person's."""
    book = Holds()
    hold = held(book)
    assert list(book.open) == ["charge"]
    assert book.resolve(request_, LATER) == decided(request_.resolution, by=request_.by)
    assert (hold.request, hold.at, list(book.open)) == (request_, LATER, [])


def test_what_is_told_of_a_held_step() -> None:
    """Its title says what failed, how often and why, on one line; a long story is told in full beside it."""
    wait = hold_wait("charge", "charge-card", ERROR, NOON)
    assert (wait.kind, wait.name, wait.since, wait.details) == ("decision", "charge", NOON, "")
    assert wait.title == "action 'charge-card' failed after 3 attempts: CardDeclined: no money"
    story = hold_wait("charge", "charge-card", ActionError("x\n" * 300, attempts=1), NOON)
    assert (len(story.title), story.title[:54]) == (200, "action 'charge-card' failed after 1 attempt: ActionErr")
    assert story.details.endswith("x\n" * 300)


def test_the_same_again_gets_the_first_answer() -> None:
    """Said again by the same person, or delivered again, it changes nothing and is told of the first."""
    book = Holds()
    held(book)
    first = book.resolve(say("skip", value=1, id="1"), LATER)
    for again in (say("skip", value=1), say("skip", None, value=1, id="2"), say("skip", value=1, id="1")):
        assert book.resolve(again, LATER + timedelta(days=1)) == first


@pytest.mark.parametrize("other", [say("retry"), say("skip", value=2), say("skip", by="bob", value=1)])
def test_another_resolution_is_refused(other: ResolutionRequest) -> None:
    """Who comes second is told what was done, by whom and when."""
    book = Holds()
    held(book)
    book.resolve(say("skip", value=1), LATER)
    assert refusal(book, other) == "step 'charge' is held no more: it was skipped by ann at 2026-03-02 13:00:00+00:00"


def test_a_step_may_be_held_again() -> None:
    """A step that fails once more is held under the same name: what is said then is for this time."""
    book = Holds()
    first = held(book)
    book.resolve(say("retry", id="1"), LATER)
    second = held(book)
    assert book.resolve(say("retry", id="1"), LATER) == decided("retry", open=("charge",))
    assert second.open
    book.resolve(say("retry", id="2"), LATER)
    assert (first.request, second.request) == (say("retry", id="1"), say("retry", id="2"))


def test_several_held_at_once() -> None:
    """Each is resolved by its name; without one, nobody knows which is meant."""
    book = Holds()
    held(book), held(book, "charge#2")
    assert refusal(book, say("retry", None)) == "charge, charge#2 are held now: say which step is meant"
    assert book.resolve(say("retry", "charge#2"), LATER) == decided("retry", "charge#2", open=("charge",))
    assert book.resolve(say("fail", None), LATER) == decided("fail")


@pytest.mark.parametrize(
    ("request_", "message"),
    [
        (say("skip", value="x"), "the value is no number"),
        (say("skip"), "the value is no number"),
        (say("retry", "ship"), "step 'ship' is not held; held now: charge"),
    ],
)
def test_what_is_refused_leaves_the_step_held(request_: ResolutionRequest, message: str) -> None:
    """A value that cannot be the step's, and a step that is not held, change nothing."""
    book = Holds()
    hold = held(book)
    assert refusal(book, request_) == message
    assert hold.open


def test_nothing_is_held() -> None:
    """Unlike a decision, a resolution is not kept for later: it would be for an error that nobody has seen."""
    assert refusal(Holds(), say("retry", None)) == "no step is held now"
    assert refusal(Holds(), say("retry")) == "step 'charge' is not held; held now: none"


def test_a_run_that_stopped_waiting() -> None:
    """What was withdrawn by the run itself can be resolved no more."""
    book = Holds()
    held(book).abandoned = True
    assert refusal(book, say("retry")) == "step 'charge' is held no more: the run stopped waiting"


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("retry", "a held step is resolved by no str: send an object like"),
        ({"resolution": "skip", "output": 1}, "what resolves a held step has no 'output': send an object like"),
        ({"resolution": "again"}, "a held step is resolved by retry, skip, fail, not by 'again'"),
        ({"resolution": ["retry"]}, "a held step is resolved by retry, skip, fail, not by ['retry']"),
        ({"resolution": "retry", "value": 1}, "a value is the output of a step that is skipped: it does not go with"),
        ({"resolution": "retry", "by": 7}, "by of a decision is text, not 7"),
        ({"resolution": "retry", "name": "x" * 201}, "name of a decision has 201 characters, at most 200 are taken"),
    ],
)
def test_what_cannot_be_read(body: Any, message: str) -> None:
    """What is no resolution is refused with what would be one."""
    with pytest.raises(ApprovalError) as refused:
        read_resolution(body)
    assert str(refused.value).startswith(message)


@pytest.mark.parametrize("value", [None, 0, False, "", [], {"a": None}])
def test_values_travel(value: Any) -> None:
    """A resolution and its answer are the same after the way to the run and back, whatever the value."""
    request = new_resolution("skip", "charge", value, "ann", "bank is down")
    assert read_resolution(request.to_wire()) == request
    answer = decided("skip", open=("ship",))
    assert ResolutionAnswer.from_wire(answer.to_wire()) == answer


class Broken(BaseModel):
    """What a step gives whose own check breaks."""

    limit: int

    @field_validator("limit")
    @classmethod
    def divide(cls, limit: int) -> float:
        """Break at zero."""
        return 1 / limit


async def handler() -> Broken:
    raise AssertionError("only its signature is read")


@pytest.mark.parametrize("value", [None, {"limit": "much"}, {"limit": 0}])
def test_a_value_that_no_handler_could_take(value: Any) -> None:
    """Whatever the result's own type finds wrong with a value refuses it, and is nobody's crash."""
    call = ActionCall("broken", b"{}", definition=ActionDefinition("broken", handler))
    with pytest.raises(ApprovalError, match="the value cannot be the output of the step: "):
        _check_value(value, call)
    _check_value({"limit": 1}, call)
