"""Expressions: what they are, as JavaScript says."""

from __future__ import annotations

import copy
import math
import pickle
from datetime import UTC, datetime
from enum import IntEnum, StrEnum
from typing import Any

import pytest

from dosdk_temporal import DoError, expressions
from dosdk_temporal.expressions import UNDEFINED, ExpressionError, compile, evaluate  # noqa: A004 - the contract's name

CUSTOMER: dict[str, Any] = {
    "input": {
        "plan": "enterprise",
        "companySize": "small",
        "seats": 12,
        "tags": ["new", "eu"],
        "address": {"city": "Zürich", "zip": None},
        "10": "ten",
        "2": "two",
    },
    "manager": UNDEFINED,
    "account": {"email": "ada@example.com", "balance": -0.5},
    "nothing": None,
    "smile": "a😀b",
}

VALUES: list[tuple[str, Any]] = [
    # the documents' own
    ('input.plan === "enterprise" || input.companySize === "enterprise"', True),
    ("!!manager", False),
    ("account.email", "ada@example.com"),
    # literals
    ("42", 42),
    ("0x1F", 31),
    ("0b101 + 0o17", 20),
    ("1_000.5e1", 10_005),
    (".5", 0.5),
    ("5.", 5),
    ("'it\\'s'", "it's"),
    ('"a\\n\\x41\\u0042\\u{1F600}\\\nb"', "a\nAB😀b"),
    ('"\\ud83d\\ude00"', "😀"),
    ("[1, 'a', [null],]", [1, "a", [None]]),
    ("{a: 1, 'b c': 2, 3: 4, [input.plan]: 5, nothing}", {"3": 4, "a": 1, "b c": 2, "enterprise": 5, "nothing": None}),
    ("[...input.tags, 'x', ...'hi']", ["new", "eu", "x", "h", "i"]),
    ("{...account, balance: 1, ...manager}", {"email": "ada@example.com", "balance": 1}),
    ("undefined", UNDEFINED),
    # properties
    ("input['plan']", "enterprise"),
    ("input.tags[1]", "eu"),
    ("input.tags['1']", "eu"),
    ("input.tags[5]", UNDEFINED),
    ("input.tags[-1]", UNDEFINED),
    ("input.tags.length", 2),
    ("input[10] + input[1 + 1]", "tentwo"),
    ("input.missing", UNDEFINED),
    ("smile.length", 4),
    ("smile[1]", "\ud83d"),
    ("smile[1] + smile[2]", "😀"),
    ("input.seats.length", UNDEFINED),
    ("account.class", UNDEFINED),
    # what may not be there
    ("manager?.email", UNDEFINED),
    ("manager?.email.address.street", UNDEFINED),
    ("manager?.[missing].x", UNDEFINED),
    ("manager?.email.trim().length", UNDEFINED),
    ("input.address.zip?.length ?? 'none'", "none"),
    ("manager ?? nothing ?? 'x'", "x"),
    ("0 ?? 1", 0),
    ("0 || 1", 1),
    ("'' && x.y", ""),
    ("manager && manager.email", UNDEFINED),
    ("manager?.5:1", 1),
    # comparing
    ("1 === 1.0", True),
    ("NaN === NaN", False),
    ("0 === -0", True),
    ("'1' == 1", True),
    ("null == undefined", True),
    ("null == 0", False),
    ("nothing !== undefined", True),
    ("[] == ''", True),
    ("[1, 2] == '1,2'", True),
    ("[] === []", False),
    ("input.tags === input.tags", True),
    ("true == '1'", True),
    ("({}) == '[object Object]'", True),
    ("'10' < '9'", True),
    ("'10' < 9", False),
    ("undefined < 1", False),
    ("undefined >= 1", False),
    ("null >= 0", True),
    ("'\\uffff' > '😀'", True),
    # computing
    ("0.1 + 0.2", 0.30000000000000004),
    ("1 + '2' + 3", "123"),
    ("1 + 2 + '3'", "33"),
    ("'5' * '2'", 10),
    ("[] + {}", "[object Object]"),
    ("[1, [2, null, [3]]] + ''", "1,2,,3"),
    ("true + 1", 2),
    ("undefined + 1", math.nan),
    ("null + 1", 1),
    ("7 % -3", 1),
    ("-7 % 3", -1),
    ("5 / 0", math.inf),
    ("-1 / 0", -math.inf),
    ("2 ** 3 ** 2", 512),
    ("(-2) ** 2", 4),
    ("1 ** Infinity", math.nan),
    ("(-8) ** (1 / 3)", math.nan),
    ("2 ** 2000", math.inf),
    ("- -3", 3),
    ("+'0x10'", 16),
    ("+' 12\\n'", 12),
    ("+'1_0'", math.nan),
    ("+''", 0),
    ("9007199254740993", 9007199254740992),
    ("1 + 2 * 3 - 4 / 2", 5),
    ("input.seats > 10 ? 'large' : input.seats > 5 ? 'medium' : 'small'", "large"),
    # kinds
    ("typeof missing", "undefined"),
    ("[typeof null, typeof [], typeof 1, typeof 'a', typeof true, typeof manager]",
     ["object", "object", "number", "string", "boolean", "undefined"]),
    ("!0 && !'' && !null && !NaN && !undefined && !!'0' && !![] && !!{}", True),
    # texts
    ("'enterprise'.includes('prise') && !'abc'.includes('c', 3)", True),
    ("'abc'.startsWith('b', 1) && 'abc'.endsWith('b', 2)", True),
    ("'Straße'.toUpperCase() + '\\u0391\\u03a3'.toLowerCase()", "STRASSE\u03b1\u03c2"),
    ("'\\ufeff a\\u00a0'.trim()", "a"),
    ("'a,b,,c'.split(',')", ["a", "b", "", "c"]),
    ("'a😀'.split('')", ["a", "\ud83d", "\ude00"]),
    ("'a,b,c'.split(',', 2)", ["a", "b"]),
    ("'abc'.split()", ["abc"]),
    ("'abcdef'.slice(-3, -1) + 'abc'.slice(5)", "de"),
    ("'a😀b'.indexOf('b')", 3),
    ("'a'.concat(1, null, ['x', 'y'])", "a1nullx,y"),
    # lists
    ("input.tags.includes('eu') && [NaN].includes(NaN)", True),
    ("[1, 2, 3].indexOf(3, -1) + [NaN].indexOf(NaN)", 1),
    ("[1, 2, 3, 4].slice(1, -1)", [2, 3]),
    ("[1, null, 'a'].join('-')", "1--a"),
    ("[1].concat([2], [[3]], 4)", [1, 2, [3], 4]),
    # functions
    ("Object.keys(input).slice(0, 3)", ["2", "10", "plan"]),
    ("Object.keys('ab').concat(Object.keys(5))", ["0", "1"]),
    ("Math.max(...[1, 3, 2]) + Math.min(4, '2')", 5),
    ("Math.max()", -math.inf),
    ("[Math.round(2.5), Math.round(-2.5), Math.floor(-0.5), Math.ceil(1.2), Math.abs(-3)]", [3, -2, -1, 2, 3]),
    ("Math.round(0.49999999999999994)", 0),
    ("[Number('12px'), Number(), Number([5]), Number(null)]", [math.nan, 0, 5, 0]),
    ("[String(), String(null), String([1, [2]]), String({})]", ["", "null", "1,2", "[object Object]"]),
    ("[Boolean(), Boolean('false')]", [False, True]),
    # braces
    ("{{ input.plan }}", "enterprise"),
    ("  {{!manager}}  ", True),
    ("{{ {a: {b: '}}'}} }}", {"a": {"b": "}}"}}),
]  # fmt: skip

