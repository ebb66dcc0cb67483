"""Templates: text with expressions in it, and structures of such text."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from dosdk_temporal._pure.expressions.templates import Template, render, texts_in
from dosdk_temporal.expressions import UNDEFINED, ExpressionError, ExpressionSyntaxError

SCOPE: dict[str, Any] = {
    "input": {"customerId": "c1", "seats": 12, "ratio": 0.1, "tags": ["new", UNDEFINED], "trial": False, "note": None},
    "account": {"companyName": "Acme", "text": "{{ input.customerId }}", "owner": {"name": UNDEFINED, "id": 7}},
    "manager": UNDEFINED,
}

RENDERED = [
    ("plain", "plain"),
    ("", ""),
    ("a } b }} c { d", "a } b }} c { d"),
    ("{{input.customerId}}", "c1"),
    ("{{ input.seats }}", 12),
    (" \n{{ input.seats }}\t", 12),
    ("{{ input.trial }}", False),
    ("{{ input.note }}", None),
    ("{{ manager }}", UNDEFINED),
    ("{{ manager?.email ?? 'none' }}", "none"),
    ("{{ input.tags }}", ["new", None]),
    ("{{ account.owner }}", {"id": 7}),
    ("{{ [manager, {a: manager, b: [manager]}] }}", [None, {"b": [None]}]),
    ("{{ {a: {b: 1}} }}", {"a": {"b": 1}}),
    ("{{{a: 1}}}", {"a": 1}),
    ("{{ '}}' + \"{{\" }}", "}}{{"),
    ("Hello {{account.companyName}}, {{ input.seats }} seats", "Hello Acme, 12 seats"),
    ("{{input.seats}}{{input.trial}}", "12false"),
    ("{{ input.ratio * 3 }} ", 0.30000000000000004),
    ("= {{ input.ratio * 3 }}", "= 0.30000000000000004"),
    ("= {{ 6 / 2 }}, {{ 1e21 }}, {{ 0 / 0 }}", "= 3, 1e+21, NaN"),
    ("half \ud83d{{ '\ude00' }}", "half 😀"),
    ('a literal {{ "{{" }} braces }}', "a literal {{ braces }}"),
    ("{{ account.text }}", "{{ input.customerId }}"),
    ("again: {{ account.text }}", "again: {{ input.customerId }}"),
]

UNSHOWABLE = [
    ("manager", "manager is undefined", 'write ?? and a text for that case, as in ?? "none"'),
    ("input.note", "input.note is null", 'write ?? and a text for that case, as in ?? "none"'),
    ("input.tags", "input.tags is a list", 'write .join(", ") after it'),
    ("account.owner", "account.owner is a mapping", "name one of its properties"),
]

FAULTS = [
    (
        "Hello {{ input.name",
        19,
        "'}}' is missing here, where the text ends (as plain text, {{ is written {{ \"{{\" }})",
    ),
    ("Use {{ to open", 10, "'}}' is missing before this (as plain text, {{ is written {{ \"{{\" }})"),
    ("{{ a }} and {{ }}", 15, "there is no expression here: write one, such as input.plan"),
    ("{{ '}} }}", 3, "the text that begins here has no end: write ' after it, on the same line"),
    ("{{ {{ a }} }}", 4, "braces stand around the whole expression, once: {{ a && b }}"),
    ("x {{ a & b }}", 7, "'&' is no operator here: numbers have no bits here; write && for 'and'"),
]


@pytest.mark.parametrize(("text", "value"), RENDERED, ids=[text for text, _ in RENDERED])
def test_a_template_is_its_value_or_its_text(text: str, value: Any) -> None:
    """One expression keeps its value's type, within text values are printed; nothing is expanded twice."""
    found = Template.parse(text).render(SCOPE)
    assert (found, type(found)) == (value, type(value))


@pytest.mark.parametrize(("source", "what", "advice"), UNSHOWABLE)
def test_text_shows_no_such_value(source: str, what: str, advice: str) -> None:
    """A value that text cannot show is an error that names the expression and what to write."""
    with pytest.raises(ExpressionError) as raised:
        render({"to": [f"to: {{{{ {source} }}}}"]}, SCOPE, "input")
    error = raised.value
    assert str(error) == f"{what}, and text shows strings, numbers and booleans alone: {advice}"
    assert (error.path, error.expression, error.position) == ("input.to[0]", f"to: {{{{ {source} }}}}", 7)


