"""Expressions: random ones are here what they are in a real JavaScript engine; ``make fuzz`` tries many more."""

from __future__ import annotations

import re
from typing import Any

import pytest

from dosdk_temporal._pure.expressions import numbers
from dosdk_temporal._pure.expressions.json_text import json_text
from dosdk_temporal.expressions import UNDEFINED
from fuzz.expressions import compare
from fuzz.oracle import Engine
from fuzz.programs import Programs


@pytest.mark.parametrize("seed", range(2000, 2004))
def test_random_expressions_are_what_javascript_says(seed: int) -> None:
    """Of some twenty thousand random programs none has another value, order of keys, error message or fault."""
    report = compare(3_500, seed)
    assert report.differences == []
    assert min(report.outcomes[kind] for kind in ("value", "error", "syntax")) > 500


def test_the_comparison_finds_a_difference(monkeypatch: pytest.MonkeyPatch) -> None:
    """A number that is printed with an exponent one digit too early is found."""
    monkeypatch.setattr(numbers, "_PLAIN_ZEROS", 5)
    found = compare(4_000, 2000).differences
    assert found
    assert {re.search("e-6|0.00000", f"{difference.here}{difference.there}") is not None for difference in found} == {
        True
    }


def test_what_the_engine_says_is_told_apart() -> None:
    """The comparison sees undefined, the sign of zero, NaN, the order of keys and lone halves of characters."""
    engine = Engine()
    told = [
        engine.outcome(text, {})
        for text in ("-0", "0", "0/0", "[undefined, null]", "({b: 1, 1: 2})", "'\\ud83d'", "x", "1 +")
    ]
    assert told == [
        ("value", ["number", "-0.0"]),
        ("value", ["number", "0.0"]),
        ("value", ["number", "NaN"]),
        ("value", ["list", [["undefined"], None]]),
        ("value", ["mapping", [["1", ["number", "2.0"]], ["b", ["number", "1.0"]]]]),
        ("value", "\ud83d"),
        ("error", "x is not defined"),
        ("syntax", None),
    ]


def test_json_is_written_as_in_javascript() -> None:
    """Random values are written as JSON.stringify writes them."""
    engine, programs = Engine(), Programs(8)
    for _ in range(300):
        scope: dict[str, Any] = {"x": programs.scope()["input"], "skipped": UNDEFINED}
        assert engine.outcome("JSON.stringify(x, null, 2)", scope) == ("value", json_text(scope["x"]))
