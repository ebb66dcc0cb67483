"""The options of an action, and their precedence."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dosdk_temporal import DefinitionError, Retry
from dosdk_temporal._pure.options import DEFAULTS, NOT_GIVEN, Options, merge

SECONDS = st.timedeltas(min_value=timedelta(microseconds=1), max_value=timedelta(days=365))
LEVELS = st.builds(
    Options,
    retry=st.just(NOT_GIVEN) | st.integers(1, 9).map(Retry),
    timeout=st.just(NOT_GIVEN) | st.none() | SECONDS,
    total_timeout=st.just(NOT_GIVEN) | st.none() | SECONDS,
    heartbeat=st.just(NOT_GIVEN) | SECONDS.map(lambda length: length + timedelta(milliseconds=100)),
)
NAMES = ("retry", "timeout", "total_timeout", "heartbeat")


def test_stated_defaults() -> None:
    """3 attempts doubling from 1 s, 60 s an attempt, no limit over all, 15 s of silence."""
    assert (DEFAULTS.retry, DEFAULTS.timeout, DEFAULTS.total_timeout, DEFAULTS.heartbeat) == (
        Retry(3, "1s", 2, "60s"),
        timedelta(seconds=60),
        None,
        timedelta(seconds=15),
    )


def test_call_over_action_over_workflow_over_default() -> None:
    """Each option is taken from the strongest level that gives it; None is given, and means no limit."""
    workflow = Options.of(retry=5, timeout="10s", heartbeat="5s")
    action = Options.of(timeout="20s", total_timeout="1h")
    call = Options.of(timeout=None)
    merged = merge(workflow, action, call)
    assert (merged.retry, merged.timeout, merged.total_timeout, merged.heartbeat) == (
        Retry(5),
        None,
        timedelta(hours=1),
        timedelta(seconds=5),
    )


def test_left_out_is_not_none() -> None:
    """A retry or heart-beat of None is left out; a time-out of None is no limit."""
    assert Options.of(retry=None, heartbeat=None, timeout=None) == Options(timeout=None)
    assert repr(Options().timeout) == "NOT_GIVEN"


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"timeout": 0}, "timeout=0 leaves no time: give more than zero, or None for no limit"),
        ({"timeout": -1}, "timeout=-1 is negative: a duration is zero or more"),
        ({"total_timeout": "0s"}, "total_timeout='0s' leaves no time: give more than zero, or None for no limit"),
        ({"heartbeat": 0}, "heartbeat=0 leaves no time: give more than zero, or None for no limit"),
        ({"heartbeat": "99ms"}, "heartbeat='99ms' is shorter than a delivery takes: give 0.1 s or more"),
        (
            {"timeout": "soon"},
            "timeout='soon' is not a duration: write seconds as a number, a timedelta, or text like '90s', '3d', '1h30m'",
        ),
        (
            {"retry": "often"},
            "retry='often' is not a retry strategy: give a Retry, a number of attempts, or the documented dictionary",
        ),
    ],
)
def test_what_cannot_be_meant(given: dict[str, Any], message: str) -> None:
    """An option that cannot be meant is refused by its name."""
    with pytest.raises(DefinitionError) as refused:
        Options.of(**given)
    assert str(refused.value) == message


@given(st.lists(LEVELS, max_size=4))
def test_the_strongest_that_speaks_wins(levels: list[Options]) -> None:
    """For each option the last level that gives it decides, and nothing is changed in any level."""
    before = [level.to_wire() for level in levels]
    merged = merge(*levels)
    for name in NAMES:
        given_values = [getattr(level, name) for level in levels if getattr(level, name) is not NOT_GIVEN]
        assert getattr(merged, name) == (given_values[-1] if given_values else getattr(DEFAULTS, name))
    assert [level.to_wire() for level in levels] == before


@given(LEVELS, LEVELS, LEVELS)
def test_merging_in_steps_is_merging_at_once(low: Options, middle: Options, high: Options) -> None:
    """What is in force does not depend on where the levels are put together."""
    assert merge(merge(low, middle), high) == merge(low, middle, high)


@given(LEVELS)
def test_options_travel(options: Options) -> None:
    """What is written for the wire is the same again; keys of later versions are passed over."""
    assert Options.from_wire({**options.to_wire(), "later": 1}) == options
