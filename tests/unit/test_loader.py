"""From a text to values with their places: YAML, JSON and Python mappings."""

# ruff: noqa: E501 - a row of these tables is one claim, and is read as one

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dosdk_temporal import z
from dosdk_temporal._pure.declarative.document import Document
from dosdk_temporal._pure.declarative.problems import Problems
from dosdk_temporal._pure.declarative.reading import read_document

Faults = list[tuple[str, str, str, str, str | None]]


def _read(given: Any, file: str | None = None) -> tuple[Any, Faults]:
    problems = Problems()
    document, _ = read_document(given, file, problems)
    return document.value, [
        (found.severity[0], found.code, f"{found.line}:{found.column}", found.message, found.hint)
        for found in problems.located(document)
    ]


YAML_VALUES: list[tuple[str, Any]] = [
    ("a: 1\nb: [x, 2.5, true, null, ~, '']\nc:\n  d: {e: f}\n", {"a": 1, "b": ["x", 2.5, True, None, None, ""], "c": {"d": {"e": "f"}}}),
    ("a: '{{ x }}'\nb: \"{{ y }}\"\n", {"a": "{{ x }}", "b": "{{ y }}"}),
    ("a: |\n  one\n  two\nb: >\n  one\n  two\n", {"a": "one\ntwo\n", "b": "one two\n"}),
    ("a: 'yes'\nb: \"017\"\nc: '2027-01-31'\n", {"a": "yes", "b": "017", "c": "2027-01-31"}),
    ("a: -5\nb: +3\nc: 0\nd: 1e3\ne: .5\nf: 5.\n", {"a": -5, "b": 3, "c": 0, "d": 1000.0, "e": 0.5, "f": 5.0}),
    ("on: push\nyes: 1\n1: 2\nnull: 3\n", {"on": "push", "yes": 1, "1": 2, "null": 3}),
    ("version: v1.2.3\na: 1.2.3\nb: 12:60\nc: 1-2\n", {"version": "v1.2.3", "a": "1.2.3", "b": "12:60", "c": "1-2"}),
    ("y: n\nnorway: NO WAY\n", {"y": "n", "norway": "NO WAY"}),
    ("\ufeffa: ä\r\nb: 😀\r\n", {"a": "ä", "b": "😀"}),
    ("{a: 1, b: [2]}", {"a": 1, "b": [2]}),
    ("- a\n- b\n", ["a", "b"]),
    ("5", 5),
]  # fmt: skip


@pytest.mark.parametrize(("text", "value"), YAML_VALUES)
def test_yaml(text: str, value: Any) -> None:
    """YAML is read as 1.2 has it: quoted text is text, keys are text, and only true, false, null and numbers are more."""
    assert _read(text) == (value, [])
    assert _read(text.encode()) == (value, [])


OTHERWISE: list[tuple[str, Any, str, str, str]] = [
    ("yes", "yes", "yaml-word", "yes is text here, not true", 'write true, or "yes" in quotes'),
    ("On", "On", "yaml-word", "On is text here, not true", 'write true, or "On" in quotes'),
    ("NO", "NO", "yaml-word", "NO is text here, not false", 'write false, or "NO" in quotes'),
    ("off", "off", "yaml-word", "off is text here, not false", 'write false, or "off" in quotes'),
    ("2027-01-31", "2027-01-31", "yaml-date", "2027-01-31 is text here, not a date", 'write it in quotes: "2027-01-31"'),
    (
        "2027-01-31 09:30:00", "2027-01-31 09:30:00", "yaml-date", "2027-01-31 09:30:00 is text here, not a date",
        'write it in quotes: "2027-01-31 09:30:00"',
    ),
    (
        "12:30:00", "12:30:00", "yaml-sexagesimal", "12:30:00 is text here, not a number in base 60",
        'write it in quotes: "12:30:00"',
    ),
    ("1_000", "1_000", "yaml-number", "1_000 is text here, not a number", 'write it without the _, or in quotes: "1_000"'),
    (
        "9007199254740993", 9007199254740993, "number-range",
        "9007199254740993 is larger than 2^53: expressions count it as 9007199254740992",
        'write "9007199254740993" in quotes if it is an id',
    ),
]  # fmt: skip


