"""When to try again."""

from __future__ import annotations

from dataclasses import FrozenInstanceError
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dosdk_temporal import DefinitionError, Retry
from dosdk_temporal._pure.retry import Backoff, as_retry, names_of
from dosdk_temporal.errors import ActionError

DURATION = "is not a duration: write seconds as a number, a timedelta, or text like '90s', '3d', '1h30m'"
KEYS = "its keys are backoff, initialDelay, maxAttempts, maxDelay, multiplier, onExhausted"
WORDS = "one of the words exponential, linear, fixed"
LENGTHS = st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=36_500))
NAMES = st.lists(st.text(min_size=1, max_size=20), max_size=3).map(tuple)
STRATEGIES = st.builds(
    Retry,
    max_attempts=st.none() | st.integers(1, 10**6),
    initial_delay=LENGTHS,
    multiplier=st.floats(1, 1e300),
    max_delay=LENGTHS,
    give_up_on=NAMES,
    retry_on=NAMES,
    jitter=st.floats(0, 1),
    on_exhausted=st.sampled_from(["fail", "hold"]),
) | st.builds(
    Retry, initial_delay=LENGTHS, max_delay=LENGTHS, backoff=st.sampled_from(["linear", "fixed"]), jitter=st.booleans()
)


def test_defaults_are_the_documented_strategy() -> None:
    """3 attempts, 1 s, doubling, at most 60 s between two."""
    assert Retry().to_wire() == {
        "max_attempts": 3,
        "initial_delay": 1.0,
        "multiplier": 2.0,
        "max_delay": 60.0,
        "give_up_on": [],
        "retry_on": [],
    }


def test_delays_double_up_to_the_longest() -> None:
    """Each delay is the last one times the multiplier, and none is longer than the longest."""
    retry = Retry(max_attempts=10)
    assert [retry.delay_after(attempt).total_seconds() for attempt in range(1, 9)] == [1, 2, 4, 8, 16, 32, 60, 60]


@pytest.mark.parametrize(
    ("backoff", "delays"),
    [("exponential", [2, 4, 8, 10, 10]), ("linear", [2, 4, 6, 8, 10]), ("fixed", [2, 2, 2, 2, 2])],
)
def test_how_delays_grow(backoff: Backoff, delays: list[float]) -> None:
    """Delays double, grow by the first one, or stay as they are; none is longer than the longest."""
    retry = Retry(None, "2s", max_delay="10s", backoff=backoff)
    assert [retry.delay_after(attempt).total_seconds() for attempt in range(1, 6)] == delays


def test_part_of_a_delay_is_left_to_chance() -> None:
    """Full jitter draws from nothing to the whole delay, a part of it from the rest; without any, chance changes nothing."""
    chances = [0, 0.25, 1]
    drawn = {
        jitter: [Retry(9, "4s", jitter=jitter).delay_after(2, chance).total_seconds() for chance in chances]
        for jitter in (0, 0.5, 1)
    }
    assert drawn == {0: [8, 8, 8], 0.5: [8, 7, 4], 1: [8, 6, 0]}
    assert Retry(jitter=True) == Retry(jitter=1)


def test_a_strategy_does_not_change() -> None:
    """A strategy is frozen, and equal ones are one key."""
    with pytest.raises(FrozenInstanceError):
        Retry().max_attempts = 4  # type: ignore[misc] # that is the mistake
    assert len({Retry(), Retry(3), Retry(3, timedelta(seconds=1), 2.0, 60)}) == 1


def test_without_end() -> None:
    """Unlimited is one word away, and says so with None."""
    forever = Retry.forever(initial_delay="5s", give_up_on=[KeyError])
    assert (forever.max_attempts, forever.initial_delay, forever.give_up_on) == (
        None,
        timedelta(seconds=5),
        ("KeyError",),
    )
    assert forever.tries_again(10**9, ["ValueError"])


