"""Expressions: what is none, where, and what to write instead."""

from __future__ import annotations

import pytest

from dosdk_temporal import DefinitionError
from dosdk_temporal._pure.expressions.positions import Place, place, pointed
from dosdk_temporal.expressions import ExpressionSyntaxError, compile, evaluate  # noqa: A004 - the contract's name

FAULTS = [
    ("", 0, "there is no expression here: write one, such as input.plan"),
    ("  \n", 3, "there is no expression here: write one, such as input.plan"),
    (
        "a b",
        2,
        "the expression has ended before this: an operator is missing between the two, or text stands without quotes",
    ),
    ("1 +", 3, "a value is missing here, where the text ends"),
    ("1 + * 2", 4, "a value is missing before this"),
    ("(a", 2, "')' is missing here, where the text ends"),
    ("f(a b)", 1, "f cannot be called"),
    ("String(a b)", 9, "')' is missing before this"),
    ("a ? b", 5, "':' is missing here, where the text ends"),
    ("a.", 2, "the name of a property is missing here, where the text ends"),
    ("a.'b'", 2, "the name of a property is missing before this"),
    ("{a b}", 3, "'}' is missing before this"),
    ("{,}", 1, "a key is missing before this: write it as in {plan: input.plan}"),
    ("[1,,2]", 3, "a value is missing before this"),
    ("{__proto__: a}", 1, "a key cannot be __proto__, which in JavaScript is no key but a command"),
    ("a = 1", 2, "'=' is no operator here: values are never changed; write === to compare"),
    ("a & b", 2, "'&' is no operator here: numbers have no bits here; write && for 'and'"),
    ("a--b", 1, "'--' is no operator here: values are never changed; write - 1, or a blank between two minus signs"),
    ("x => x", 2, "'=>' is no operator here: functions cannot be written here; compute this in an action"),
    ("a // b", 2, "'//' is no operator here: there are no comments here; remove it"),
    ("`a`", 0, "'`' is no operator here: write \"text\" and join with +, or a template in {{ }}"),
    ("a; b", 1, "';' is no operator here: an expression is one value; remove it"),
    ("/a/.test(b)", 0, "a value is missing before this"),
    ("a @ b", 2, "'@' means nothing here: remove it, or put text in quotes"),
    ("a ?? b || c", 7, "'||' and '??' need brackets to tell which is first"),
    ("a ?? b && c", 2, "'??' and '&&' need brackets to tell which is first"),
    ("a || b ?? c", 7, "'??' and '||' need brackets to tell which is first"),
    ("-a ** 2", 0, "write (-a) ** …, or brackets around the power"),
    ("'a' in b", 4, "the expression has ended before this: write Object.keys(x).includes('name')"),
    ("new Date()", 0, "'new' is not known here: compute this in an action"),
    ("eval('1')", 0, "'eval' is not known here: compute this in an action"),
    ("this.x", 0, "'this' is not known here: write input, or the step's id"),
    ("{class}", 1, "'class' is not known here: compute this in an action"),
    ("'abc", 0, "the text that begins here has no end: write ' after it, on the same line"),
    ("'a\nb'", 0, "the text that begins here has no end: write ' after it, on the same line"),
    ("'a\\x4'", 2, "this escape means nothing: write \\\\ for a backslash"),
    ("'\\u{110000}'", 1, "this escape means nothing: write \\\\ for a backslash"),
    ("'\\1'", 1, "this escape means nothing: write \\\\ for a backslash"),
    ("3in", 0, "this is no number: write a blank after one that ends here"),
    ("010", 0, "'010' is neither a number nor a name: write the number without a 0 before it"),
    ("1n", 0, "this is no number: write a blank after one that ends here"),
    ("1__0", 0, "this is no number: write a blank after one that ends here"),
    ("{{ a", 4, "'}}' is missing here, where the text ends (as plain text, {{ is written {{ \"{{\" }})"),
    ("{{ a } }", 5, "'}}' is missing before this (as plain text, {{ is written {{ \"{{\" }})"),
    ("{{ }}", 3, "there is no expression here: write one, such as input.plan"),
    ("{{ a }} && b", 8, "text stands behind the '}}': a condition is one expression, with nothing around it"),
    ("a && {{ b }}", 6, "braces stand around the whole expression, once: {{ a && b }}"),
]