PRINTED = [
    (0, "0"), (-0.0, "0"), (7, "7"), (-7.5, "-7.5"), (3.0, "3"), (1e21, "1e+21"), (1e20, "100000000000000000000"),
    (123456789012345680000, "123456789012345680000"), (1e-6, "0.000001"), (1e-7, "1e-7"), (1.5e-9, "1.5e-9"),
    (0.1 + 0.2, "0.30000000000000004"), (5e-324, "5e-324"), (1.7976931348623157e308, "1.7976931348623157e+308"),
    (2**53 + 1, "9007199254740992"), (10**400, "Infinity"), (-(10**400), "-Infinity"), (math.nan, "NaN"),
]  # fmt: skip

ERRORS = [
    ("manager.email", "Cannot read properties of undefined (reading 'email')", 8),
    ("nothing[0]", "Cannot read properties of null (reading '0')", 8),
    ("input.address.street.number", "Cannot read properties of undefined (reading 'number')", 21),
    ("(manager?.email).trim()", "Cannot read properties of undefined (reading 'trim')", 17),
    ("input.plan === oops", "oops is not defined", 15),
    ("input.seats.trim()", "input.seats.trim is not a function", 12),
    ("input['tags'].trim()", "input.tags.trim is not a function", 14),
    ("'a'.join()", '"a".join is not a function', 4),
    ("[...input.seats]", "input.seats is not iterable", 1),
    ("1 + Object.keys(null)", "Cannot convert undefined or null to object", 4),
    ("1 + {toString: 1}", "Cannot convert object to primitive value", 2),
    ("Math", "Math can only be called here, it is no value", 0),
]