@pytest.mark.parametrize(("word", "value", "code", "message", "hint"), OTHERWISE)
def test_nothing_is_converted_behind_the_writers_back(
    word: str, value: Any, code: str, message: str, hint: str
) -> None:
    """What other readers make something else of stays as it is, and the writer is told."""
    assert _read(f"a:\n- {word}") == ({"a": [value]}, [("w", code, "2:3", message, hint)])


QUOTE = "write it in quotes"
NO_CHARACTER = (
    "this text holds an escape that is no whole character, as \\ud800 is none",
    "write the character itself, also where JSON would write it in two halves",
)
REFUSED: list[tuple[str, Faults]] = [
    ('a: "\\ud800"', [("e", "encoding", "1:4", *NO_CHARACTER)]),
    ('"\\udc00": 1', [("e", "encoding", "1:1", *NO_CHARACTER)]),
    ('a: "x \\ud83d\\ude00"', [("e", "encoding", "1:4", *NO_CHARACTER)]),
    ('a: "\\U00110000"', [("e", "encoding", "1:4", *NO_CHARACTER)]),
    ("a: 017", [("e", "yaml-octal", "1:4", "017 begins with a 0: some read it as an octal number, some as 17",
                 'write "017" in quotes for text, or 17 for the number')]),
    ("a: 0o17", [("e", "yaml-octal", "1:4", "0o17 is a number in another base, which is not converted",
                  'write it in decimals, or "0o17" in quotes for text')]),
    ("a: .inf", [("e", "number-range", "1:4", ".inf is no number that JSON has", 'write ".inf" in quotes for text')]),
    ("a: 1e999", [("e", "number-range", "1:4", "1e999 is too large for a number", "write it in quotes for text")]),
    ("a: " + "9" * 5000, [("e", "number-range", "1:4", "a number has 5,000 digits: none is that large", "write it in quotes for text")]),
    ("a: {{x}}", [("e", "unquoted-template", "1:4", "{{x}} is a template without quotes, which YAML reads as a mapping",
                   'write it in quotes: "{{x}}"')]),
    ("a: {{x}} y", [("e", "unquoted-template", "1:4", "{{x}} is a template without quotes, which YAML reads as a mapping",
                     'write it in quotes: "{{x}}"')]),
    ("a: {b: {{c}}, d: e}\nf: {{ g === \"h\" }}", [
        ("e", "unquoted-template", "1:8", "{{c}} is a template without quotes, which YAML reads as a mapping",
         'write it in quotes: "{{c}}"'),
        ("e", "unquoted-template", "2:4", '{{ g === "h" }} is a template without quotes, which YAML reads as a mapping',
         "write it in quotes: '{{ g === \"h\" }}'"),
    ]),
    ("- {{x ? 1 : 2}}", [("e", "unquoted-template", "1:3", "{{x ? 1 : 2}} is a template without quotes, which YAML reads as a mapping",
                         'write it in quotes: "{{x ? 1 : 2}}"')]),
    ("a: !!manager", [("e", "yaml-tag", "1:4", "!!manager is a tag of YAML's: tags are not read",
                       'write text in quotes: "!!manager"')]),
    ("a: !!int 5", [("e", "yaml-tag", "1:4", "!!int is a tag of YAML's: tags are not read", 'write text in quotes: "!!int 5"')]),
    ("a: !!python/object:os.system {}", [("e", "yaml-tag", "1:4", "!!python/object:os.system is a tag of YAML's: tags are not read",
                                          'write text in quotes: "!!python/object:os.system {}"')]),
    ("a: &x 1\nb: *x", [
        ("e", "yaml-anchor", "1:4", "&x names this place for others: anchors are not read", "write it out"),
        ("e", "yaml-alias", "2:4", "*x refers to another place: aliases are not read", "write it out"),
    ]),
    ("*x : 1", [("e", "yaml-alias", "1:1", "*x refers to another place: aliases are not read", "write it out")]),
    ("<<: {a: 1}", [("e", "yaml-merge", "1:1", "<< merges keys from elsewhere, and is not read", "write the keys out")]),
    ("a: 1\nb: 2\na: 3", [("e", "duplicate-key", "3:1", "'a' stands twice, first on line 1: only one can count", "remove one")]),
    ("? {a: 1}\n: b", [("e", "yaml-key", "1:3", "a key is text, not a mapping or list", None)]),
    ("a: 1\n---\nb: 2", [("e", "yaml-documents", "2:1", "a second document begins here",
                         "one file holds one definition: remove the ---")]),
    ("", [("e", "empty", "1:1", "there is nothing in it", "a definition begins with 'name:' and 'steps:'")]),
    ("# a comment\n", [("e", "empty", "1:1", "there is nothing in it", "a definition begins with 'name:' and 'steps:'")]),
    ("a: @x", [("e", "yaml-syntax", "1:4", "a text cannot begin with @ without quotes", QUOTE)]),
    ("a: `x`", [("e", "yaml-syntax", "1:4", "a text cannot begin with ` without quotes", QUOTE)]),
    ("a: %x", [("e", "yaml-syntax", "1:4", "a text cannot begin with % without quotes", QUOTE)]),
    ("a: * b", [("e", "yaml-syntax", "1:5", "a text cannot begin with * without quotes", QUOTE)]),
    ("a: & b", [("e", "yaml-syntax", "1:5", "a text cannot begin with & without quotes", QUOTE)]),
    ("a:\n\t- b", [("e", "yaml-syntax", "2:1", "a tab stands where YAML allows none", "indent with blanks")]),
    ("a: 'x", [("e", "yaml-syntax", "1:4", "the quote that opens this text is not closed", "close it")]),
    ("a: [1, 2", [("e", "yaml-syntax", "1:4", "a bracket that opens here is not closed",
                   "close it; a text with brackets in it is written in quotes")]),
    ('a: "\\q"', [("e", "yaml-syntax", "1:5", "this \\ in double quotes begins nothing",
                   "write \\\\ for one \\, or use single quotes")]),
    ("a: |x\n b", [("e", "yaml-syntax", "1:5", "behind | or > stands nothing else on the line",
                    "a text that begins with | or > is written in quotes")]),
    ("a: b: c", [("e", "yaml-syntax", "1:5", "a ': ' stands where no key can be",
                  "a text with ': ' in it is written in quotes; or the indentation is off")]),
    ("a: - b", [("e", "yaml-syntax", "1:4", "a '- ' stands where no list can be",
                 "a list begins on the next line; text is written in quotes")]),
    ("a: b\nc", [("e", "yaml-syntax", "2:2", "this line has no ':' behind its key",
                  "keys are written 'key: value'; the indentation may be off")]),
    ("- a\nb: c", [("e", "yaml-syntax", "2:1", "this line is neither part of the list above nor of what holds it",
                    "items of a list begin at one column with '- '")]),
    (" a: 1\nb: 2", [("e", "yaml-syntax", "2:1", "this line is indented less than what it belongs to",
                     "keys of one mapping begin at one column")]),
    ("a: 'it's'", [("e", "yaml-syntax", "1:8", "this stands where YAML expects the next key",
                    "keys of one mapping begin at one column; a text with quotes or brackets in it is written in quotes as a whole")]),
    ("a: ]", [("e", "yaml-syntax", "1:4", "a value is missing here, or begins with a sign that YAML keeps for itself",
               "write text in quotes")]),
    ("a: " + "[" * 60 + "]" * 60, [("e", "too-deep", "1:53", "this is nested more than 50 deep", None)]),
    ("a: x\0", [("e", "encoding", "1:5", "the character U+0000 stands here, which no text has", "remove it")]),
    ("x" * 300_000, [("e", "too-large", "1:1", "the definition is larger than 256 KB, and travels with each of its runs",
                      "move parts of it into a workflow of its own, which a step calls")]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "faults"), REFUSED)