@pytest.mark.parametrize(("text", "position", "message"), FAULTS, ids=[text for text, _, _ in FAULTS])
def test_a_fault_in_a_template_has_its_place_in_the_whole_text(text: str, position: int, message: str) -> None:
    """What is wrong with a template is told with the offset in the text that the author wrote."""
    with pytest.raises(ExpressionSyntaxError) as refused:
        Template.parse(text)
    assert (str(refused.value), refused.value.position, refused.value.expression) == (message, position, text)


def test_a_structure_is_rendered_through_and_through() -> None:
    """Lists and mappings are rendered within each other; undefined leaves a key out and is null in a list."""
    template = {
        "to": "{{ account.companyName }}",
        "template": "welcome",
        "variables": {"seats": "{{ input.seats }}", "manager": "{{ manager }}", "{{ key }}": True},
        "list": ["{{ manager }}", ["{{ input.seats }}"], 1.5, None],
    }
    before = copy.deepcopy(template)
    assert render(template, SCOPE) == {
        "to": "Acme",
        "template": "welcome",
        "variables": {"seats": 12, "{{ key }}": True},
        "list": [None, [12], 1.5, None],
    }
    assert template == before
    assert render("{{ manager }}", SCOPE) is UNDEFINED


def test_an_error_names_the_field() -> None:
    """An error in a structure carries the path of its field, with the text and the place in it."""
    with pytest.raises(ExpressionError) as raised:
        render({"a": {"b c": [1, "{{ manager.email }}"]}}, SCOPE, "input")
    error = raised.value
    assert str(error) == "Cannot read properties of undefined (reading 'email')"
    assert (error.path, error.expression, error.position) == ("input.a['b c'][1]", "{{ manager.email }}", 11)
    assert error.__notes__ == ["{{ manager.email }}\n           ^"]


def test_a_value_that_is_only_read_stays_the_same_one() -> None:
    """What holds nothing undefined is handed out as it is, not copied."""
    scope = {"input": {"list": [1, {"a": 2}]}}
    assert Template.parse("{{ input }}").render(scope) is scope["input"]


def test_texts_with_templates_are_found_with_their_paths() -> None:
    """The texts of a structure that need parsing are listed in order, each with its path."""
    structure = {"a": "{{ x }}", "b": ["no", {"c d": "y {{ z }}"}], "e": ("{{ }}",), "f": 1}
    assert list(texts_in(structure, "$")) == [("$.a", "{{ x }}"), ("$.b[1]['c d']", "y {{ z }}"), ("$.e[0]", "{{ }}")]


def test_a_template_knows_its_parts() -> None:
    """A parsed template has its expressions, and is parsed once."""
    template = Template.parse("a {{ input.x }} b {{ y }}")
    assert [one.source for one in template.expressions] == ["input.x", "y"]
    assert (template.single, Template.parse(" {{ y }} ").single) == (False, True)
    assert Template.parse("a {{ input.x }} b {{ y }}") is template


def test_a_text_has_a_thousand_expressions_and_no_more() -> None:
    """A text may hold a thousand expressions; one more is a fault at its place."""
    assert Template.parse("{{1}}" * 1000).render({}) == "1" * 1000
    with pytest.raises(ExpressionSyntaxError, match="at most 1,000 expressions") as refused:
        Template.parse("{{1}}" * 1001)
    assert refused.value.position == 5000


def test_a_structure_without_end_is_an_error() -> None:
    """A structure that holds itself, or a text that grows too large, is an error."""
    own: list[Any] = []
    own.append(own)
    with pytest.raises(ExpressionError, match="nested more than 100 deep"):
        render(own, {})
    with pytest.raises(ExpressionError, match="more than 2,000,000 characters") as raised:
        render({"a": "{{s}}{{s}}{{s}}"}, {"s": "x" * 1_000_000})
    assert (raised.value.path, raised.value.expression) == ("a", "{{s}}{{s}}{{s}}")