class Plan(StrEnum):
    """A text with a class of its own."""

    PRO = "pro"


class Level(IntEnum):
    """A number with a class of its own."""

    HIGH = 3


def _same(left: Any, right: Any) -> bool:
    """Equal, with NaN equal to itself, 0 unlike -0, and truth values unlike numbers."""
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(_same, left, right))
    if isinstance(left, dict) and isinstance(right, dict):
        return list(left) == list(right) and all(map(_same, left.values(), right.values()))
    if isinstance(left, float) and isinstance(right, float) and math.isnan(left):
        return math.isnan(right)
    return bool(left == right) and isinstance(left, bool) == isinstance(right, bool)


@pytest.mark.parametrize(("text", "value"), VALUES, ids=[text for text, _ in VALUES])
def test_an_expression_is_what_javascript_says(text: str, value: Any) -> None:
    """Each expression has the value that it has in JavaScript, keys of mappings in its order."""
    found = evaluate(text, CUSTOMER)
    assert _same(found, value), found


@pytest.mark.parametrize(
    ("text", "sign"), [("-0", -1), ("0 * -1", -1), ("Math.round(-0.2)", -1), ("0 - 0", 1), ("0", 1)]
)
def test_zero_has_a_sign(text: str, sign: int) -> None:
    """Negative zero is kept apart from zero."""
    assert math.copysign(1, evaluate(text, {})) == sign


@pytest.mark.parametrize(("number", "text"), PRINTED)
def test_a_number_as_text(number: float, text: str) -> None:
    """A number is printed with JavaScript's digits, a Python number beyond the doubles as the nearest one."""
    assert evaluate("n + ''", {"n": number}) == text


@pytest.mark.parametrize(
    ("text", "whole"), [("6 / 2", True), ("0.5 + 0.5", True), ("1 / 2", False), ("2 ** 60", False)]
)
def test_a_whole_number_is_an_int(text: str, whole: bool) -> None:
    """A computed number is an int where it is whole and exact, so that JSON shows no fraction."""
    assert isinstance(evaluate(text, {}), int) is whole


@pytest.mark.parametrize(("text", "message", "position"), ERRORS)
def test_an_error_is_javascripts(text: str, message: str, position: int) -> None:
    """What the values do not allow is said in JavaScript's words, with the place in the text."""
    with pytest.raises(ExpressionError) as raised:
        evaluate(text, CUSTOMER)
    error = raised.value
    assert (str(error), error.expression, error.position, error.path) == (message, text, position, "")
    assert error.__notes__ == [f"{text}\n{' ' * position}^"]
    assert isinstance(error, DoError)


@pytest.mark.parametrize(
    "name", ["constructor", "__proto__", "__class__", "__dict__", "toString", "slice", "keys", "hasOwnProperty"]
)
@pytest.mark.parametrize("owner", ["input", "input.tags", "smile", "input.seats", "true", "manager ?? {}"])
def test_nothing_is_inherited(owner: str, name: str) -> None:
    """Neither JavaScript's prototypes nor Python's attributes can be reached: such a property is undefined."""
    assert [evaluate(f"({owner}).{name}", CUSTOMER), evaluate(f"({owner})['{name}']", CUSTOMER)] == [UNDEFINED] * 2


