"""Definitions that mean harm, and definitions made wrong at random: a list of faults, in bounded time, whatever comes."""

# ruff: noqa: E501 - a row of these tables is one claim, and is read as one

from __future__ import annotations

from pathlib import Path

import pytest

from dosdk_temporal._pure.declarative.loading import check_definition_text
from fuzz.definitions import search

SEEDS = Path(__file__).parent / "definitions"
HEAD = "name: x\nsteps:\n"
MUCH = 250_000

HOSTILE = {
    "ten megabytes": ("a: '" + "x" * 10_000_000 + "'", "too-large"),
    "ten thousand brackets": ("a: " + "[" * 10_000, "too-deep"),
    "ten thousand braces": ("a: " + "{" * 10_000, "unquoted-template"),
    "ten thousand brackets of JSON": ('{"a": ' + "[" * 10_000, "too-deep"),
    "a billion laughs": ("a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\nname: x\nsteps: [*c, *c]", "yaml-anchor"),
    "a Python object": ("name: !!python/object/apply:os.system [true]\nsteps: [{wait: 1s}]", "yaml-tag"),
    "a long list": ("a: [" + "a," * (MUCH // 2) + "]", "too-large"),
    "many lines": ("-\n" * (MUCH // 2), "too-large"),
    "many JSON keys": ("{" + ",".join(f'"k{n}": 1' for n in range(MUCH // 12)) + "}", "unknown-key"),
    "one JSON key many times": ("{" + ",".join(['"k": 1'] * (MUCH // 7)) + "}", "missing"),
    "many branches": ('{"name": "x", "steps": [{"parallel": [' + ",".join(f'{{"action": "f{n}"}}' for n in range(10_000)) + "]}]}", "too-large"),
    "many quotes": ("a: '" + "''" * (MUCH // 2), "yaml-syntax"),
    "a long comment": ("#" * MUCH, "empty"),
    "empty lines": ("\n" * MUCH, "empty"),
    "nested parentheses": (HEAD + "- {wait: 1s, condition: '" + "(" * 3000 + "1" + ")" * 3000 + "'}", "expression-syntax"),
    "a long expression": (HEAD + "- {wait: 1s, condition: '" + "a+" * 60_000 + "a'}", "expression-syntax"),
    "many expressions": (HEAD + "- {function: f, input: '" + "{{a}}" * 40_000 + "'}", "expression-syntax"),
    "a nested type": ("name: x\ninput: {a: '" + "(" * 900 + "a'}\nsteps: [{wait: 1s}]", "schema"),
    "a pattern that repeats": ("name: x\ninput: {a: {type: string, pattern: '(a{999}){999}'}}\nsteps: [{wait: 1s}]", "schema"),
    "a schema that leads back": ("name: x\ninput: {$ref: '#'}\nsteps: [{wait: 1s}]", "schema"),
    "a schema from elsewhere": ("name: x\ninput: {$ref: 'https://example.com/schema'}\nsteps: [{wait: 1s}]", "schema"),
    "what Python has": (HEAD + "- {function: f, input: '{{ __class__ }} {{ __import__ }}'}", "unknown-name"),
    "a long name": ("name: " + "x" * 200_000 + "\nsteps: [{wait: 1s}]", "bad-name"),
}  # fmt: skip


@pytest.mark.parametrize("what", HOSTILE)
def test_definitions_that_mean_harm(what: str) -> None:
    """Each is refused with its own fault, and with few enough to be read."""
    text, code = HOSTILE[what]
    checked = check_definition_text(text)
    errors = [problem.code for problem in checked.problems if problem.severity == "error"]
    assert (checked.definition, code in errors, len(checked.problems) <= 400) == (None, True, True)


@pytest.mark.parametrize("name", ["constructor", "__proto__", "__class__", "toString"])
def test_names_that_are_no_names_elsewhere(name: str) -> None:
    """Words that mean something to Python or JavaScript are plain names here."""
    text = f"name: x\ninput: {{{name}: string}}\nsteps:\n- {{id: s, function: f, input: '{{{{ input.{name} }}}}'}}\n"
    assert [problem.code for problem in check_definition_text(text).problems] == ["unknown-function"]


@pytest.mark.parametrize("seed", [1, 2])
def test_a_short_fuzz(seed: int) -> None:
    """Hundreds of definitions made wrong at random do no harm; ``make fuzz`` tries many more."""
    report = search(300, seed, SEEDS)
    assert report.harms == []
    assert report.outcomes["accepted"] > 10
    assert len(report.outcomes) > 8
