"""The time of the next attempt, as a handler names it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from dosdk_temporal import ActionError, InputError, RetryLater
from dosdk_temporal._wire.failures import error_of, failure_of


@pytest.mark.parametrize(
    ("after", "meant"),
    [
        (None, None),
        (2.5, timedelta(seconds=2.5)),
        (timedelta(minutes=1), timedelta(minutes=1)),
        ("1h30m", timedelta(hours=1, minutes=30)),
        ("120", timedelta(seconds=120)),
        (" 0 ", timedelta(0)),
        ("Wed, 21 Oct 2015 07:28:00 GMT", timedelta(0)),
        ("Sunday, 06-Nov-94 08:49:37 GMT", timedelta(0)),
        ("Sun Nov  6 08:49:37 1994", timedelta(0)),
    ],
)
def test_how_the_time_may_be_said(after: Any, meant: timedelta | None) -> None:
    """Any duration, and what a Retry-After header says: digits are seconds, and a date that is past is now."""
    assert RetryLater(after).after == meant


def test_a_date_to_come() -> None:
    """An HTTP date is as far away as it is now."""
    after = RetryLater("Fri, 01 Jan 2100 00:00:00 GMT").after
    assert after is not None
    assert timedelta(days=1000) < after < timedelta(days=36_500)


@pytest.mark.parametrize("after", ["soon", "", "9" * 400, -1, "-5s", True, [3], "Wed, 21 Oct 2999 07:28:00 GMT"])
def test_what_is_no_time(after: Any) -> None:
    """What is neither a duration nor a date is refused, and names the argument."""
    with pytest.raises(InputError, match=r"^after="):
        RetryLater(after)


def test_what_a_caller_sees_of_it() -> None:
    """It is an action's error like any other: it says its message, or what it asks for, and travels as its own class."""
    assert str(RetryLater("90s")) == "it is to be tried again later, after 90 s"
    assert str(RetryLater()) == "it is to be tried again later"
    error = error_of(failure_of(RetryLater(5, "the CRM is busy"), action="tell"))
    assert isinstance(error, RetryLater)
    assert isinstance(error, ActionError)
    assert (error.message, error.type, error.action, error.after) == ("the CRM is busy", "RetryLater", "tell", None)