def test_yaml_that_is_refused(text: str, faults: Faults) -> None:
    """Each trap of YAML's has a sentence of its own, with its place and what to write."""
    assert _read(text)[1] == faults


@pytest.mark.parametrize(
    ("data", "fault"),
    [
        (b"\xff\xfea\0:\0", ("e", "encoding", "1:1", "the file is not UTF-8: it looks like UTF-16 or UTF-32", "save it as UTF-8")),
        (b"a: b\nc: d\xff", ("e", "encoding", "2:5", "the bytes here are not UTF-8", "save the file as UTF-8")),
        (
            "ä".encode() * 200_000,
            ("e", "too-large", "1:1", "the definition is larger than 256 KB, and travels with each of its runs",
             "move parts of it into a workflow of its own, which a step calls"),
        ),
    ],
)  # fmt: skip
def test_bytes_that_are_no_text(data: bytes, fault: Any) -> None:
    """Bytes that are no UTF-8, or too many, are told with the place."""
    assert _read(data)[1] == [fault]


ENDS = "the text ends before a '}' that is needed"
JSON_REFUSED: list[tuple[str, Any]] = [
    ('{"a": 1,\n "a": 2}', ("e", "duplicate-key", "2:2", "'a' stands twice, first on line 1: only one can count", "remove one")),
    ('{"a": 1,}', ("e", "json-syntax", "1:8", "a ',' stands before '}': no key follows", "remove it")),
    ("[1,]", ("e", "json-syntax", "1:3", "a ',' stands before ']': no value follows", "remove it")),
    ("{a: 1}", ("e", "json-syntax", "1:2", "a key is missing here, or is not in double quotes", 'keys are written "key": value')),
    ("{\"a\": 'x'}", ("e", "json-syntax", "1:7", "single quotes are no JSON", "write double quotes")),
    ('{"a": 1 "b": 2}', ("e", "json-syntax", "1:9", "a ',' or '}' is missing before this", None)),
    ('{"a" 1}', ("e", "json-syntax", "1:6", "a ':' is missing behind the key 'a'", None)),
    ('{"a": }', ("e", "json-syntax", "1:7", "a value is missing here", None)),
    ('{"a": NaN}', ("e", "json-syntax", "1:7", "NaN is no JSON value",
                    "text is written in double quotes; the words are true, false, null")),
    ('{"a": "x\ny"}', ("e", "json-syntax", "1:7", "the quote that opens this text is not closed on its line",
                       "write \\n for a new line")),
    ('{"a": "x\ty"}', ("e", "json-syntax", "1:9", "a text holds a character that has to be escaped",
                       "write \\t for a tab, \\u001f and the like for others")),
    ('{"a": "\\q"}', ("e", "json-syntax", "1:8", "this \\ begins nothing that JSON knows", "write \\\\ for one \\")),
    ('{"a": 1', ("e", "json-syntax", "1:7", ENDS, None)),
    ('{"a": "\\ud800"}', ("e", "encoding", "1:7", "this text holds half a character (a lone \\ud800)", "write all of it")),
    ('{"a": 1} x', ("e", "json-syntax", "1:10", "more follows the end of the definition", "one file holds one definition")),
    ('{"a": // b\n1}', ("e", "json-syntax", "1:7", "JSON has no comments", "remove it, or write the definition in YAML")),
    ('{"a": +1}', ("e", "json-syntax", "1:7", "'+' begins no JSON value", None)),
    ('{"a": 1e999}', ("e", "number-range", "1:7", "1e999 is too large for a number", "write it in quotes for text")),
    ('{"a": ' + "[" * 60, ("e", "too-deep", "1:57", "this is nested more than 50 deep", None)),
    ("[" * 200_000, ("e", "too-deep", "1:52", "this is nested more than 50 deep", None)),
    ("", ("e", "json-syntax", "1:1", "a value is missing here", None)),
]  # fmt: skip


