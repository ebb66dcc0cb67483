"""Expressions: what they read, and which reads are guarded, known before anything runs."""

from __future__ import annotations

import pytest

from dosdk_temporal._pure.expressions.guards import known_if_false, known_if_true
from dosdk_temporal._pure.expressions.references import Access, Read, is_name, names_in, reads_in
from dosdk_temporal.expressions import compile  # noqa: A004 - the contract's name

READS = [
    ("1 + 'a'", []),
    ("input", ["input"]),
    ("customer.email", ["customer !email"]),
    ("customer?.email", ["customer email"]),
    ("customer?.address.city", ["customer address !city"]),
    ("customer?.['email'][0]", ["customer email !0"]),
    ("steps[id].x", ["steps !? !x", "id"]),
    ("customer.email.trim().length", ["customer !email !trim()"]),
    ("customer?.email?.split(input.by)[0]", ["customer email split()", "input !by"]),
    ("(customer ?? {}).email", ["customer"]),
    ("(customer?.email).x", ["customer email !x"]),
    ("Math.max(a, ...b.c) + Number(d)", ["a", "b !c", "d"]),
    ("[a.b, {[c]: d, e, ...f}]", ["a !b", "c", "d", "e", "f"]),
    ("customer && customer.email", ["customer", "customer email"]),
    ("customer || customer.email", ["customer", "customer !email"]),
    ("!customer || customer.email", ["customer", "customer email"]),
    ("customer ?? customer.email", ["customer", "customer !email"]),
    ("customer ? customer.email : customer.name", ["customer", "customer email", "customer !name"]),
    ("!customer ? customer.email : customer.name", ["customer", "customer !email", "customer name"]),
    ("!!customer && customer.email", ["customer", "customer email"]),
    ("Boolean(customer) && customer.email", ["customer", "customer email"]),
    ("(a && b) && a.x + b.y", ["a", "b", "a x", "b y"]),
    ("(a || b) && a.x", ["a", "b", "a !x"]),
    ("a.b && a.b.c", ["a !b", "a b c"]),
    ("a?.b.c && a.b.d", ["a b !c", "a b d"]),
    ("a !== undefined && a.b", ["a", "a b"]),
    ("undefined != a && a.b", ["a", "a b"]),
    ("a === undefined || a.b", ["a", "a b"]),
    ("a === null ? 1 : a.b", ["a", "a b"]),
    ("a === undefined && a.b", ["a", "a !b"]),
    ("typeof a !== 'undefined' && a.b", ["a", "a b"]),
    ("typeof a === 'object' && a.b", ["a", "a b"]),
    ("typeof a === 'undefined' ? 0 : a.b", ["a", "a b"]),
    ("a?.plan === 'pro' && a.b", ["a plan", "a b"]),
    ("a?.plan !== 'pro' || a.b", ["a plan", "a b"]),
    ("a?.plan !== 'pro' && a.b", ["a plan", "a !b"]),
    ("a?.plan === b?.plan && a.c", ["a plan", "b plan", "a !c"]),
    ("a?.total > 5 && a.b", ["a total", "a b"]),
    ("a?.total > 5 && a.total.x", ["a total", "a total !x"]),
    ("a?.total > 5 || a.b", ["a total", "a !b"]),
    ("a?.name.includes('x') && a.b", ["a name !includes()", "a b"]),
]


def _shown(read: Read) -> str:
    return " ".join([read.name, *map(_access, read.accesses)])


def _access(access: Access) -> str:
    return f"{'' if access.guarded else '!'}{access.key or '?'}{'()' if access.called else ''}"


@pytest.mark.parametrize(("text", "reads"), READS, ids=[text for text, _ in READS])
def test_reads_are_known_with_their_guards(text: str, reads: list[str]) -> None:
    """Each property that is read is listed, marked here with ! where nothing says that its owner is there."""
    assert [_shown(read) for read in reads_in(compile(text).tree)] == reads


def test_a_condition_guards_what_follows_it() -> None:
    """What a step's own condition asks for is known in the step's input."""
    known = known_if_true(compile("!!manager && input.plan === 'pro'").tree)
    assert known == {("manager",), ("input",), ("input", "plan")}
    (read,) = reads_in(compile("manager.email").tree, known)
    assert read.accesses == (Access("email", 8, guarded=True),)
    assert known_if_false(compile("!manager").tree) == {("manager",)}


def test_reads_have_their_places() -> None:
    """A read knows where it stands and ends, its path, and where each property is named; in a template too."""
    (read,) = reads_in(compile("{{ !steps.order?.items[0].id.trim() }}").tree)
    assert (read.position, read.end, read.path) == (4, 33, ("steps", "order", "items", "0", "id"))
    assert [access.position for access in read.accesses] == [10, 17, 23, 26, 29]


def test_the_names_of_the_scope() -> None:
    """The free names are listed once each, in the order of the text, without the functions that are always there."""
    tree = compile("input.a + b[input.c] * Math.max(d, ...e) + String(undefined) + typeof f").tree
    assert names_in(tree) == ("input", "b", "d", "e", "f")


@pytest.mark.parametrize("text", ["order", "$x", "_1", "größe", "of", "keys", "customer2"])
def test_a_name(text: str) -> None:
    """An identifier of JavaScript can be the name of a value."""
    assert is_name(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        " a",
        "a ",
        "(a)",
        "a-b",
        "a.b",
        "1a",
        "new",
        "class",
        "undefined",
        "NaN",
        "true",
        "Math",
        "Number",
        "a" * 10_001,
    ],
)
def test_what_is_no_name(text: str) -> None:
    """What is no identifier, is reserved, or is a constant or function of the language cannot."""
    assert not is_name(text)