@pytest.mark.parametrize(
    ("retry", "attempt", "names", "again"),
    [
        (Retry(3), 1, ["ValueError"], True),
        (Retry(3), 2, ["ValueError"], True),
        (Retry(3), 3, ["ValueError"], False),
        (Retry(1), 1, ["ValueError"], False),
        (Retry(give_up_on=[KeyError]), 1, ["KeyError", "LookupError", "Exception"], False),
        (Retry(give_up_on="LookupError"), 1, ["KeyError", "LookupError", "Exception"], False),
        (Retry(give_up_on=[KeyError]), 1, ["ValueError", "Exception"], True),
        (Retry(retry_on=[OSError]), 1, ["ConnectionError", "OSError", "Exception"], True),
        (Retry(retry_on=OSError), 1, ["ValueError", "Exception"], False),
        (Retry(retry_on=[OSError], give_up_on=[FileNotFoundError]), 1, ["FileNotFoundError", "OSError"], False),
        (Retry(retry_on="OSError"), 1, ["RetryLater", "ActionError"], True),
        (Retry(give_up_on="RetryLater"), 1, ["RetryLater", "ActionError"], False),
        (Retry(2), 2, ["RetryLater", "ActionError"], False),
    ],
)
def test_which_errors_are_tried_again(retry: Retry, attempt: int, names: list[str], again: bool) -> None:
    """Attempts are counted, classes match by their bases too, and giving up is stronger than trying again."""
    assert retry.tries_again(attempt, names) is again


