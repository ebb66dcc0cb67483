"""The command line: the value of --input."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
import typer

from dosdk_temporal._cli.forms import read_form
from dosdk_temporal._cli.reading import read_input, read_mapping

QUOTE = """; quote it for the shell, as in --input '{"email": "ada@example.com"}', or name a file that ends in .json or .yaml"""


def test_nothing_is_nothing() -> None:
    """Without --input there is no value."""
    assert read_input(None) is None


def test_text_is_json() -> None:
    """Text is read as JSON."""
    assert read_input('{"a": [1, null, "é"]}') == {"a": [1, None, "é"]}


@pytest.mark.parametrize("given", ["in.json", "@in.json", "in.yaml", "@IN.YML", "@input"])
def test_a_file_is_read(given: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What ends as a file of JSON or YAML is one, and what follows an @ is one of any name."""
    monkeypatch.chdir(tmp_path)
    for name, text in {
        "in.json": '{"name": "Zoë"}',
        "in.yaml": "name: Zoë",
        "IN.YML": "\ufeffname: Zoë",
        "input": '{"name": "Zoë"}',
    }.items():
        Path(name).write_text(text, encoding="utf-8")
    assert read_input(given) == {"name": "Zoë"}


def test_yaml_converts_nothing(tmp_path: Path) -> None:
    """What YAML would take for something else stays text, as in definitions, and any value may stand in the file."""
    (tmp_path / "in.yml").write_text("- yes\n- 2027-01-31\n- 1.5\n- {a: null}\n")
    assert read_input(str(tmp_path / "in.yml")) == ["yes", "2027-01-31", 1.5, {"a": None}]


def test_json_that_looks_like_a_name_is_json() -> None:
    """Text in quotes is JSON, whatever it ends in."""
    assert read_input('"in.json"') == "in.json"


def test_a_mapping_is_empty_where_none_is_given() -> None:
    """A definition that is tried without an input gets an empty one."""
    assert (read_mapping(None), read_mapping("[1]")) == ({}, [1])


def test_a_form_is_a_file_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A form takes what an input takes; what has an equals sign is one of its fields."""
    monkeypatch.chdir(tmp_path)
    Path("form.yaml").write_text("limit: 500")
    assert read_form(["form.yaml"]) == {"limit": 500}
    assert read_form(["file=form.yaml"]) == {"file": "form.yaml"}


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
        ("hello", f"'hello' is not JSON (Expecting value: line 1 column 1 (char 0)){QUOTE}"),
        (
            "plain",
            "'plain' is not JSON (Expecting value: line 1 column 1 (char 0)), but the name of a file: give it as @plain",
        ),
        ("nowhere.yaml", "the file 'nowhere.yaml' cannot be read: No such file or directory"),
        ("empty.yaml", "the file 'empty.yaml' holds nothing"),
        (
            "twice.yaml",
            "twice.yaml:2:1: 'a' stands twice, first on line 1: only one can count @ $.a (remove one); and 1 more",
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
    Path("plain").write_text("{}")
    Path("empty.yaml").write_text("\n")
    Path("twice.yaml").write_text("a: 1\na: 2\nb: {{ x }}\n")
    with pytest.raises(typer.BadParameter) as refused:
        read_input(given)
    assert refused.value.format_message() == f"Invalid value for --input: {message}"