def test_a_key_of_a_mapping_may_have_any_name() -> None:
    """What a mapping does hold is found under any name, also one that JavaScript or Python would inherit."""
    own = {"constructor": 1, "__class__": 2, "length": 3, "keys": 4, "class": 5}
    assert evaluate("[o.constructor, o.__class__, o.length, o.keys, o.class]", {"o": own}) == [1, 2, 3, 4, 5]


def test_the_scope_hides_a_function() -> None:
    """A name of the scope comes before a function of that name, as in JavaScript."""
    assert evaluate("Number", {"Number": 5}) == 5
    for text in ("Number('1')", "Math.max(1)"):
        with pytest.raises(ExpressionError, match="is not a function"):
            evaluate(text, {"Number": 5, "Math": {"max": 5}})


def test_values_are_never_changed() -> None:
    """Evaluation leaves the scope as it was, and hands out what is only read as it is."""
    before = copy.deepcopy(CUSTOMER)
    for text, _ in VALUES:
        evaluate(text, CUSTOMER)
    assert before == CUSTOMER
    assert evaluate("input.tags", CUSTOMER) is CUSTOMER["input"]["tags"]


def test_a_literal_is_made_anew() -> None:
    """A list or mapping that an expression writes is another one each time."""
    made = compile("[{}]")
    assert made.evaluate({}) is not made.evaluate({})


def test_python_numbers_are_doubles_in_comparisons() -> None:
    """Whole numbers that no double holds are compared as JavaScript would, and handed out unharmed when only read."""
    scope = {"id": 2**53 + 1, "other": 2**53}
    assert evaluate("[id === other, id == other, id - other]", scope) == [True, True, 0]
    assert evaluate("id", scope) == 2**53 + 1


def test_halves_of_characters_in_python_texts_count() -> None:
    """A Python text whose characters stand as halves equals the same text with whole ones."""
    scope = {"halves": "\ud83d\ude00", "whole": "😀"}
    assert evaluate("[halves === whole, halves.length, whole.includes(halves)]", scope) == [True, 2, True]


def test_tuples_and_subclasses_are_plain_values() -> None:
    """A tuple is a list, and members of text and number enumerations are what they say."""
    scope = {"pair": (1, 2), "plan": Plan.PRO, "level": Level.HIGH}
    assert evaluate("[pair[1], pair.length, plan === 'pro', plan + '!', level + 1, level + '']", scope) == [
        2, 2, True, "pro!", 4, "3",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "text", ["at.year", "at === 1", "!at", "at + ''", "[...at]", "at['x']", "at.trim()", "typeof at"]
)
def test_other_python_values_are_refused(text: str) -> None:
    """A value that JSON has not is an error that names its class."""
    with pytest.raises(ExpressionError) as raised:
        evaluate(text, {"at": datetime.now(UTC)})
    assert str(raised.value) == "a value of type datetime is not plain JSON, which is all that expressions read"


def test_undefined_is_one_value() -> None:
    """UNDEFINED is false, shows itself, and is itself again after a copy or a pickle."""
    copies = [copy.copy(UNDEFINED), copy.deepcopy([UNDEFINED])[0], pickle.loads(pickle.dumps(UNDEFINED))]  # noqa: S301 - our own
    assert [one is UNDEFINED for one in copies] == [True] * 3
    assert (bool(UNDEFINED), repr(UNDEFINED)) == (False, "undefined")


def test_an_expression_is_parsed_once() -> None:
    """The same text is the same compiled expression, which shows what it was written as."""
    found = compile(" {{ input.plan }}")
    assert compile(" {{ input.plan }}") is found
    assert (found.text, found.source, repr(found)) == (" {{ input.plan }}", "input.plan", "Expression('input.plan')")


def test_the_list_is_true() -> None:
    """The module's names are its list."""
    assert [name for name in expressions.__all__ if not hasattr(expressions, name)] == []
