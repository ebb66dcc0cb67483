"""``dosdk eval``: an expression's value, without a server."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

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
            """ line 1 column 2 (char 1)); quote it for the shell, as in --input '{"email": "ada@example.com"}':"""
            " 'dosdk eval --help' shows what fits\n"
        ),
    ),
    ([], 2, "dosdk: error: Missing argument 'EXPR': 'dosdk eval --help' shows what fits\n"),
]


@pytest.mark.parametrize(("text", "shown"), SHOWN)
def test_a_value_is_shown(text: str, shown: str, tmp_path: Path) -> None:
    """The value is printed as JSON, and what JSON has not as JavaScript says it."""
    assert _eval(tmp_path, text, "--input", INPUT) == (0, f"{shown}\n", "")


@pytest.mark.parametrize(("text", "document"), DOCUMENTS)
def test_a_value_for_programs(text: str, document: object, tmp_path: Path) -> None:
    """With --json the value stands in one document; an undefined one is left out."""
    status, shown, errors = _eval(tmp_path, text, "--json", "-i", INPUT)
    assert (status, json.loads(shown), errors) == (0, document, "")


@pytest.mark.parametrize("given", ["in.json", "@in.json", "-", INPUT])
def test_the_input_is_a_file_or_given(given: str, tmp_path: Path) -> None:
    """The input is the file of that name, standard input, or JSON itself."""
    (tmp_path / "in.json").write_text(INPUT, encoding="utf-8")
    assert _eval(tmp_path, "input.tags[0]", "--input", given, read=INPUT) == (0, '"a"\n', "")


def test_without_an_input_it_is_empty(tmp_path: Path) -> None:
    """Without --input the input is an empty mapping."""
    assert _eval(tmp_path, "Object.keys(input)") == (0, "[]\n", "")


@pytest.mark.parametrize(("arguments", "status", "line"), MISTAKES)
def test_a_mistake_has_a_caret(arguments: list[str], status: int, line: str, tmp_path: Path) -> None:
    """A mistake in the expression is told with its line and a caret, on standard error alone."""
    assert _eval(tmp_path, *arguments) == (status, "", line)


def _eval(folder: Path, *arguments: str, read: str = "") -> tuple[int, str, str]:
    done = subprocess.run(  # noqa: S603 - the command itself
        [sys.executable, "-m", "dosdk_temporal", "eval", *arguments],
        cwd=folder,
        input=read,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    return done.returncode, done.stdout, done.stderr
