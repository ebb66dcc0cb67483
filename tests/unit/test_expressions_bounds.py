"""Expressions: whatever text and values come, there is an answer, and it is bounded."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dosdk_temporal._pure.expressions.templates import Template
from dosdk_temporal.expressions import UNDEFINED, ExpressionError, ExpressionSyntaxError, evaluate
from fuzz.programs import Programs

MEGABYTE = 1_000_000
SCOPE: dict[str, Any] = {
    "s": "x" * MEGABYTE,
    "wide": "é" * MEGABYTE,
    "many": [0] * 400_000,
    "digits": "1" * MEGABYTE + "x",
    "input": {"a": [1, {"b": None}], "length": "2"},
}

TOO_NESTED = [
    "(" * 10_000,
    "(" * 65 + "1" + ")" * 65,
    "[" * 100 + "]" * 100,
    "{a:" * 100 + "1" + "}" * 100,
    "!" * 100 + "1",
    "- " * 100 + "1",
    "1 ** " * 100 + "1",
    "1 ? 1 : " * 100 + "1",
    "String(" * 100 + "1" + ")" * 100,
    "a[" * 100 + "0" + "]" * 100,
    "1" + " + 1" * 100,
    "a" + ".b" * 100,
    "a" + "[0]" * 100,
    "a" + " || a" * 100,
]

TOO_MUCH = [
    ("[" + ",".join(["s"] * 50) + "].join()", "reads and makes more than 20,000,000 characters"),
    ("'' + " + "+".join(["s"] * 50), "reads and makes more than 20,000,000 characters"),
    ("s.split('')", "reads and makes more than"),
    ("many + many + many", "reads and makes more than"),
    ("Math.max(...many, ...many, ...many)", "reads and makes more than"),
    ("Object.keys(s).concat(Object.keys(s), Object.keys(s))", "reads and makes more than"),
    ("wide.length" + " + wide.length" * 30, "reads and makes more than"),
    ("[s, s, s]", "the result holds more than 2,000,000 characters and elements"),
    ("[[s, s], {a: s}]", "the result holds more than"),
    ("s + s + s", "the result holds more than"),
    ("{a: [many, many], b: [many, many], c: [many, many]}", "the result holds more than"),
]


@pytest.mark.parametrize("text", TOO_NESTED, ids=lambda text: text[:12])
def test_deep_nesting_is_a_fault(text: str) -> None:
    """However deep a text nests, it is a fault with a place, and never Python's own."""
    with pytest.raises(ExpressionSyntaxError, match=r"nested more than 64 deep|more than 100 operations"):
        evaluate(text, {})


def test_what_is_nested_less_is_evaluated() -> None:
    """Up to the bounds everything is evaluated."""
    assert evaluate("(" * 63 + "1" + ")" * 63, {}) == 1
    assert evaluate("1" + " + 1" * 99, {}) == 100
    assert evaluate("a" + "?.b" * 98, {"a": None}) is UNDEFINED


def test_a_long_text_is_a_fault() -> None:
    """An expression of more than 10,000 characters is refused, where it stands in a template too."""
    for text in ("1 +" + " " * 10_000 + "1", "'" + "a" * 10_000 + "'", "{{ 1 +" + " " * 10_000 + "1 }}"):
        with pytest.raises(ExpressionSyntaxError, match="at most 10,000 characters"):
            evaluate(text, {})


@pytest.mark.parametrize("text", ["'" * 10**7, "0x" + "f" * 10**7, "a" * 10**7, "9" * 10**7, " " * 10**7, "{{" * 10**7])
def test_ten_megabytes_are_a_fault(text: str) -> None:
    """A text of ten megabytes, of whatever it consists, is a fault with a short message."""
    with pytest.raises(ExpressionSyntaxError) as refused:
        evaluate(text, {})
    assert len(str(refused.value)) < 500


@pytest.mark.parametrize(("text", "message"), TOO_MUCH, ids=[text[:30] for text, _ in TOO_MUCH])
def test_too_much_work_is_an_error(text: str, message: str) -> None:
    """What would read or make too much ends with an error that says so."""
    with pytest.raises(ExpressionError, match=message):
        evaluate(text, SCOPE)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("s.length + s.slice(5).length + s.indexOf('y')", 2 * MEGABYTE - 6),
        ("s.toUpperCase().includes('X') && s.trim().endsWith('x')", True),
        ("many.includes(1)", False),
        ("many.length + many[5]", 400_000),
        ("Number(digits)", None),
        ("s === s + ''", True),
    ],
)
def test_large_values_are_read(text: str, value: object) -> None:
    """A megabyte is nothing special."""
    found = evaluate(text, SCOPE)
    assert found == value or (value is None and found != found)  # noqa: PLR0124 - NaN differs from itself


def test_what_holds_itself_has_no_end_and_gets_an_error() -> None:
    """A Python list that holds itself, or is nested without measure, is an error where it would be gone through."""
    own: list[Any] = []
    own.append(own)
    deep: list[Any] = []
    for _ in range(10_000):
        deep = [deep]
    for value in (own, deep):
        with pytest.raises(ExpressionError, match="more than 100 lists deep"):
            evaluate("x + ''", {"x": value})
        with pytest.raises(ExpressionError, match="nested more than 100 deep"):
            Template.parse("{{ x }}").render({"x": value})
    with pytest.raises(ExpressionError, match="the result holds more than"):
        evaluate("[x]", {"x": own})


@given(st.text())
def test_any_text_is_a_value_or_an_error_of_ours(text: str) -> None:
    """Any text is a value, a fault or an error, never anything else."""
    _evaluated(text)


@given(st.binary(max_size=200))
def test_any_bytes_are_a_value_or_an_error_of_ours(data: bytes) -> None:
    """So is what any bytes say, halves of characters included."""
    _evaluated(data.decode("latin-1"))
    _evaluated(
        data.decode("utf-16-le", "surrogatepass") if len(data) % 2 == 0 else data.decode("utf-8", "surrogateescape")
    )


@given(st.integers(), st.integers(0, 60), st.text(max_size=3))
def test_a_damaged_expression_is_a_value_or_an_error_of_ours(seed: int, at: int, damage: str) -> None:
    """So is an expression in which something stands that does not belong there."""
    text = Programs(seed).expression()
    _evaluated(text[:at] + damage + text[at + 1 :])


@given(st.lists(st.sampled_from(["{{", "}}", "{", "}", " ", "a", "'", '"', "x y", ":", "[", "]", "?."])))
def test_any_template_is_text_or_an_error_of_ours(pieces: list[str]) -> None:
    """A template of any pieces is rendered, or has a fault or error with a place in it."""
    text = "".join(pieces)
    _answered(lambda: Template.parse(text).render({"a": "{{ b }}", "x": UNDEFINED}), len(text))


def _answered(answer: Callable[[], object], length: int) -> None:
    place = -1
    try:
        answer()
        place = 0
    except (ExpressionError, ExpressionSyntaxError) as error:
        place = error.position if str(error) and error.position is not None else -1
    assert 0 <= place <= length


def _evaluated(text: str) -> None:
    _answered(lambda: evaluate(text, SCOPE), len(text))
