"""The command line: the value of --input."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
import typer

from dosdk_temporal._cli.reading import read_input

QUOTE = """; quote it for the shell, as in --input '{"email": "ada@example.com"}'"""


def test_nothing_is_nothing() -> None:
    """Without --input there is no value."""
    assert read_input(None) is None


def test_text_is_json() -> None:
    """Text is read as JSON."""
    assert read_input('{"a": [1, null, "é"]}') == {"a": [1, None, "é"]}


def test_a_file_is_read(tmp_path: Path) -> None:
    """What follows an @ is a file of JSON."""
    (tmp_path / "in.json").write_text('{"name": "Zoë"}', encoding="utf-8")
    assert read_input(f"@{tmp_path / 'in.json'}") == {"name": "Zoë"}


def test_too_deep_nesting_is_told() -> None:
    """Brackets beyond what can be read are the user's mistake, and told as one."""
    with pytest.raises(typer.BadParameter, match="is nested too deeply"):
        read_input("[" * 100_000)


def test_a_dash_is_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    """A dash reads standard input."""
    monkeypatch.setattr("sys.stdin", io.StringIO("[1]"))
    assert read_input("-") == [1]


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (
            "{a: 1}",
            f"'{{a: 1}}' is not JSON (Expecting property name enclosed in double quotes: line 1 column 2 (char 1)){QUOTE}",
        ),
        (
            "",
            f"'' is not JSON (Expecting value: line 1 column 1 (char 0)){QUOTE}",
        ),
        (
            '{"a": NaN}',
            f"""'{{"a": NaN}}' is not JSON (NaN is no JSON number){QUOTE}""",
        ),
        ("@nowhere.json", "the file 'nowhere.json' cannot be read: No such file or directory"),
        ("@.", "the file '.' cannot be read: Is a directory"),
        ("@bytes.json", "the file 'bytes.json' cannot be read: it is not UTF-8 text"),
        ("@text.json", "the file 'text.json' is not JSON (Expecting value: line 1 column 1 (char 0))"),
    ],
)
def test_what_cannot_be_read_is_wrong_usage(
    given: str, message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is no JSON, or in no file, is wrong usage that names the option and the place."""
    monkeypatch.chdir(tmp_path)
    Path("bytes.json").write_bytes(b"\xff")
    Path("text.json").write_text("hello")
    with pytest.raises(typer.BadParameter) as refused:
        read_input(given)
    assert refused.value.format_message() == f"Invalid value for --input: {message}"
