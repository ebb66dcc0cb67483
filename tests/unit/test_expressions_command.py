"""``dosdk eval``: an expression's value, without a server."""

from __future__ import annotations

import json
from collections.abc import Callable
from io import StringIO
from pathlib import Path

import pytest

from dosdk_temporal._cli.main import run

INPUT = '{"plan": "enterprise", "seats": 1.0, "tags": ["a"], "é": null}'

SHOWN = [
    ('input.plan === "enterprise"', "true"),
    ("{{ input.plan }}", '"enterprise"'),
    ("input.seats / 3", "0.3333333333333333"),
    ("0 / 0", "NaN"),
    ("1 / 0", "Infinity"),
    ("input.missing", "undefined"),
    ("input['é']", "null"),
    ("[1, [], {}]", "[\n  1,\n  [],\n  {}\n]"),
]

DOCUMENTS = [
    ("input", {"value": {"plan": "enterprise", "seats": 1, "tags": ["a"], "é": None}}),
    ("input.missing", {}),
    ("[input.missing, 0 / 0]", {"value": [None, None]}),
    ("'😀'.slice(1)", {"value": "\ude00"}),
]

MISTAKES = [
    (["1 +"], 1, "dosdk: error: a value is missing here, where the text ends\n  1 +\n     ^\n"),
    (
        ["a\n& b"],
        1,
        "dosdk: error: '&' is no operator here: numbers have no bits here; write && for 'and'\n  & b\n  ^\n",
    ),
    (["input.x.y"], 1, "dosdk: error: Cannot read properties of undefined (reading 'y')\n  input.x.y\n          ^\n"),
    (["steps.a", "--json"], 1, "dosdk: error: steps is not defined\n  steps.a\n  ^\n"),
    (
        ["input", "--input", "no.json"],
        2,
        (
            "dosdk: error: Invalid value for --input: the file 'no.json' cannot be read: No such file or directory:"
            " 'dosdk eval --help' shows what fits\n"
        ),
    ),
    (
        ["input", "--input", "{a}"],
        2,
        (
            "dosdk: error: Invalid value for --input: '{a}' is not JSON (Expecting property name enclosed in double quotes:"
            """ line 1 column 2 (char 1)); quote it for the shell, as in --input '{"email": "ada@example.com"}',"""
            " or name a file that ends in .json or .yaml:"
            " 'dosdk eval --help' shows what fits\n"
        ),
    ),
    ([], 2, "dosdk: error: Missing argument 'EXPR': 'dosdk eval --help' shows what fits\n"),
]


Evaluate = Callable[..., tuple[int, str, str]]


@pytest.fixture
def evaluate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Evaluate:
    """Runs ``dosdk eval`` in a folder of its own; in this process: how one starts is no matter here."""
    monkeypatch.chdir(tmp_path)

    def evaluated(*arguments: str, read: str = "") -> tuple[int, str, str]:
        monkeypatch.setattr("sys.stdin", StringIO(read))
        status = run(["eval", *arguments])
        return status, *capsys.readouterr()

    return evaluated


@pytest.mark.parametrize(("text", "shown"), SHOWN)
def test_a_value_is_shown(text: str, shown: str, evaluate: Evaluate) -> None:
    """The value is printed as JSON, and what JSON has not as JavaScript says it."""
    assert evaluate(text, "--input", INPUT) == (0, f"{shown}\n", "")


@pytest.mark.parametrize(("text", "document"), DOCUMENTS)
def test_a_value_for_programs(text: str, document: object, evaluate: Evaluate) -> None:
    """With --json the value stands in one document; an undefined one is left out."""
    status, shown, errors = evaluate(text, "--json", "-i", INPUT)
    assert (status, json.loads(shown), errors) == (0, document, "")


@pytest.mark.parametrize("given", ["in.json", "@in.json", "-", INPUT])
def test_the_input_is_a_file_or_given(given: str, evaluate: Evaluate) -> None:
    """The input is the file of that name, standard input, or JSON itself."""
    Path("in.json").write_text(INPUT, encoding="utf-8")
    assert evaluate("input.tags[0]", "--input", given, read=INPUT) == (0, '"a"\n', "")


def test_without_an_input_it_is_empty(evaluate: Evaluate) -> None:
    """Without --input the input is an empty mapping."""
    assert evaluate("Object.keys(input)") == (0, "[]\n", "")


@pytest.mark.parametrize(("arguments", "status", "line"), MISTAKES)
def test_a_mistake_has_a_caret(arguments: list[str], status: int, line: str, evaluate: Evaluate) -> None:
    """A mistake in the expression is told with its line and a caret, on standard error alone."""
    assert evaluate(*arguments) == (status, "", line)