UNCALLABLE = [
    "f()", "input.run()", "a.eval('1')", "'a'.repeat(9)", "[1].map(x)", "[1].push(2)", "Math.random()", "Object.assign(a, b)",
    "'a'['trim']()", "'a'.trim()()", "(1)()",
    "'a'.constructor('b')", "Object()", "Math()", "Math?.max(1)", "a?.(1)", "Function('x')",

    "''.__class__()", "JSON.parse('1')", "parseInt('1')", "'a'.replace('a', 'b')", "Date.now()", "'a'.matchAll(b)",
]  # fmt: skip


@pytest.mark.parametrize(("text", "position", "message"), FAULTS, ids=[text for text, _, _ in FAULTS])
def test_a_fault_says_where_and_what_to_write(text: str, position: int, message: str) -> None:
    """Text that is no expression is a definition's fault, with its place and advice."""
    with pytest.raises(ExpressionSyntaxError) as refused:
        compile(text)
    error = refused.value
    assert str(error).startswith(message), str(error)
    assert (error.expression, error.position, error.__notes__) == (text, position, [pointed(text, position)])
    assert isinstance(error, DefinitionError)


@pytest.mark.parametrize("text", UNCALLABLE)
def test_nothing_else_can_be_called(text: str) -> None:
    """A call of anything but the listed methods and functions is a fault that lists them, before anything runs."""
    with pytest.raises(ExpressionSyntaxError) as refused:
        compile(text)
    assert ".trim, Math.abs, Math.ceil" in str(refused.value) or "name of a property" in str(refused.value)


@pytest.mark.parametrize(
    ("text", "value"), [("a ?? (b || c)", 1), ("(a ?? b) || c", 1), ("-(a ** 2)", -1), ("(-a) ** 2", 1)]
)
def test_brackets_tell_which_is_first(text: str, value: int) -> None:
    """What is refused for being unclear is an expression with brackets."""
    assert evaluate(text, {"a": 1, "b": 2, "c": 3}) == value


@pytest.mark.parametrize("blank", ["\t", "\n", "\r\n", "\v", "\f", "\u00a0", "\u2028", "\u3000", "\ufeff"])
def test_blanks_are_javascripts(blank: str) -> None:
    """Every blank of JavaScript may stand between and around what an expression is made of."""
    assert evaluate(f"{blank}1{blank}+{blank}2{blank}", {}) == 3


@pytest.mark.parametrize("name", ["a", "$", "_1", "größe", "变量", "of", "undefined_", "get"])
def test_names_are_javascripts(name: str) -> None:
    """A name is what it is in JavaScript, of any script."""
    assert evaluate(f"{name} + 1", {name: 1}) == 2


def test_a_place_is_a_line_and_a_column() -> None:
    """An offset is told as line and column, both from 1."""
    text = "a\n  && b\n"
    assert [place(text, at) for at in (0, 1, 2, 7, 9)] == [
        Place(1, 1), Place(1, 2), Place(2, 1), Place(2, 6), Place(3, 1),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "position", "picture"),
    [
        ("a & b", 2, "a & b\n  ^"),
        ("a\n  & b", 4, "  & b\n  ^"),
        ("\ta & b", 3, "\ta & b\n\t  ^"),
        ("'变' & b", 4, "'变' & b\n     ^"),
        ("e\u0301 & b", 3, "e\u0301 & b\n  ^"),
        ("", 0, "\n^"),
        ("x" * 150, 149, "…" + "x" * 100 + "\n" + " " * 100 + "^"),
        ("x" * 300, 150, "…" + "x" * 100 + "…\n" + " " * 51 + "^"),
    ],
)
def test_a_caret_stands_under_the_place(text: str, position: int, picture: str) -> None:
    """The line that holds the place is shown with a caret under it, a long line cut around it."""
    assert pointed(text, position) == picture
