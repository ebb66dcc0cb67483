"""Patterns in linear time, and the formats that are asserted."""

from __future__ import annotations

import pytest

from dosdk_temporal import DefinitionError
from dosdk_temporal._pure.schemas.formats import FORMATS
from dosdk_temporal._pure.schemas.patterns import compile_pattern


@pytest.mark.parametrize(
    ("pattern", "fits", "fits_not"),
    [
        ("^a+$", ["a", "aaa"], ["", "b", "a\n"]),
        ("b", ["abc"], ["ac"]),
        (r"^\d+$", ["123"], ["٣"]),
        (r"^\w+$", ["a_1"], ["ä", "-"]),
        (r"^\D$", ["٣", "a"], ["3"]),
        (r"^[\w.-]+$", ["a.b-c"], ["a b"]),
        (r"^[^\d]$", ["a"], ["1"]),
        (r"^.$", ["a", "😀"], ["\n", "\r", "\u2028"]),
        (r"^[[]$", ["["], ["a"]),
        (r"^[a&&b]$", ["a", "&", "b"], ["c"]),
        (r"^[~~-]$", ["~", "-"], ["a"]),
        (r"[]", [], ["", "a"]),
        (r"^[^]$", ["a", "\n"], [""]),
        (r"^a\/b$", ["a/b"], ["a\\/b"]),
        (r"\bfoo\b", ["a foo b"], ["afoo"]),
        (r"^[\b]$", ["\b"], ["b"]),
        (r"^\cA$", ["\x01"], ["A"]),
        (r"^\u00e9$", ["é"], ["e"]),
        (r"^\u{1F600}$", ["😀"], ["x"]),
        (r"^(?<year>[0-9]{4})$", ["2027"], ["27"]),
        (r"^\p{Lu}$", ["Ä"], ["ä"]),
        (r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$", ["123e4567-e89b-12d3-a456-426614174000"], ["123e4567"]),
    ],
)
def test_patterns(pattern: str, fits: list[str], fits_not: list[str]) -> None:
    """A pattern means what it means in JavaScript."""
    compiled = compile_pattern(pattern)
    assert [text for text in (*fits, *fits_not) if compiled.matches(text)] == fits


def test_patterns_take_linear_time() -> None:
    """The expression that backtracks for ages elsewhere answers for a hundred thousand letters."""
    assert not compile_pattern("^(a+)+$").matches("a" * 100_000 + "b")
    assert compile_pattern("^(a|aa)+$").matches("a" * 100_000)


@pytest.mark.parametrize(
    ("pattern", "reason"),
    [
        ("(?=a)", "it looks ahead or behind, which can take for ever"),
        ("(?<!a)b", "it looks ahead or behind, which can take for ever"),
        (r"(a)\1", "it refers back to a group, which can take for ever"),
        ("(a{1000}){1000}", "its repetitions are too many"),
        ("(a{300,}){400}", "its repetitions are too many"),
        (r"\p{L}{3000}", "its repetitions are too many"),
        ("[a", "a [ is not closed"),
        ("(a", "a ( is not closed"),
        ("a)", "a ) has no ("),
        ("*a", "a *, +, ? or { has nothing before it to repeat"),
        ("a{b", r"a { that repeats nothing is written \{"),
        ("a{2", r"a { that repeats nothing is written \{"),
        (r"\e", "it has an escape that no expression knows"),
        ("(" * 900 + ")" * 900, "it is nested too deeply"),
        ("x" * 3000, "it has 3,000 characters, at most 2,000 are allowed"),
    ],
)
def test_patterns_that_are_refused(pattern: str, reason: str) -> None:
    """A pattern that cannot be read, or has no linear time, is refused with the reason."""
    with pytest.raises(DefinitionError) as refused:
        compile_pattern(pattern)
    shown = pattern if len(pattern) <= 60 else f"{pattern[:57]}..."
    assert str(refused.value) == f"the pattern {shown!r} cannot be used: {reason}"


@pytest.mark.parametrize(
    ("name", "fits", "fits_not"),
    [
        (
            "email",
            ["ada@example.com", "a.b+c@x-y.co.uk", "o'neil@example.org", "müller@bücher.example"],
            ["", "ada", "@example.com", "ada@", "ada@example", "a b@example.com", "a..b@example.com", ".a@example.com",
             "a@b@example.com", "ada@-x.com", "ada@x..com", "ada@example.com\n", "a" * 250 + "@b.cd"],
        ),
        (
            "uri",
            ["https://example.com", "http://localhost:8080/a?b=c#d", "mailto:ada@example.com", "urn:isbn:1", "s3://bucket/key"],
            ["", "example.com", "/a/b", "http://", "https:example.com", "http://a b", "http://[", "http://a:99999", "http://a\n"],
        ),
        ("date", ["2027-01-31", "2028-02-29"], ["2027-02-29", "2027-1-31", "20270131", "2027-01-31T00:00:00Z", "0000-01-01", ""]),
        (
            "date-time",
            ["2027-01-31T09:30:00Z", "2027-01-31t09:30:00.123456789z", "2027-01-31T09:30:00+02:00", "2016-12-31T23:59:60Z"],
            ["2027-01-31T09:30:00", "2027-01-31", "2027-01-31T24:00:00Z", "2027-01-31T09:30:61Z", "2027-01-31T09:30Z", "now"],
        ),
        (
            "uuid",
            ["123e4567-e89b-12d3-a456-426614174000", "123E4567-E89B-12D3-A456-426614174000"],
            ["123e4567e89b12d3a456426614174000", "123e4567-e89b-12d3-a456-42661417400g",
             "{123e4567-e89b-12d3-a456-426614174000}"],
        ),
    ],
)  # fmt: skip
def test_formats(name: str, fits: list[str], fits_not: list[str]) -> None:
    """Each of the five formats takes what it should and nothing else."""
    assert [text for text in (*fits, *fits_not) if FORMATS[name].fits(text)] == fits
