"""What libyaml does for definitions, and where it ends."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from dosdk_temporal._pure.declarative.document import Document
from dosdk_temporal._pure.declarative.loading import check_definition_text
from dosdk_temporal._pure.declarative.problems import Problems
from dosdk_temporal._pure.declarative.reading import read_document

DEFINITIONS = sorted((Path(__file__).parent / "definitions").glob("*.yaml"))
PIECES = st.sampled_from(
    ["a", "b: ", "- ", "\n", "\n  ", "[", "]", "{", "}", ", ", ": ", "? ", "'", '"', "| \n", "# c\n", "&x ", "*x", "!!t ",
     "---\n", "0", "\t", "%", "@", "\\", "\\x4", "{{ a }}", "é", "😀", "\u2028", "\r\n", "...\n", "%TAG ! x\n"]
)  # fmt: skip


def _read(text: str) -> tuple[Document | None, list[tuple[str, int | None, int | None]]]:
    """The document, None where it could not be read to its end, and what is told of it and where."""
    problems = Problems()
    document, is_read = read_document(text, "flow.yaml", problems)
    told = [(problem.code, problem.line, problem.column) for problem in problems.located(document)]
    return document if is_read else None, told


def _texts(value: Any, path: tuple[str | int, ...] = ()) -> list[tuple[tuple[str | int, ...], str]]:
    """The texts of a value that stand in one line, with their paths."""
    if isinstance(value, str):
        return [(path, value)] if value.isprintable() and value else []
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [found for key, below in items for found in _texts(below, (*path, key))]


@pytest.mark.parametrize("path", DEFINITIONS, ids=lambda path: path.name)
def test_places_of_definitions(path: Path) -> None:
    """Each text of a definition stands where its place says, and each key too."""
    text = path.read_text(encoding="utf-8")
    document, faults = _read(text)
    assert document is not None
    misplaced = [
        (at, value)
        for at, value in _texts(document.value)
        if not text[document.places[at].value :].lstrip("|>-\"' \n").startswith(value[:5].strip())
        or (isinstance(at[-1], str) and not text[document.places[at].key :].startswith(at[-1]))
    ]
    assert (misplaced, faults, len(document.places) > 50) == ([], [], True)


def test_places_count_characters() -> None:
    """Lines and columns count characters, whatever bytes they take and however their lines end."""
    document, faults = _read("a: [é😀, 'ü\U0001f680', b]\r\n😀: {ä: x, c: 017}\r\n")
    assert document is not None
    where = [document.place(("a", 2)), document.place(("😀",), on_key=True), document.place(("😀", "ä"))]
    assert (where, faults) == ([(1, 15), (2, 1), (2, 8)], [("yaml-octal", 2, 14)])


@pytest.mark.parametrize("sign", ["\x85", "\u2028", "\u2029"])
def test_ends_of_lines_that_only_some_readers_know(sign: str) -> None:
    """What YAML 1.1 took for the end of a line is refused where it stands, and is text where it is escaped."""
    code = f"\\u{ord(sign):04x}"
    assert _read(f'a: 1\nb: "x{sign}y"\n') == (None, [("encoding", 2, 6)])
    document, faults = _read(f'a: 1\nb: "x{code}y"\n')
    assert (document and document.value, faults) == ({"a": 1, "b": f"x{sign}y"}, [])


@given(st.lists(PIECES, max_size=25).map("".join))
def test_any_text(text: str) -> None:
    """Of any text there is a document or a fault, and each fault stands on a line that the text has."""
    document, faults = _read(text)
    lines = len(text.splitlines()) + 1
    assert document is not None or faults
    assert [fault for fault in faults if not 1 <= (fault[1] or 0) <= lines or (fault[2] or 0) < 1] == []


_TEXT = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff"))
_VALUES = st.recursive(
    _TEXT, lambda below: st.lists(below, max_size=4) | st.dictionaries(_TEXT, below, max_size=4), max_leaves=12
)


@given(_VALUES, st.booleans())
def test_what_a_program_writes(value: Any, in_blocks: bool) -> None:
    """What a program writes as YAML is read as it was meant, in blocks and in brackets."""
    text = yaml.safe_dump({"x": value}, default_style='"', default_flow_style=not in_blocks, allow_unicode=True)
    document, faults = _read(text)
    assert (document and document.value, faults) == ({"x": value}, [])


def test_without_libyaml(monkeypatch: pytest.MonkeyPatch) -> None:
    """A PyYAML that was built without libyaml is told of, with what to do."""
    monkeypatch.setattr(yaml, "__with_libyaml__", False)
    (problem,) = check_definition_text("name: x").problems
    assert str(problem) == (
        "YAML cannot be read here: PyYAML was installed without libyaml @ $ "
        "(install libyaml with its headers, then PyYAML anew; or write the definition in JSON)"
    )


HARMFUL = [
    "[" * 250_000,
    "{" * 250_000,
    "- " * 125_000,
    "? " * 125_000,
    "[a: " * 60_000,
    "{[a," * 60_000,
    "&a " * 80_000,
    "!a " * 80_000,
    "&a [x]\n" + "- *a\n" * 40_000,
    "%TAG !a! x\n" * 20_000,
    "".join(f"%TAG !a{n}! x\n" for n in range(5_000)) + "---\na",
    'a: "' + "\\n" * 120_000,
    "\n".join(" " * n + "a:" for n in range(700)),
]
CHECKING = """
import json, resource, sys
from dosdk_temporal._pure.declarative.loading import check_definition_text
def most(): return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
texts = json.load(sys.stdin)
check_definition_text("name: x")
before = most()
refused = [check_definition_text(text).definition is None for text in texts]
print(all(refused), most() - before < 64 * 1024)
"""


def test_texts_that_mean_harm_to_a_parser() -> None:
    """Texts of the largest size that nest, open and declare without end are refused, and take less than 64 MB."""
    command = [sys.executable, "-c", CHECKING]
    done = subprocess.run(command, input=json.dumps(HARMFUL), capture_output=True, text=True, check=False)  # noqa: S603
    assert (done.stdout, done.stderr, done.returncode) == ("True True\n", "", 0)


def test_help_reads_no_yaml() -> None:
    """The help of the command line imports no parser of YAML."""
    command = [sys.executable, "-X", "importtime", "-m", "dosdk_temporal", "--help"]
    imported = subprocess.run(command, capture_output=True, text=True, check=True).stderr.split()  # noqa: S603
    assert ("typer" in imported, "yaml" in imported) == (True, False)