def test_by_which_names_an_error_is_known() -> None:
    """Each class that it is of counts, by its name and with its module; and the type that it says of itself."""
    assert names_of(FileNotFoundError()) >= {"FileNotFoundError", "OSError", "Exception", "builtins.OSError"}
    assert names_of(ActionError("no", type="CardDeclined")) >= {"CardDeclined", "ActionError", "DoError"}


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        (Retry(5), Retry(5)),
        (5, Retry(5)),
        ({}, Retry()),
        ({"maxAttempts": None}, Retry.forever()),
        ({"maxAttempts": 3, "backoff": {"initialDelay": 1000, "multiplier": 2}}, Retry()),
        ({"backoff": {"initialDelay": "2s", "maxDelay": 5000}}, Retry(initial_delay=2, max_delay=5)),
        ({"backoff": {"initialDelay": 0.5}}, Retry(initial_delay="0.5ms")),
        ({"backoff": "linear", "initialDelay": 500}, Retry(initial_delay="500ms", backoff="linear")),
        ({"backoff": "fixed", "initialDelay": "1m", "maxDelay": "5m"}, Retry(3, 60, 2, 300, backoff="fixed")),
        ({"backoff": "exponential", "multiplier": 3}, Retry(multiplier=3)),
        ({"maxAttempts": 2, "onExhausted": "hold"}, Retry(2, on_exhausted="hold")),
    ],
)
def test_documented_spellings(given: Any, meant: Retry) -> None:
    """A strategy, a number of attempts, or the documented dictionary, whose bare delays are milliseconds."""
    assert as_retry(given) == meant


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"max_attempts": 0}, "max_attempts=0 counts attempts, the first included: 1 or more, or None"),
        ({"max_attempts": True}, "max_attempts=True counts attempts, the first included: 1 or more, or None"),
        ({"max_attempts": 2.0}, "max_attempts=2.0 counts attempts, the first included: 1 or more, or None"),
        ({"max_attempts": "3"}, "max_attempts='3' counts attempts, the first included: 1 or more, or None"),
        ({"multiplier": 0.5}, "multiplier=0.5 must be a number of at least 1"),
        ({"multiplier": "2"}, "multiplier='2' must be a number of at least 1"),
        ({"multiplier": True}, "multiplier=True must be a number of at least 1"),
        ({"multiplier": float("nan")}, "multiplier=nan must be a number of at least 1"),
        ({"multiplier": float("inf")}, "multiplier=inf must be a number of at least 1"),
        ({"initial_delay": "soon"}, f"initial_delay='soon' {DURATION}"),
        ({"initial_delay": None}, f"initial_delay=None {DURATION}"),
        ({"max_delay": -1}, "max_delay=-1 is negative: a duration is zero or more"),
        ({"give_up_on": 3}, "give_up_on takes exception classes or their names, not 3"),
        ({"give_up_on": [int]}, "give_up_on takes exception classes or their names, not <class 'int'>"),
        ({"give_up_on": [""]}, "give_up_on takes exception classes or their names, not ''"),
        ({"retry_on": None}, "retry_on takes exception classes or their names, not None"),
        ({"backoff": "slow"}, "backoff='slow' is none of exponential, linear, fixed"),
        ({"backoff": ["fixed"]}, "backoff=['fixed'] is none of exponential, linear, fixed"),
        (
            {"backoff": "fixed", "multiplier": 3},
            "multiplier=3 is of exponential delays: leave it out where they are fixed",
        ),
        ({"jitter": 1.5}, "jitter=1.5 is the part of each delay that is left to chance: 0 to 1"),
        ({"jitter": float("nan")}, "jitter=nan is the part of each delay that is left to chance: 0 to 1"),
        ({"jitter": "full"}, "jitter='full' is the part of each delay that is left to chance: 0 to 1"),
        ({"on_exhausted": "wait"}, "on_exhausted='wait' is none of fail, hold"),
        ({"on_exhausted": None}, "on_exhausted=None is none of fail, hold"),
        ({"retry_on": [KeyError()]}, "retry_on takes exception classes or their names, not KeyError()"),
    ],
)
def test_what_cannot_be_meant(given: dict[str, Any], message: str) -> None:
    """Each value that cannot be meant is refused where it is written."""
    with pytest.raises(DefinitionError) as refused:
        Retry(**given)
    assert str(refused.value) == message


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (True, "retry=True is not a retry strategy: give a Retry, a number of attempts, or the documented dictionary"),
        ("3", "retry='3' is not a retry strategy: give a Retry, a number of attempts, or the documented dictionary"),
        (0, "max_attempts=0 counts attempts, the first included: 1 or more, or None"),
        ({"max_attempts": 3}, f"retry does not know 'max_attempts': {KEYS}"),
        ({"maxAttempts": 0}, "max_attempts=0 counts attempts, the first included: 1 or more, or None"),
        (
            {"backoff": None},
            f"retry['backoff'] is a dictionary with initialDelay, multiplier and maxDelay, or {WORDS}, not None",
        ),
        (
            {"backoff": {"initialdelay": 1, "max": 2}},
            "retry['backoff'] does not know 'initialdelay', 'max': its keys are initialDelay, maxDelay, multiplier",
        ),
        ({"backoff": "slow"}, "backoff='slow' is none of exponential, linear, fixed"),
        (
            {"backoff": {"maxDelay": 1}, "maxDelay": 2},
            "retry says 'maxDelay' twice: within backoff, and beside it",
        ),
        ({"backoff": {"initialDelay": True}}, f"initial_delay=True {DURATION}"),
        ({"backoff": {"initialDelay": "soon"}}, f"initial_delay='soon' {DURATION}"),
    ],
)
def test_documented_spellings_gone_wrong(given: Any, message: str) -> None:
    """A dictionary with another key, or a value that cannot be meant, is refused with the keys there are."""
    with pytest.raises(DefinitionError) as refused:
        as_retry(given)
    assert str(refused.value) == message


@given(STRATEGIES, st.integers(1, 500))
def test_delays_grow_and_are_capped(retry: Retry, attempt: int) -> None:
    """No delay is shorter than the one before it, or longer than the longest."""
    delay, following = retry.delay_after(attempt), retry.delay_after(attempt + 1)
    assert timedelta(0) <= delay <= following <= max(retry.initial_delay, retry.max_delay)


@given(STRATEGIES)
def test_strategies_travel(retry: Retry) -> None:
    """What is written for the wire is the same strategy again, and a later version's keys are passed over."""
    assert Retry.from_wire({**retry.to_wire(), "moon": "full"}) == retry


@given(STRATEGIES, st.integers(1, 10**7), NAMES)
def test_attempts_are_bounded(retry: Retry, attempt: int, names: tuple[str, ...]) -> None:
    """No attempt beyond the limit is followed by another, whatever the error."""
    if retry.max_attempts is not None and attempt >= retry.max_attempts:
        assert not retry.tries_again(attempt, names)
