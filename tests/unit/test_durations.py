"""Lengths of time as people write them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dosdk_temporal import DefinitionError, InputError
from dosdk_temporal._pure.durations import Duration, parse_duration

SPELLINGS = "write seconds as a number, a timedelta, or text like '90s', '3d', '1h30m'"


@pytest.mark.parametrize(
    ("written", "seconds"),
    [
        (0, 0),
        (-0.0, 0),
        (1.5, 1.5),
        (timedelta(minutes=2), 120),
        ("500ms", 0.5),
        ("90s", 90),
        ("5m", 300),
        ("1h", 3600),
        ("3d", 259_200),
        ("2w", 1_209_600),
        ("1h30m", 5400),
        ("1h 30m", 5400),
        (" 1.5 h ", 5400),
        ("0s", 0),
        ("PT1H", 3600),
        ("pt1h30m", 5400),
        ("P1DT12H", 129_600),
        ("PT0.5S", 0.5),
        ("36500d", 3_153_600_000),
    ],
)
def test_spellings(written: Duration, seconds: float) -> None:
    """Numbers are seconds, text says its units or is ISO 8601."""
    assert parse_duration(written) == timedelta(seconds=seconds)


@pytest.mark.parametrize(
    "written",
    [
        "",
        " ",
        "-",
        "5",
        "s",
        "5 parsecs",
        "1:30",
        "1e3s",
        "1_000s",
        "+5s",
        "1h-5m",
        "--5s",
        "5S",
        "٣s",
        "P",
        "PT",
        "PT5",
    ],
)
def test_text_that_is_no_duration(written: str) -> None:
    """Text that says no length is refused with the spellings that work."""
    with pytest.raises(InputError) as refused:
        parse_duration(written, what="timeout")
    assert str(refused.value) == f"timeout={written!r} is not a duration: {SPELLINGS}"


@pytest.mark.parametrize("written", [None, True, b"5s", [], {}, float("nan")])
def test_what_is_no_duration(written: object) -> None:
    """A value of another type, NaN and truth values too, is refused in the same words."""
    with pytest.raises(InputError) as refused:
        parse_duration(written, what="delay")  # type: ignore[arg-type] # that is the mistake
    assert str(refused.value) == f"delay={written!r} is not a duration: {SPELLINGS}"


@pytest.mark.parametrize("written", [-1, -0.001, "-5s", " - 5s", "-PT1H", timedelta(microseconds=-1)])
def test_negative(written: Duration) -> None:
    """A negative length is refused as such."""
    with pytest.raises(InputError) as refused:
        parse_duration(written, what="delay")
    assert str(refused.value) == f"delay={written!r} is negative: a duration is zero or more"


@pytest.mark.parametrize(
    "written", [3_153_600_001, 1e20, 10**400, float("inf"), "36501d", "1000000000000d", timedelta.max, "P101Y"]
)
def test_too_long(written: Duration) -> None:
    """Beyond 100 years nothing is a duration, however it is written."""
    with pytest.raises(InputError) as refused:
        parse_duration(written, what="timeout")
    assert str(refused.value) == f"timeout={written!r} is longer than 100 years"


def test_the_error_is_the_callers() -> None:
    """The caller chooses the class of the error."""
    with pytest.raises(DefinitionError):
        parse_duration("soon", error=DefinitionError)


@given(st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=36_500)))
def test_seconds_come_back(length: timedelta) -> None:
    """A length written as seconds, as options travel, is the same length again."""
    assert parse_duration(length.total_seconds()) == length


@given(st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=36_500)))
def test_text_comes_back(length: timedelta) -> None:
    """A length written out in units, or as ISO 8601, is the same length again."""
    microseconds = length.microseconds
    written = f"{length.days}d {length.seconds}s {microseconds / 1000}ms"
    iso = f"P{length.days}DT{length.seconds}.{microseconds:06}S"
    assert (parse_duration(written), parse_duration(iso)) == (length, length)


@given(st.text())
def test_any_text_is_a_duration_or_an_error_of_the_tree(text: str) -> None:
    """Whatever a person types is a length within bounds, or one sentence that names it."""
    try:
        told: timedelta | str = parse_duration(text, what="timeout")
    except InputError as refused:
        told = str(refused)
    if isinstance(told, str):
        assert told.startswith(f"timeout={text!r} is ")
    else:
        assert timedelta(0) <= told <= timedelta(days=36_500)