@pytest.mark.parametrize(("text", "fault"), JSON_REFUSED)
def test_json_that_is_refused(text: str, fault: Any) -> None:
    """JSON has faults of its own, told likewise."""
    assert _read(text, "flow.json")[1] == [fault]


def test_json_without_a_file() -> None:
    """Text that begins like JSON is read as JSON, and a flow mapping of YAML's is not."""
    assert _read(' {"a": "\\u00e4"}') == ({"a": "ä"}, [])
    assert _read("{a: b}") == ({"a": "b"}, [])
    assert _read('{"a": b}')[1][0][1] == "json-syntax"
    assert _read('{"a": b}', "flow.yaml") == ({"a": "b"}, [])


_TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\x7f", exclude_categories=["Cs", "Cc"]))
_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.floats(allow_nan=False, allow_infinity=False) | _TEXT,
    lambda below: st.lists(below, max_size=4) | st.dictionaries(_TEXT, below, max_size=4),
    max_leaves=12,
)  # fmt: skip


@given(_VALUES, st.sampled_from([None, 1]))
def test_any_json_is_read_as_it_is(value: Any, indent: int | None) -> None:
    """Whatever JSON can say is read as the standard library reads it, and as YAML and a mapping give it too."""
    if any("\ufffe" <= sign <= "\uffff" for sign in json.dumps(value, ensure_ascii=False)):
        return
    text = json.dumps({"x": value}, ensure_ascii=False, indent=indent)
    assert _read(text, "flow.json") == ({"x": value}, [])
    assert _read({"x": value}) == ({"x": value}, [])


def test_places() -> None:
    """Each value and key has its line and column; an offset within a text has its own, in quotes and in blocks too."""
    text = 'a: "x {{ y }}"\nb:\n  - c: |\n      one\n      {{ z }}\n  - {d: plain}\n'
    problems = Problems()
    document, _ = read_document(text, None, problems)
    where = [
        document.place(("a",), on_key=True),
        document.place(("a",)),
        document.place(("a",), offset=5),
        document.place(("b", 0, "c"), on_key=True),
        document.place(("b", 0, "c"), offset=7),
        document.place(("b", 1, "d"), offset=2),
        document.place(("b", 1, "missing")),
        document.place(("nowhere",)),
    ]
    assert where == [(1, 1), (1, 4), (1, 10), (3, 5), (5, 10), (6, 11), (6, 5), (1, 1)]
    assert (document.line(3), document.line(99)) == ("  - c: |", "")


def test_places_of_json() -> None:
    """JSON has the same places."""
    document, _ = read_document('{\n  "a": [1,\n  "x {{ y }}"]\n}', "flow.json", Problems())
    assert [document.place(("a",), on_key=True), document.place(("a", 1), offset=5)] == [(2, 3), (3, 9)]
    assert Document({"a": 1}).place(("a",)) is None


@pytest.mark.parametrize(
    ("given", "value", "faults"),
    [
        ({"a": (1, 2)}, {"a": [1, 2]}, []),
        ({1: "a"}, {}, [("not-json", "the key 1 is no text", "write it in quotes")]),
        (
            {"a": print},
            {"a": None},
            [("not-json", f"{print!r:.60} is nothing that JSON can say",
              "give text, numbers, True, False, None, lists and mappings; functions are named")],
        ),
        (
            {"a": [float("nan")]},
            {"a": [None]},
            [("not-json", "nan is nothing that JSON can say",
              "give text, numbers, True, False, None, lists and mappings; functions are named")],
        ),
        ({"a": "\ud800"}, {"a": "\ufffd"}, [("encoding", "this text holds half a character (a lone surrogate)", "write all of it")]),
        ({"a": z.string()}, {"a": z.string()}, []),
    ],
)  # fmt: skip
def test_mappings(given: Any, value: Any, faults: Any) -> None:
    """A Python mapping is read as a file would be; what no file can hold is told, but for schemas."""
    read, told = _read(given)
    assert (read, [(code, message, hint) for _, code, _, message, hint in told]) == (value, faults)


def test_a_mapping_that_holds_itself() -> None:
    """A mapping that holds itself is one fault."""
    endless: dict[str, Any] = {}
    endless["a"] = endless
    assert [fault[:2] for fault in _read(endless)[1]] == [("e", "too-deep")]


def test_a_mapping_is_not_shared() -> None:
    """What is read shares nothing with what was given."""
    given = {"a": {"b": [1]}}
    read = _read(given)[0]
    read["a"]["b"].append(2)
    assert given == {"a": {"b": [1]}}


def test_faults_are_bounded() -> None:
    """Of a text with a thousand faults two hundred are told."""
    assert len(_read("\n".join(f"k{n}: 0{n}1" for n in range(1000)))[1]) == 200
